//! Settings in comments and in strings over several lines: `// storage key: v`, and `client_secret = v` within
//! the raw string that a test or a script writes to a file. In prose and logs: `cannot use accountKey 'v'`, and
//! a label with the value on the line below it.
//!
//! There the right side needs no quotes. Only one plain word that holds letters and digits is taken:
//! code that was commented out, and code itself, has names, calls and signs on that side. Whether
//! the word looks made by a machine is asked by who uses it.

use std::ops::Range;

use crate::document::kind::Kind;

use super::literal::Value;
use super::name::Name;
use super::text::Cursor;

/// The shortest value in a comment, and in a string: what is shorter is a word or a name.
const SHORTEST: (usize, usize) = (16, 20);
/// The longest value.
const LONGEST: usize = 512;
/// From a label to the value below it: a line break or two, and an indentation.
const LONGEST_GAP: usize = 24;
/// The longest word of a label.
const LONGEST_WORD: usize = 40;
/// How far the beginning of the line is looked for.
const LONGEST_LINE: usize = 240;

/// The value behind the name, if nothing follows it on its line.
pub(super) fn read(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    if name.enclosed || name.dashes > 0 {
        return None;
    }
    if matches!(kind, Kind::Text | Kind::Markdown) {
        return told(text, name).or_else(|| below(text, name));
    }
    if !kind.quotes_literals() {
        return None;
    }
    let before = &text[name.left.saturating_sub(LONGEST_LINE)..name.left];
    let line = memchr::memrchr(b'\n', before).map_or(before, |n| &before[n + 1..]).trim_ascii_start();
    let comment = is_comment(line, kind);
    // A setting begins its line, but for the sign of a patch.
    if !comment && !matches!(line, b"" | b"+" | b"-" | b"export ") {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    cursor.skip_blanks();
    if !(cursor.eat(b":") || cursor.eat(b"=")) {
        return None;
    }
    cursor.skip_blanks();
    let value = word(text, cursor.at, if comment { SHORTEST.0 } else { SHORTEST.1 })?;
    let mut after = Cursor::at(text, value.end);
    after.skip_blanks();
    let closed = if comment { after.eat(b"*/") || after.eat(b"-->") } else { closes(&after) };
    after.skip_blanks();
    (closed || after.at_line_end()).then(|| Value::plain(value, false))
}

/// `cannot use accountKey 'v'` in a log: one word between quotes, right behind the name.
fn told(text: &[u8], name: &Name) -> Option<Value> {
    let mut cursor = Cursor::at(text, name.right);
    if !cursor.skip_blanks() || !matches!(cursor.peek(), b'\'' | b'"') {
        return None;
    }
    let quote = cursor.peek();
    let value = word(text, cursor.at + 1, SHORTEST.0)?;
    (text.get(value.end) == Some(&quote)).then(|| Value::plain(value, false))
}

/// A label alone on its line, and the value alone on the next, as they are copied from a portal;
/// or a sentence that ends with the name, and the value alone in a fenced block.
fn below(text: &[u8], name: &Name) -> Option<Value> {
    let before = &text[name.left.saturating_sub(LONGEST_LINE)..name.left];
    let line = memchr::memrchr(b'\n', before).map_or(before, |n| &before[n + 1..]);
    // A line of base64 is no label, whatever it ends with.
    let whole = &text[name.left - line.len()..name.right];
    let worded = whole.split(|b| *b == b' ').all(|word| word.len() <= LONGEST_WORD);
    let label = worded && line.iter().all(|b| b.is_ascii_alphanumeric() || b" \t-*#_(".contains(b));
    let mut cursor = Cursor::at(text, name.right);
    let told = cursor.peek() == b':';
    while matches!(cursor.peek(), b':' | b'*' | b')' | b' ' | b'\t') {
        cursor.at += 1;
    }
    if !matches!(cursor.peek(), b'\r' | b'\n') {
        return None;
    }
    cursor.skip_white();
    // "this is the key:", and a block that holds nothing else.
    let fenced = told && cursor.eat(b"```");
    if fenced {
        cursor.identifier();
        cursor.skip_white();
    } else if !label {
        return None;
    }
    let value = word(text, cursor.at, SHORTEST.1).filter(|value| is_no_name(&text[value.clone()]))?;
    let mut after = Cursor::at(text, value.end);
    after.skip_blanks();
    let alone = after.at_line_end() && {
        after.skip_white();
        !fenced || after.eat(b"```")
    };
    (alone && value.start - name.right < LONGEST_GAP).then(|| Value::plain(value, false))
}

/// Lists of names stand below each other too: `service_key` and then `service_key_bytes_256`.
fn is_no_name(word: &[u8]) -> bool {
    let has = |what: fn(&u8) -> bool| word.iter().any(what);
    // `NAME=v` below a label has a name of its own.
    if word.iter().rev().skip_while(|b| **b == b'=').any(|b| *b == b'=') {
        return false;
    }
    let plain = !has(|b| matches!(b, b'_' | b'-' | b'.' | b'~'));
    plain
        || has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_uppercase)
            && word.iter().filter(|b| b.is_ascii_digit()).count() > 1
}

/// The end of a string over several lines.
fn closes(cursor: &Cursor<'_>) -> bool {
    [&b"`"[..], b"\"\"\"", b"'''"].iter().any(|end| cursor.text[cursor.at..].starts_with(end))
}

/// Does the line begin with the mark of a comment?
fn is_comment(line: &[u8], kind: Kind) -> bool {
    let hash = !matches!(kind, Kind::C | Kind::CSharp | Kind::Java | Kind::JavaScript | Kind::TypeScript | Kind::Go);
    line.starts_with(b"//")
        || line.starts_with(b"/*")
        || line.starts_with(b"* ")
        || line.starts_with(b"--") && matches!(kind, Kind::Sql | Kind::Lua)
        || line.starts_with(b"'") && kind == Kind::DotNet
        || line.starts_with(b"#") && hash
}

/// Letters and digits with the signs of base64, tokens and generated secrets.
fn word(text: &[u8], at: usize, shortest: usize) -> Option<Range<usize>> {
    let window = &text[at..text.len().min(at + LONGEST)];
    let inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_' | b'~' | b'.');
    let length = window.iter().position(|b| !inside(b)).unwrap_or(window.len());
    let word = &window[..length];
    let has = |what: fn(&u8) -> bool| word.iter().any(what);
    let begins = word.first().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
    (begins && length >= shortest && length < LONGEST && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic))
        .then_some(at..at + length)
}

#[cfg(test)]
mod tests {
    use crate::document::assign::code::at;
    use crate::document::kind::Kind;

    /// The name and the value at the first `key`, if they stand where no quotes are needed.
    fn loose(text: &str, kind: Kind) -> Option<(&str, &str)> {
        let word = text.find("key").expect("the word is there");
        let found = at(text.as_bytes(), word..word + 3, kind).filter(|found| found.loose)?;
        Some((&text[found.name.range()], &text[found.value.range()]))
    }

    #[test]
    fn words_alone_are_values_where_no_quotes_are_needed() {
        for (text, kind, name) in [
            ("// key: aB3dE5fG7hJ9kL1m\nx();", Kind::CSharp, "key"),
            ("// TODO: service key = aB3dE5fG7hJ9kL1m", Kind::CSharp, "service key"),
            ("# key: aB3dE5fG7hJ9kL1m", Kind::Python, "key"),
            ("/* key = aB3dE5fG7hJ9kL1m */", Kind::Go, "key"),
            ("x := `\n  key: aB3dE5fG7hJ9kL1mN3pQ5rS7`", Kind::Go, "key"),
            ("x = \"\"\"\nkey = aB3dE5fG7hJ9kL1mN3pQ5rS7\n\"\"\"", Kind::Python, "key"),
            ("cannot use service_key 'aB3dE5fG7hJ9kL1m' here", Kind::Text, "cannot use service_key"),
            ("Service key\n\naB3dE5fG7hJ9kL1mN3pQ5rS7\n", Kind::Text, "Service key"),
            ("- **key**:\naB3dE5fG7hJ9kL1mN3pQ5rS7", Kind::Markdown, "key"),
            (
                "Ann: here is the service key:\n\n```\naB3dE5fG7hJ9kL1mN3pQ5rS7\n```",
                Kind::Markdown,
                "here is the service key",
            ),
            ("patch := `\n+key = aB3dE5fG7hJ9kL1mN3pQ5rS7\n`", Kind::Go, "key"),
        ] {
            let found = loose(text, kind);
            assert_eq!(found.map(|found| found.0), Some(name), "{text}");
            assert!(found.is_some_and(|found| found.1.starts_with("aB3dE5fG7hJ9kL1m")), "{text}");
        }
    }

    #[test]
    fn code_is_none() {
        for (text, kind) in [
            ("// key = tokens[index2].value;", Kind::CSharp),
            ("// key = GetKeyFromTheVault2();", Kind::CSharp),
            ("// key: see the wiki of 2024", Kind::CSharp),
            ("key = aVariableWithALongName2;", Kind::CSharp),
            ("key := aVariableWithALongName2", Kind::Go),
            ("key == aVariableWithALongName2", Kind::Python),
            ("key = aB3dE5fG7hJ9kL1m", Kind::Python),
            ("call(key: aB3dE5fG7hJ9kL1mN3pQ5rS7)", Kind::Swift),
            ("#key: aB3dE5fG7hJ9kL1m", Kind::Java),
            ("crypto_key\ncrypto_kdf_hkdf_sha256_bytes_max", Kind::Text),
            ("the key\nof the house, and 2024", Kind::Text),
            ("it has no key.\naB3dE5fG7hJ9kL1mN3pQ5rS7", Kind::Text),
            ("Ann: make the key:\n\n```\naB3dE5fG7hJ9kL1mN3pQ5rS7\nnext\n```", Kind::Markdown),
            ("Ann, here is the key:\naB3dE5fG7hJ9kL1mN3pQ5rS7\n", Kind::Text),
            ("use the key 'enter' or 'aB3dE5fG7hJ9kL1m'", Kind::Text),
        ] {
            assert_eq!(loose(text, kind), None, "{text}");
        }
    }
}
