//! Variables of a script that hold a text which is written out above.
//!
//! `PW='x'` and then `--password "$PW"` is a literal on the command line all the same. What a command, another
//! variable or the environment puts in is not followed.

use crate::document::layer::LayerSpan;
use crate::document::shell::Command;

/// How far above a command its variable is looked for: a script of a megabyte may have a command on each line.
const REACH: usize = 16 * 1024;

/// The text that a word such as `$NAME`, `${NAME}` or `%NAME%` stands for, and where it is written.
pub(super) fn of(text: &[u8], command: &Command, word: &str) -> Option<(String, LayerSpan)> {
    let name = name(word)?;
    let start = command.script.start.max(command.span.start.saturating_sub(REACH));
    let above = text.get(start..command.span.start)?;
    let last = memchr::memmem::rfind_iter(above, name.as_bytes()).find(|&at| is_assigned(above, at, name.len()))?;
    written(text, start + last + name.len())
}

fn name(word: &str) -> Option<&str> {
    let inner = match word.strip_prefix('%') {
        Some(rest) => rest.strip_suffix('%')?,
        None => {
            let rest = word.strip_prefix('$')?;
            rest.strip_prefix('{').map_or(Some(rest), |rest| rest.strip_suffix('}'))?
        }
    };
    let is_name = inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_name && inner.bytes().any(|b| b.is_ascii_alphabetic())).then_some(inner)
}

/// `NAME=`, `export NAME=`, `$NAME =`, `set NAME=`
fn is_assigned(above: &[u8], at: usize, length: usize) -> bool {
    let behind = &above[at + length..];
    let sign = behind.trim_ascii_start();
    // The most frequent answer comes first: a variable is used more often than given.
    if !sign.starts_with(b"=") || sign.starts_with(b"==") {
        return false;
    }
    let line = above[..at].rsplit(|b| matches!(b, b'\n' | b';')).next().unwrap_or_default().trim_ascii();
    let words: [&[u8]; 8] = [b"", b"$", b"export", b"readonly", b"local", b"declare", b"set", b"@set"];
    // Elsewhere a blank before `=` makes it an argument.
    let is_near = behind.first() == Some(&b'=') || line == b"$";
    is_near && words.contains(&line)
}

/// A text without anything put into it, up to the end of its line.
fn written(text: &[u8], from: usize) -> Option<(String, LayerSpan)> {
    let line = text.get(from..)?.split(|b| *b == b'\n').next()?;
    let equal = memchr::memchr(b'=', line)?;
    let blanks = line[equal + 1..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let start = equal + 1 + blanks;
    let (open, end) = match line.get(start)? {
        quote @ (b'"' | b'\'') => (start + 1, start + 1 + memchr::memchr(*quote, &line[start + 1..])?),
        _ => {
            let length = line[start..].iter().take_while(|b| !b.is_ascii_whitespace() && !b";&|#".contains(b)).count();
            (start, start + length)
        }
    };
    let value = std::str::from_utf8(&line[open..end]).ok()?;
    let is_plain = line[start] == b'\'' || !value.contains(['$', '`', '(', '%']);
    (is_plain && !value.is_empty()).then(|| Some((value.to_owned(), LayerSpan::new(from + open, from + end)?)))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::shell::{self, Shell};

    #[test]
    fn the_last_text_that_is_written_out_above_counts() {
        for (script, expected) in [
            ("PW='a b'\nrun -p \"$PW\"\n", Some("a b")),
            ("export PW=\"ab\"\nrun -p ${PW}\n", Some("ab")),
            ("PW=a\nPW=b; run -p $PW\n", Some("b")),
            ("PW=$1\nrun -p $PW\n", None),
            ("PW=$(make)\nrun -p $PW\n", None),
            ("run -p $PW\nPW=a\n", None),
            ("echo PW=a\nrun -p $PW\n", None),
            ("[ $PW == a ]\nrun -p $PW\n", None),
        ] {
            let commands = shell::commands(script.as_bytes(), 0..script.len(), Shell::Posix, false);
            let run = commands.iter().find(|command| command.words[0].text == "run").expect("it runs");
            let found = of(script.as_bytes(), run, &run.words[2].text).map(|(text, _)| text);
            assert_eq!(found.as_deref(), expected, "{script}");
        }
    }
}
