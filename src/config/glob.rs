//! Globs on paths, in the way of `.gitignore`.
//!
//! A glob with a `/` before its end is anchored at the directory of the configuration;
//! one without holds at any depth. One that ends in `/` means a directory and all
//! that is in it. Paths have `/` between their parts and no leading one.

use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};

use crate::model::RepoPath;

/// One glob, ready to use.
#[derive(Clone, Debug)]
pub struct Glob {
    text: String,
    matcher: GlobMatcher,
}

impl Glob {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Does it hold for this file, or for a directory the file is in?
    ///
    /// `path` is relative to the directory of the configuration.
    pub fn holds(&self, path: &RepoPath) -> bool {
        self.matcher.is_match(path_of(path.as_bytes()))
    }
}

impl FromStr for Glob {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let body = text.strip_prefix("./").unwrap_or(text);
        let (body, only_inside) = match body.strip_suffix('/') {
            Some(directory) => (directory, true),
            None => (body, false),
        };
        let (body, anchored) = match body.strip_prefix('/') {
            Some(rest) => (rest, true),
            None => (body, body.contains('/')),
        };
        if body.is_empty() {
            return Err("an empty glob".into());
        }
        if body.split('/').any(|part| part == "..") {
            return Err("a glob does not lead out of the directory of the configuration".into());
        }
        let whole =
            format!("{}{body}{}", if anchored { "" } else { "**/" }, if only_inside { "/**" } else { "{,/**}" });
        let glob = GlobBuilder::new(&whole).literal_separator(true).empty_alternates(true).build();
        let glob = glob.map_err(|error| format!("not a glob: {}", error.kind()))?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Glob {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Glob".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "minLength": 1})
    }
}

/// A line of an exclude list: a glob of what is not read, or `!glob` of what is read all the same.
///
/// The last line that holds decides, as in a `.gitignore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclude(String);

impl Exclude {
    /// One of the defaults. Compiling their globs to see that they hold would cost a hook a millisecond;
    /// a test does it.
    pub(super) fn of_default(glob: &'static str) -> Self {
        Self(glob.to_owned())
    }

    /// The glob, and whether a match takes the file out of the list.
    pub fn glob(&self) -> (Glob, bool) {
        let (text, takes_out) = self.0.strip_prefix('!').map_or((&*self.0, false), |rest| (rest, true));
        (text.parse().expect("it was read before"), takes_out)
    }

    /// As it was written; the report counts what was left out under it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Exclude {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.strip_prefix('!').unwrap_or(text).parse::<Glob>()?;
        Ok(Self(text.to_owned()))
    }
}

/// Turns paths as they are shown into paths that globs understand.
#[derive(Clone, Debug)]
pub struct Base {
    root: PathBuf,
    here: PathBuf,
}

impl Base {
    /// `root` is the directory of the configuration, `here` the one that shown paths start from; both absolute.
    pub fn new(root: &Path, here: &Path) -> Self {
        Self { root: plain(root), here: plain(here) }
    }

    /// The path relative to the root; one outside it stays absolute, without its leading `/`.
    pub fn relative(&self, shown: &RepoPath) -> RepoPath {
        let whole = plain(&self.here.join(path_of(shown.as_bytes())));
        let inside = whole.strip_prefix(&self.root).unwrap_or(&whole);
        let path = RepoPath::from_path(inside);
        match path.as_bytes().strip_prefix(b"/") {
            Some(rest) => RepoPath::new(rest),
            None => path,
        }
    }
}

/// The path without `.` and `..`, by its words alone: no file is looked at.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> &Path {
    // Paths of other systems are valid Unicode but for lone surrogates, which no glob names.
    Path::new(std::str::from_utf8(bytes).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(glob: &str, path: &str) -> bool {
        glob.parse::<Glob>().expect(glob).holds(&RepoPath::new(path.as_bytes()))
    }

    #[test]
    fn a_glob_without_a_slash_holds_at_any_depth_and_one_with_a_slash_from_the_root() {
        for (glob, path, expected) in [
            ("*.min.js", "a/b/x.min.js", true),
            ("*.min.js", "x.min.js", true),
            ("*.min.js", "a/x.js", false),
            ("tests/**", "tests/a/b.cs", true),
            ("tests/**", "src/tests/a.cs", false),
            ("/tests", "tests/a.cs", true),
            ("/tests", "src/tests/a.cs", false),
            ("**/tests/**", "src/tests/a.cs", true),
            ("docs/*.md", "docs/a.md", true),
            ("docs/*.md", "docs/a/b.md", false),
            ("./docs/*.md", "docs/a.md", true),
            ("*.{pem,pfx}", "certs/a.pfx", true),
        ] {
            assert_eq!(holds(glob, path), expected, "{glob} on {path}");
        }
    }

    #[test]
    fn a_slash_at_the_end_means_a_directory() {
        for (glob, path, expected) in [
            ("node_modules/", "web/node_modules/x/index.js", true),
            ("node_modules/", "web/node_modules", false),
            ("node_modules", "web/node_modules", true),
            ("node_modules", "web/node_modules/x.js", true),
            ("node_modules/", "web/node_modules2/x.js", false),
            ("vendor/lib/", "vendor/lib/a.c", true),
            ("vendor/lib/", "x/vendor/lib/a.c", false),
        ] {
            assert_eq!(holds(glob, path), expected, "{glob} on {path}");
        }
    }

    #[test]
    fn globs_that_mean_nothing_are_refused() {
        for glob in ["", "/", "./", "../x", "a/../b", "[z-a]", "{a", "a/[b"] {
            assert!(glob.parse::<Glob>().is_err(), "{glob}");
        }
    }

    #[test]
    fn shown_paths_are_led_back_to_the_root_of_the_configuration() {
        let base = Base::new(Path::new("/repo"), Path::new("/repo/sub"));
        for (shown, relative) in [
            ("a.cs", "sub/a.cs"),
            ("./a.cs", "sub/a.cs"),
            ("../tests/a.cs", "tests/a.cs"),
            ("/repo/x/a.cs", "x/a.cs"),
            ("/elsewhere/a.cs", "elsewhere/a.cs"),
            ("../../../../a.cs", "a.cs"),
        ] {
            assert_eq!(base.relative(&RepoPath::new(shown.as_bytes())).shown(), relative, "{shown}");
        }
    }
}
