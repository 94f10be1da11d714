//! Takes unified diffs apart, those of merges too.

use std::ops::Range;

/// Blank lines between hunks may fill so much of a blob; a line number of a billion would fill the memory.
const MAX_BLANK: u64 = 16 << 20;

/// What a patch holds.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) files: Vec<File>,
    /// What is not part of a diff.
    pub(super) text: Vec<u8>,
    /// Line and what is wrong there.
    pub(super) broken: Vec<(usize, &'static str)>,
    /// Paths of files that are not text.
    pub(super) binary: Vec<Vec<u8>>,
}

/// The new side of one file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) path: Vec<u8>,
    pub(super) bytes: Vec<u8>,
    pub(super) added: Vec<Range<u32>>,
    /// Lines that are in `bytes`.
    lines: u64,
}

/// How many lines of each side are to come. A merge has several old sides.
struct Hunk {
    old: Vec<u64>,
    new: u64,
}

impl Hunk {
    fn is_open(&self) -> bool {
        self.new > 0 || self.old.iter().any(|left| *left > 0)
    }
}

#[derive(Default)]
struct Parser {
    out: Parsed,
    file: Option<File>,
    hunk: Option<Hunk>,
    old_path: Vec<u8>,
    /// What `diff --git` names, if both sides have one name.
    named: Vec<u8>,
    /// Inside the head of a file, or a binary one.
    is_head: bool,
    is_binary: bool,
}

/// Reads a whole patch.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut parser = Parser::default();
    let mut number = 0;
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        number += 1;
        parser.line(line, number);
    }
    parser.end_file(number);
    parser.out
}

impl Parser {
    fn line(&mut self, line: &[u8], number: usize) {
        if let Some(hunk) = self.hunk.take_if(|hunk| hunk.is_open()) {
            return self.in_hunk(hunk, line, number);
        }
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        if bare.starts_with(b"diff ") {
            self.end_file(number);
            (self.is_head, self.is_binary) = (true, false);
            self.old_path.clear();
            self.named = bare.strip_prefix(b"diff --git ").map(both_sides).unwrap_or_default();
        } else if let Some(path) = bare.strip_prefix(b"--- ").filter(|path| !path.is_empty()) {
            if !self.is_head {
                self.end_file(number);
            }
            (self.is_head, self.is_binary) = (true, false);
            self.old_path = path_of(path);
        } else if let (Some(path), true) = (bare.strip_prefix(b"+++ "), self.is_head) {
            let new = path_of(path);
            let path = if new == b"/dev/null" { new } else { without_prefix(&self.old_path, new) };
            self.file = Some(File { path, ..File::default() });
        } else if let (Some(head), true) = (hunk_head(bare), self.file.is_some()) {
            self.begin_hunk(head, number);
        } else if bare.starts_with(b"\\ ") && self.file.is_some() {
            // No newline at the end: one line break more or less hides nothing.
        } else if bare == b"GIT binary patch" || bare.starts_with(b"Binary files ") {
            self.is_binary = true;
            self.out.binary.push(binary_path(bare, &self.old_path, &self.named));
        } else if !(self.is_binary || self.is_head && is_extended_head(bare)) {
            if self.file.is_some() && !bare.is_empty() {
                self.end_file(number);
                self.is_head = false;
            }
            self.out.text.extend_from_slice(line);
        }
    }

    fn begin_hunk(&mut self, (old, start, new): (Vec<u64>, u64, u64), number: usize) {
        let Some(file) = &mut self.file else { return };
        let blank = start.saturating_sub(file.lines + 1);
        if blank > MAX_BLANK || (start > 0 && start <= file.lines) {
            let what = if blank > MAX_BLANK { "a line number that no file has" } else { "hunks are not in order" };
            self.out.broken.push((number, what));
        } else {
            let blank = usize::try_from(blank).expect("at most 16 MiB");
            file.bytes.resize(file.bytes.len() + blank, b'\n');
            file.lines += blank as u64;
        }
        self.is_head = false;
        self.hunk = Some(Hunk { old, new });
    }

    fn in_hunk(&mut self, mut hunk: Hunk, line: &[u8], number: usize) {
        let parents = hunk.old.len();
        // Mailers cut the blank of an empty line.
        let is_blank = line.trim_ascii().is_empty();
        let signs = line.get(..parents).filter(|_| !is_blank).unwrap_or(b" ");
        if line.starts_with(b"\\ ") {
            self.hunk = Some(hunk);
            return;
        }
        if !signs.iter().all(|sign| b"+- ".contains(sign)) {
            self.out.broken.push((number, "a hunk ends early"));
            return self.line(line, number);
        }
        let is_old = signs.contains(&b'-');
        let here = if is_old { b'-' } else { b' ' };
        for (left, at) in hunk.old.iter_mut().zip(0..) {
            let sign = signs.get(at).copied().unwrap_or(b' ');
            *left = left.saturating_sub(u64::from(sign == here));
        }
        if !is_old {
            hunk.new = hunk.new.saturating_sub(1);
            let text = line.get(parents..).filter(|text| !text.is_empty()).unwrap_or(b"\n");
            self.keep(text, signs.contains(&b'+'));
        }
        self.hunk = Some(hunk);
    }

    fn keep(&mut self, text: &[u8], is_added: bool) {
        let Some(file) = &mut self.file else { return };
        let start = file.bytes.len();
        file.bytes.extend_from_slice(text);
        file.lines += 1;
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(file.bytes.len())) else { return };
        match file.added.last_mut() {
            Some(last) if is_added && last.end == start => last.end = end,
            _ if is_added => file.added.push(start..end),
            _ => {}
        }
    }

    fn end_file(&mut self, number: usize) {
        if self.hunk.take().is_some_and(|hunk| hunk.is_open()) {
            self.out.broken.push((number, "a hunk ends early"));
        }
        self.out.files.extend(self.file.take().filter(|file| file.path != b"/dev/null"));
    }
}

/// Git merges no more branches at once.
const MAX_PARENTS: usize = 64;

/// `@@ -1,2 +3,4 @@`, and `@@@ -1,2 -1,3 +3,4 @@@` of a merge: the lines of each old side, where the new side
/// begins, its lines.
fn hunk_head(line: &[u8]) -> Option<(Vec<u64>, u64, u64)> {
    let ats = line.iter().take_while(|&&b| b == b'@').count();
    if !(2..=MAX_PARENTS).contains(&ats) {
        return None;
    }
    let text = std::str::from_utf8(line.get(ats..)?.split(|&b| b == b'@').next()?).ok()?;
    let mut words = text.split_ascii_whitespace();
    let old = (1..ats).map(|_| Some(range(words.next()?.strip_prefix('-')?)?.1)).collect::<Option<_>>()?;
    let (start, new) = range(words.next()?.strip_prefix('+')?)?;
    Some((old, start, new))
}

fn range(text: &str) -> Option<(u64, u64)> {
    match text.split_once(',') {
        Some((start, lines)) => Some((start.parse().ok()?, lines.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

/// The path of a `---` or `+++` line: up to a tab, or quoted as C does.
fn path_of(text: &[u8]) -> Vec<u8> {
    match text.strip_prefix(b"\"") {
        Some(quoted) => unquote(quoted),
        None => text.split(|&b| b == b'\t').next().unwrap_or_default().to_vec(),
    }
}

fn unquote(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => break,
            b'\\' => match rest.next() {
                Some(first @ b'0'..=b'3') => {
                    let mut value = first - b'0';
                    for _ in 0..2 {
                        let Some(digit) = rest.next_if(|b| (b'0'..=b'7').contains(b)) else { break };
                        value = value << 3 | (digit - b'0');
                    }
                    out.push(value);
                }
                Some(b'n') => out.push(b'\n'),
                Some(b't') => out.push(b'\t'),
                Some(b'r') => out.push(b'\r'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

/// Git's prefixes: `a/` and `b/`, or `i/`, `w/`, `c/`, `o/`. They are ones if both sides have one, or one
/// side has and the other is no file; a directory called `a` beside one called `a` is none.
fn without_prefix(old: &[u8], new: Vec<u8>) -> Vec<u8> {
    let prefix = |path: &[u8]| match path {
        [letter @ (b'a' | b'b' | b'c' | b'i' | b'o' | b'w'), b'/', _, ..] => Some(*letter),
        _ => None,
    };
    let is_prefixed = match (prefix(old), prefix(&new)) {
        (Some(one), Some(other)) => one != other,
        (None, Some(_)) => old == b"/dev/null",
        (_, None) => false,
    };
    if is_prefixed { new[2..].to_vec() } else { new }
}

/// `a/x y b/x y`: blanks are not marked, but two names that are one are equally long.
fn both_sides(names: &[u8]) -> Vec<u8> {
    let (half, odd) = (names.len() / 2, names.len() % 2 == 1);
    if !odd || names[half] != b' ' {
        return Vec::new();
    }
    let (old, new) = (path_of(&names[..half]), path_of(&names[half + 1..]));
    let new = without_prefix(&old, new);
    if old == new || old.get(2..) == Some(&new[..]) { new } else { Vec::new() }
}

/// Without what makes a terminal show colours: `ESC [ … m` and `ESC [ K`.
pub(super) fn without_colours(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, b"\x1b[") {
        out.extend_from_slice(&rest[..at]);
        let after = &rest[at + 2..];
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        let ends = after.get(digits).is_some_and(|byte| matches!(byte, b'm' | b'K'));
        if !ends {
            out.extend_from_slice(b"\x1b[");
        }
        rest = if ends { &after[digits + 1..] } else { after };
    }
    out.extend_from_slice(rest);
    out
}

fn binary_path(line: &[u8], old: &[u8], named: &[u8]) -> Vec<u8> {
    if !named.is_empty() {
        return named.to_vec();
    }
    let text = line.strip_prefix(b"Binary files ").and_then(|text| text.strip_suffix(b" differ"));
    let text = text.unwrap_or(old);
    let new = memchr::memmem::find(text, b" and ").map_or(text, |at| &text[at + 5..]);
    if new.is_empty() { b"<binary>".to_vec() } else { without_prefix(b"/dev/null", path_of(new)) }
}

fn is_extended_head(line: &[u8]) -> bool {
    let words: [&[u8]; 13] = [
        b"index ",
        b"old mode ",
        b"new mode ",
        b"new file mode ",
        b"deleted file mode ",
        b"similarity index ",
        b"dissimilarity index ",
        b"rename from ",
        b"rename to ",
        b"copy from ",
        b"copy to ",
        b"mode ",
        b"Only in ",
    ];
    words.iter().any(|word| line.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `path:line text` of every added line.
    fn added(patch: &str) -> Vec<String> {
        let mut out = Vec::new();
        for file in parse(patch.as_bytes()).files {
            for range in &file.added {
                let (start, end) = (range.start as usize, range.end as usize);
                let first = file.bytes[..start].iter().filter(|&&b| b == b'\n').count() + 1;
                let lines = file.bytes[start..end].split_inclusive(|&b| b == b'\n');
                out.extend((first..).zip(lines).map(|(number, line)| {
                    format!(
                        "{}:{number} {}",
                        String::from_utf8_lossy(&file.path),
                        String::from_utf8_lossy(line).trim_end()
                    )
                }));
            }
        }
        out
    }

    #[test]
    fn added_lines_stand_at_their_place_on_the_new_side() {
        for (patch, expected) in [
            ("--- a/x\n+++ b/x\n@@ -3,2 +4,3 @@ f()\n one\n+two\n three\n", vec!["x:5 two"]),
            ("diff --git a/x b/y\nrename from x\nrename to y\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", vec!["y:1 b"]),
            (
                "--- /dev/null\n+++ b/dir/n\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n",
                vec!["dir/n:1 a", "dir/n:2 b"],
            ),
            ("--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", vec![]),
            ("--- x\n+++ x\n@@ -1 +1,2 @@\n a\n+b\n", vec!["x:2 b"]),
            ("--- old/x\t2024-01-01\n+++ new/x\t2024-01-02\n@@ -0,0 +1 @@\n+b\n", vec!["new/x:1 b"]),
            ("--- i/x\n+++ w/x\n@@ -0,0 +1 @@\n+b\n", vec!["x:1 b"]),
            ("--- \"a/\\303\\244\\t\"\n+++ \"b/\\303\\244\\t\"\n@@ -0,0 +1 @@\n+b\n", vec!["ä\t:1 b"]),
            ("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n+--- b\n-+++ c\n", vec!["x:3 --- b"]),
            ("--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b\n@@ -9 +10,2 @@\n a\n+c\n", vec!["x:2 b", "x:11 c"]),
            (
                "diff --cc x\n--- a/x\n+++ b/x\n@@@ -1,2 -1,2 +1,3 @@@\n  a\n +b\n++c\n- d\n -e\n",
                vec!["x:2 b", "x:3 c"],
            ),
        ] {
            assert_eq!(added(patch), expected, "{patch}");
            assert!(parse(patch.as_bytes()).broken.is_empty(), "{patch}");
        }
    }

    #[test]
    fn what_is_around_a_diff_is_text_and_what_is_broken_is_told() {
        let mail = "From 1 Mon\nSubject: hello\n\nbody\n---\n x | 2 +-\n\ndiff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ \
                    -1 +1 @@\n-a\n+b\n-- \n2.47\n";
        let parsed = parse(mail.as_bytes());
        assert_eq!(
            String::from_utf8_lossy(&parsed.text),
            "From 1 Mon\nSubject: hello\n\nbody\n---\n x | 2 +-\n\n-- \n2.47\n"
        );
        for (patch, broken) in [
            ("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n", 1),
            ("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\nnot a line\n", 1),
            ("--- a/x\n+++ b/x\n@@ -1 +4000000000000 @@\n a\n", 1),
            ("--- a/x\n+++ b/x\n@@ -5 +5 @@\n a\n@@ -1 +1 @@\n b\n", 1),
            ("nothing of a diff\n", 0),
        ] {
            assert_eq!(parse(patch.as_bytes()).broken.len(), broken, "{patch}");
        }
        let binary = parse(b"diff --git a/x b/x\nBinary files a/x and b/x differ\n");
        assert_eq!((binary.binary, binary.text), (vec![b"x".to_vec()], vec![]));
    }
}
