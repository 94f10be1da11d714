//! Is a line text of a here-document? There `NAME=v` is a setting that is written to a file, and no code.
//!
//! The lines above are looked at, 100 of them and 8 KiB at most, for the mark that opens one
//! and for the mark that closes it again.

use crate::document::kind::Kind;

use super::text::is_identifier;

/// How far above its opening is looked for.
const LONGEST: usize = 8 * 1024;
const MOST_LINES: usize = 100;

/// Does `at`, where a line begins, stand in one?
pub(super) fn holds(text: &[u8], at: usize, kind: Kind) -> bool {
    let script = kind == Kind::PowerShell;
    if !script && !matches!(kind, Kind::Hcl | Kind::Php | Kind::Ruby | Kind::Perl | Kind::Groovy) {
        return false;
    }
    let from = at.saturating_sub(LONGEST);
    let above = &text[from..at];
    let Some(line) = memchr::memrchr(b'\n', above) else { return false };
    let own = above[line + 1..].trim_ascii_start();
    if !own.is_empty() && own != b"export" && own != b"export " {
        return false;
    }
    let mut lines = above[..line].rsplit(|&b| b == b'\n').take(MOST_LINES).map(<[u8]>::trim_ascii_end);
    if script {
        let closes = |line: &[u8]| line.starts_with(b"'@") || line.starts_with(b"\"@");
        return lines.find(|line| closes(line) || opens_string(line)).is_some_and(|line| !closes(line));
    }
    let mut seen = Vec::new();
    for line in lines {
        if let Some(word) = opened(line) {
            return !seen.contains(&word);
        }
        seen.push(line.trim_ascii_start().strip_suffix(b";").unwrap_or(line.trim_ascii_start()));
    }
    false
}

/// `$text = @'` at the end of a line.
fn opens_string(line: &[u8]) -> bool {
    line.ends_with(b"@'") || line.ends_with(b"@\"")
}

/// The word that ends what `<<-EOF` opens.
fn opened(line: &[u8]) -> Option<&[u8]> {
    let mark = memchr::memmem::rfind(line, b"<<")?;
    let rest = &line[mark + 2..];
    let begin = rest.iter().position(|b| !matches!(b, b'<' | b'-' | b'~' | b'"' | b'\''))?;
    let word = &rest[begin..];
    let length = word.iter().take_while(|&&b| is_identifier(b)).count();
    let plain = word[..length].first().is_some_and(u8::is_ascii_alphabetic);
    let ends = word[length..].iter().all(|b| matches!(b, b'"' | b'\'' | b')' | b';' | b','));
    (plain && ends).then_some(&word[..length])
}
