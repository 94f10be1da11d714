//! Places: relative, percent-encoded URIs and regions that a reader accepts.

use super::log::{ArtifactLocation, Location, PhysicalLocation, Region};
use crate::model::{self, RepoPath};

/// Names the root of what was scanned; GitHub takes it for the root of the checkout.
pub(super) const ROOT: &str = "%SRCROOT%";

/// A place of a finding.
pub(super) fn of(location: &model::Location) -> Location {
    let (start, end) = (location.start, location.end);
    // A line or column of 0 makes GitHub refuse the file.
    let (line, column) = (start.line.max(1), start.column.max(1));
    let end = (end.line.max(1), end.column.max(1)).max((line, column));
    let region =
        Region { start_line: line, start_column: Some(column), end_line: Some(end.0), end_column: Some(end.1) };
    with(&location.path, Some(region))
}

/// From one place to another; nothing between them is allowed.
pub(super) fn between(start: model::LineCol, end: model::LineCol) -> Region {
    let at = |place: model::LineCol| (place.line.max(1), place.column.max(1));
    let (start, end) = (at(start), at(end));
    Region { start_line: start.0, start_column: Some(start.1), end_line: Some(end.0), end_column: Some(end.1) }
}

/// A whole file.
pub(super) fn file(path: &RepoPath) -> Location {
    with(path, None)
}

/// A line of a file.
pub(super) fn line(path: &RepoPath, line: u32) -> Location {
    with(path, Some(Region { start_line: line.max(1), start_column: None, end_line: None, end_column: None }))
}

fn with(path: &RepoPath, region: Option<Region>) -> Location {
    Location {
        id: None,
        physical_location: PhysicalLocation { artifact_location: artifact(path), region },
        message: None,
    }
}

/// A path that was named absolutely has no root it is relative to.
pub(super) fn artifact(path: &RepoPath) -> ArtifactLocation {
    let bytes = path.as_bytes();
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1..3] == *b":/";
    match bytes.first() {
        Some(b'/') => ArtifactLocation { uri: format!("file://{}", path.uri()), uri_base_id: None },
        Some(_) if drive => ArtifactLocation { uri: format!("file:///{}", path.uri()), uri_base_id: None },
        _ => ArtifactLocation { uri: path.uri(), uri_base_id: Some(ROOT) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LineCol, Origin};

    #[test]
    fn paths_become_uris_that_any_reader_takes_apart_again() {
        for (path, uri, base) in [
            (&b"src/a b.cs"[..], "src/a%20b.cs", Some(ROOT)),
            (b"a\x1b[2J\n.env", "a%1B%5B2J%0A.env", Some(ROOT)),
            (b"caf\xe9/#1?.txt", "caf%E9/%231%3F.txt", Some(ROOT)),
            (b"c:rest", "c%3Arest", Some(ROOT)),
            (b"/etc/app.conf", "file:///etc/app.conf", None),
            (b"C:/etc/app.conf", "file:///C%3A/etc/app.conf", None),
        ] {
            let artifact = artifact(&RepoPath::new(path));
            assert_eq!((artifact.uri.as_str(), artifact.uri_base_id), (uri, base));
        }
    }

    #[test]
    fn regions_begin_at_one_and_never_end_before_they_begin() {
        for (start, end, region) in [
            ((3, 5), (3, 9), (3, 5, 3, 9)),
            ((0, 0), (0, 0), (1, 1, 1, 1)),
            ((4, 7), (4, 2), (4, 7, 4, 7)),
            ((4, 7), (6, 1), (4, 7, 6, 1)),
        ] {
            let path = RepoPath::new(*b"x");
            let at = |(line, column)| LineCol { line, column, offset: 0 };
            let location =
                model::Location { path: path.clone(), start: at(start), end: at(end), origin: Origin::File { path } };
            let made = of(&location).physical_location.region.expect("a finding has a region");
            assert_eq!(
                (made.start_line, made.start_column, made.end_line, made.end_column),
                (region.0, Some(region.1), Some(region.2), Some(region.3))
            );
        }
    }
}
