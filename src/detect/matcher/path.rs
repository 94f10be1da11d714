//! Files that should not be there, by name and first bytes.

use globset::{Glob, GlobSet, GlobSetBuilder};
use std::sync::OnceLock;

use crate::model::RepoPath;
use crate::rule::RuleIndex;
use crate::rule::spec::{Level, PathSpec, Text};

use super::regex::LazyPattern;

/// One `[[match.path]]`.
#[derive(Debug)]
struct One {
    rule: RuleIndex,
    begins: Option<LazyPattern>,
    far: Vec<Text>,
    severity: Option<Level>,
}

impl One {
    fn fits(&self, bytes: &[u8]) -> bool {
        self.begins.as_ref().is_none_or(|begins| begins.get().is_match(bytes))
            && !self.far.iter().any(|text| memchr::memmem::find(bytes, text.as_bytes()).is_some())
    }
}

/// A rule whose file this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByPath {
    /// The rule.
    pub rule: RuleIndex,
    /// Instead of the rule's own severity.
    pub severity: Option<Level>,
}

/// The matchers that the globs left for the path of late: versions of one file follow each other.
#[derive(Debug, Default)]
pub struct LastPath {
    path: Option<Vec<u8>>,
    matchers: Vec<usize>,
}

/// All of them; the globs are built when the first file comes.
#[derive(Debug, Default)]
pub(in crate::detect) struct PathMatchers {
    all: Vec<One>,
    globs: Vec<(String, usize)>,
    set: OnceLock<GlobSet>,
}

impl PathMatchers {
    pub(in crate::detect) fn push(&mut self, rule: RuleIndex, spec: &PathSpec) {
        for glob in spec.files.iter() {
            self.globs.push((glob.to_string(), self.all.len()));
        }
        let begins = spec.begins.as_deref().map(|pattern| LazyPattern::new(&format!("\\A(?s-u:{pattern})")));
        self.all.push(One { rule, begins, far: spec.far.to_vec(), severity: spec.severity });
    }

    /// Rules whose files this is one of.
    pub(in crate::detect) fn find(&self, path: &[u8], bytes: &[u8], last: &mut LastPath) -> Vec<ByPath> {
        if self.all.is_empty() {
            return Vec::new();
        }
        if last.path.as_deref() != Some(path) {
            let set = self.set.get_or_init(|| glob_set(self.globs.iter().map(|(glob, _)| glob.as_str())));
            last.matchers.clear();
            last.matchers
                .extend(set.matches(as_path(&path.to_ascii_lowercase())).into_iter().map(|at| self.globs[at].1));
            last.path = Some(path.to_vec());
        }
        let mut rules: Vec<_> = last
            .matchers
            .iter()
            .map(|&number| &self.all[number])
            .filter(|one| one.fits(bytes))
            .map(|one| ByPath { rule: one.rule, severity: one.severity })
            .collect();
        rules.sort_unstable();
        rules.dedup_by_key(|one| one.rule);
        rules
    }
}

/// Globs as rules write them: letter case does not count, and a glob without `/` matches the file name.
///
/// Both sides are in small letters: globs that are told to mind no case are all tried as patterns, others by
/// name and extension.
fn compile(glob: &str) -> Option<Glob> {
    let glob = glob.to_ascii_lowercase();
    let anywhere = if glob.contains('/') || glob.starts_with("**") { glob } else { format!("**/{glob}") };
    globset::GlobBuilder::new(&anywhere).literal_separator(true).build().ok()
}

fn glob_set<'g>(globs: impl Iterator<Item = &'g str>) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(compile(glob).unwrap_or_else(|| Glob::new("").expect("an empty glob is one")));
    }
    builder.build().expect("each glob was built on its own")
}

/// Globs that bind a matcher to some files, built when they are first asked.
#[derive(Debug)]
pub(in crate::detect) struct Files<'r> {
    globs: &'r [crate::rule::spec::Text],
    set: OnceLock<GlobSet>,
}

impl<'r> Files<'r> {
    pub(in crate::detect) fn new(globs: &'r [crate::rule::spec::Text]) -> Self {
        Self { globs, set: OnceLock::new() }
    }

    /// Does one of them match? None at all: yes.
    pub(in crate::detect) fn include(&self, path: &RepoPath) -> bool {
        self.globs.is_empty()
            || self
                .set
                .get_or_init(|| glob_set(self.globs.iter().map(AsRef::as_ref)))
                .is_match(as_path(&path.as_bytes().to_ascii_lowercase()))
    }
}

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> &std::path::Path {
    use std::os::unix::ffi::OsStrExt as _;
    std::path::Path::new(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> std::path::PathBuf {
    std::path::PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_case_counts_on_neither_side_and_a_bare_glob_is_a_name() {
        let globs = [Text::from("*.PubXml"), Text::from("Local.Settings.json"), Text::from("Dir/**/*.[Kk]ey")];
        let files = Files::new(&globs);
        for (path, is_one) in [
            ("a/b/Web.pubxml", true),
            ("WEB.PUBXML", true),
            ("a/LOCAL.settings.JSON", true),
            ("local.settings.json.bak", false),
            ("dir/a/b/c.KEY", true),
            ("a/dir/c.key", false),
            ("pubxml", false),
        ] {
            assert_eq!(files.include(&RepoPath::new(path.as_bytes())), is_one, "{path}");
        }
    }
}
