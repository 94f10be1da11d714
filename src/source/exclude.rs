//! Excludes: globs of the configuration that leave entries of a tree out.
//!
//! They read like lines of a `.gitignore`: without a slash a glob names a file or
//! directory at any depth, with one it starts at the root of the scan, `dir/` and
//! `dir/**` mean the directory with all it holds, `!glob` takes back in, and the
//! last one that matches decides. A directory left out is not entered at all.

use std::path::{Component, Path, PathBuf};

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};

use super::SourceError;

/// All excludes of a walk, compiled.
#[derive(Debug)]
pub(super) struct Excludes {
    lines: Vec<Line>,
    /// Globs that may match at any depth; most are names or extensions, which cost a hash each.
    floating: Part,
    /// Globs that start at a root.
    anchored: Part,
    /// Roots of the walks, without `.`: below that a path is shown as it is.
    roots: Vec<PathBuf>,
    /// Roots that lie below the directory whose globs these are, with the way from there.
    below_base: Vec<(PathBuf, PathBuf)>,
}

#[derive(Debug)]
struct Line {
    text: String,
    dirs_only: bool,
    takes_back: bool,
}

#[derive(Debug, Default)]
struct Part {
    set: GlobSet,
    /// Which line each glob of the set came from.
    lines: Vec<usize>,
}

impl Excludes {
    /// `base` is the directory whose globs these are, absolute; without one each root is its own.
    ///
    /// # Errors
    /// The first glob that does not parse.
    pub(super) fn new(globs: &[String], roots: &[PathBuf], base: Option<&Path>) -> Result<Self, SourceError> {
        let mut lines = Vec::new();
        let mut parts = [(GlobSetBuilder::new(), Vec::new()), (GlobSetBuilder::new(), Vec::new())];
        for text in globs {
            let (line, pattern, anchored) = read(text);
            let glob = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(true).build();
            let (builder, numbers) = &mut parts[usize::from(anchored)];
            builder.add(glob.map_err(|error| bad_glob(text, &error))?);
            numbers.push(lines.len());
            lines.push(line);
        }
        let [floating, anchored] = parts;
        let below_base = base.map_or_else(Vec::new, |base| ways_from(base, roots));
        let own = |root: &&PathBuf| *root != Path::new(".") && !below_base.iter().any(|(known, _)| known == *root);
        let roots = roots.iter().filter(own).cloned().collect();
        Ok(Self { lines, floating: Part::new(floating)?, anchored: Part::new(anchored)?, roots, below_base })
    }

    /// The number of the glob that leaves this entry of a walk out.
    ///
    /// Globs that start at a root are held against the path from the directory whose globs they are, so
    /// `docs/**` means the same wherever below it a scan starts; for other roots against the path as it is
    /// shown and against the path below the root.
    pub(super) fn leaving_out(&self, path: &Path, is_dir: bool) -> Option<usize> {
        let path = path.strip_prefix("./").unwrap_or(path);
        let mut line = self.floating.last_match(path, &self.lines, is_dir);
        if !self.anchored.lines.is_empty() {
            let anchored = |path: &Path| self.anchored.last_match(path, &self.lines, is_dir);
            let mut is_below_base = false;
            for (root, way) in &self.below_base {
                if let Some(below) = strip_root(path, root) {
                    is_below_base = true;
                    line = line.max(anchored(&way.join(below)));
                }
            }
            if !is_below_base {
                let below = self.roots.iter().filter_map(|root| path.strip_prefix(root).ok());
                line = std::iter::once(path).chain(below).map(anchored).fold(line, Ord::max);
            }
        }
        line.filter(|&line| !self.lines[line].takes_back)
    }

    /// The glob of this number, as it was given.
    pub(super) fn text(&self, line: usize) -> &str {
        &self.lines[line].text
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }
}

impl Part {
    fn new((builder, lines): (GlobSetBuilder, Vec<usize>)) -> Result<Self, SourceError> {
        let set = builder.build().map_err(|error| bad_glob(error.glob().unwrap_or_default(), &error))?;
        Ok(Self { set, lines })
    }

    /// The last line that matches. Nearly every path matches none, and asking that allocates nothing.
    fn last_match(&self, path: &Path, lines: &[Line], is_dir: bool) -> Option<usize> {
        let candidate = Candidate::new(path);
        if !self.set.is_match_candidate(&candidate) {
            return None;
        }
        let matches = self.set.matches_candidate(&candidate).into_iter().map(|glob| self.lines[glob]);
        matches.filter(|&line| is_dir || !lines[line].dirs_only).max()
    }
}

/// For each root below `base` the way from there, by words alone: no link is followed.
fn ways_from(base: &Path, roots: &[PathBuf]) -> Vec<(PathBuf, PathBuf)> {
    let here = std::env::current_dir().unwrap_or_default();
    let way = |root: &PathBuf| Some((root.clone(), plain(&here.join(root)).strip_prefix(base).ok()?.to_owned()));
    roots.iter().filter_map(way).collect()
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = out.pop(),
            other => out.push(other),
        }
    }
    out
}

/// Walks show what is below `.` without it.
fn strip_root<'p>(path: &'p Path, root: &Path) -> Option<&'p Path> {
    if root == Path::new(".") { path.is_relative().then_some(path) } else { path.strip_prefix(root).ok() }
}

fn bad_glob(glob: &str, error: &globset::Error) -> SourceError {
    SourceError::Glob { glob: glob.to_owned(), what: error.kind().to_string() }
}

/// What a line means, the pattern for globset, and whether it starts at the root.
fn read(text: &str) -> (Line, String, bool) {
    let (takes_back, rest) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (dirs_only, rest) = match rest.strip_suffix("/**").or_else(|| rest.strip_suffix('/')) {
        Some(dir) if !dir.is_empty() => (true, dir),
        _ => (false, rest),
    };
    let rest = rest.strip_prefix("./").unwrap_or(rest);
    // `docs/**` had a slash where it was written: it starts at the root all the same
    let anchored = (rest.contains('/') || text.ends_with("/**")) && !rest.starts_with("**/");
    let pattern = rest.trim_start_matches('/');
    let pattern = if anchored || rest.starts_with("**/") { pattern.to_owned() } else { format!("**/{pattern}") };
    (Line { text: text.to_owned(), dirs_only, takes_back }, pattern, anchored)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(globs: &[&str], root: &str, path: &str, is_dir: bool) -> Option<String> {
        let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
        let excludes = Excludes::new(&globs, &[PathBuf::from(root)], None).unwrap();
        excludes.leaving_out(Path::new(path), is_dir).map(|line| excludes.text(line).to_owned())
    }

    #[test]
    fn a_glob_reads_like_a_line_of_a_gitignore() {
        for (glob, path, is_dir, matches) in [
            ("*.min.js", "./a/b/x.min.js", false, true),
            ("*.min.js", "x.min.js/y", false, false),
            ("node_modules", "web/node_modules", true, true),
            ("node_modules/", "web/node_modules", false, false),
            ("node_modules/**", "node_modules", true, true),
            ("node_modules/**", "web/node_modules", true, false),
            ("**/node_modules/**", "web/node_modules", true, true),
            ("docs/*.md", "docs/a.md", false, true),
            ("docs/*.md", "docs/a/b.md", false, false),
            ("docs/*.md", "x/docs/a.md", false, false),
            ("/build", "build", true, true),
            ("/build", "a/build", true, false),
            ("./src/gen", "src/gen", true, true),
            ("a/**/z", "a/b/c/z", false, true),
            ("{a,b}.lock", "x/b.lock", false, true),
            ("[ab].txt", "x/a.txt", false, true),
        ] {
            assert_eq!(left_out(&[glob], ".", path, is_dir).is_some(), matches, "{glob} on {path}");
        }
    }

    #[test]
    fn a_glob_with_a_slash_holds_from_the_root_of_the_walk_and_as_shown() {
        for (root, path, matches) in [
            ("/srv/repo", "/srv/repo/docs/a.md", true),
            ("docs", "docs/a.md", true),
            ("/srv/repo", "/srv/repo/x/docs/a.md", false),
        ] {
            assert_eq!(left_out(&["docs/*"], root, path, false).is_some(), matches, "{path}");
        }
    }

    #[test]
    fn a_glob_with_a_slash_holds_from_the_directory_whose_globs_they_are() {
        let here = std::env::current_dir().unwrap();
        let outer = here.parent().unwrap();
        let name = here.file_name().unwrap().to_str().unwrap();
        let inner = here.join("tests");
        for (base, glob, root, path, matches) in [
            (here.as_path(), "tests/data/".to_owned(), "tests", "tests/data", true),
            (outer, format!("{name}/tests/data/"), ".", "tests/data", true),
            (outer, "tests/data/".to_owned(), ".", "tests/data", false),
            (inner.as_path(), "/data".to_owned(), "tests", "tests/data", true),
            // Not below the base: a root is its own.
            (inner.as_path(), "/data".to_owned(), "/elsewhere", "/elsewhere/data", true),
        ] {
            let excludes = Excludes::new(std::slice::from_ref(&glob), &[PathBuf::from(root)], Some(base)).unwrap();
            let found = excludes.leaving_out(Path::new(path), true).is_some();
            assert_eq!(found, matches, "{glob} of {} on {path}", base.display());
        }
    }

    #[test]
    fn the_last_match_decides_and_is_named() {
        let globs = ["*.json", "!keep.json", "gen/*.json"];
        for (path, by) in
            [("a.json", Some("*.json")), ("keep.json", None), ("gen/keep.json", Some("gen/*.json")), ("a.js", None)]
        {
            assert_eq!(left_out(&globs, ".", path, false).as_deref(), by, "{path}");
        }
    }

    #[test]
    fn a_bad_glob_is_named() {
        let error = Excludes::new(&["ok".to_owned(), "a[".to_owned()], &[], None).unwrap_err();
        assert!(error.to_string().contains("`a[`"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf_8_match_too() {
        use std::os::unix::ffi::OsStrExt;
        let excludes = Excludes::new(&["*.log".to_owned()], &[], None).unwrap();
        let path = Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9/x\xff.log"));
        assert_eq!(excludes.leaving_out(path, false), Some(0));
    }
}
