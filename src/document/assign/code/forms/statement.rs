//! Statements that give a variable its value without an operator.

use std::ops::Range;

use crate::document::assign::code::literal::{self, Value};
use crate::document::assign::code::name::Name;
use crate::document::assign::code::text::{Cursor, before_blanks, follows_word, is_identifier, open_quote};
use crate::document::assign::code::{bare, value};
use crate::document::kind::Kind;

use super::argument;
use super::directive::directive;

/// `#define NAME "v"`, `ENV NAME v`, `set NAME=v`, `IDENTIFIED BY 'v'`, `sshpass -p v`, `ConvertTo-SecureString 'v'`.
pub(super) fn statement(text: &[u8], name: &Name, kind: Kind) -> Option<(Range<usize>, Value)> {
    let mut cursor = Cursor::at(text, name.right);
    if !cursor.skip_blanks() {
        return None;
    }
    let own = |value| Some((name.span.clone(), value));
    let word = &text[name.span.clone()];
    if word.eq_ignore_ascii_case(b"identified") && cursor.eat_word(b"by") {
        cursor.skip_blanks();
        let range = name.span.start..before_blanks(text, cursor.at)?.0 + 1;
        return Some((range, literal::read(text, cursor.at, Kind::Sql)?));
    }
    if word.eq_ignore_ascii_case(b"sshpass") && (cursor.eat(b"-p ") || cursor.eat(b"-p")) {
        cursor.skip_blanks();
        return own(argument(text, name, cursor.at, kind)?);
    }
    if bare::is_command(kind) {
        // `gh secret set NAME --body v`, `az keyvault secret set --name N --value v`, `Set-Item Env:NAME -Value v`
        if [&b"--body"[..], b"--value", b"--secret-value", b"-Value"].iter().any(|option| cursor.eat_word(option)) {
            cursor.at += usize::from(matches!(cursor.peek(), b' ' | b'='));
            return own(argument(text, name, cursor.at, kind)?);
        }
        // `dotnet user-secrets set "Name" "v"`, `pulumi config set --secret name v`
        if ["user-secrets set", "config set", "config set --secret", "secrets set"]
            .iter()
            .any(|command| text[..name.left].trim_ascii_end().ends_with(command.as_bytes()))
        {
            return own(argument(text, name, cursor.at, kind)?);
        }
    }
    if let Some(value) = directive(text, name, cursor, kind) {
        return own(value);
    }
    match kind {
        Kind::C if follows_word(text, name.left, b"define") => own(value::read(text, cursor.at, kind)?),
        Kind::Dockerfile if follows_word(text, name.left, b"ENV") => own(bare::line(text, cursor.at, kind)?),
        Kind::Shell if is_set(text, name.left) => own(argument(text, name, cursor.at, kind)?),
        Kind::Batch if follows_word(text, name.left, b"setx") => own(bare::word(text, cursor.at, kind)?),
        Kind::Groovy | Kind::Ruby | Kind::Sql | Kind::Perl if matches!(cursor.peek(), b'"' | b'\'' | b'N') => {
            if name.enclosed || kind == Kind::Perl {
                return None;
            }
            own(literal::read(text, cursor.at, kind)?)
        }
        Kind::PowerShell if word.eq_ignore_ascii_case(b"ConvertTo-SecureString") => {
            let value = value::secure_string(Cursor::at(text, name.span.start), kind)?;
            Some((variable_before(text, name.span.start).unwrap_or(name.span.clone()), value))
        }
        _ if cursor.peek() == b'\''
            && word.eq_ignore_ascii_case(b"password")
            && open_quote(text, name.left) == Some(b'"') =>
        {
            // `"… WITH PASSWORD 'v'"`
            own(literal::read(text, cursor.at, Kind::Sql)?)
        }
        _ => None,
    }
}

/// `set -gx NAME v` of fish, `setenv NAME v` of csh.
fn is_set(text: &[u8], at: usize) -> bool {
    let line = &text[at.saturating_sub(60)..at];
    let line = memchr::memrchr2(b'\n', b';', line).map_or(line, |n| &line[n + 1..]);
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    match words.next() {
        Some(b"setenv") => words.next().is_none(),
        Some(b"set") => line.ends_with(b" ") && words.clone().count() > 0 && words.all(|word| word[0] == b'-'),
        _ => false,
    }
}

/// The variable that the expression at `at` is given to: `$x = (…`.
fn variable_before(text: &[u8], at: usize) -> Option<Range<usize>> {
    let (mut i, mut byte) = before_blanks(text, at)?;
    while byte == b'(' {
        (i, byte) = before_blanks(text, i)?;
    }
    if byte != b'=' {
        return None;
    }
    let (last, _) = before_blanks(text, i)?;
    let from = text[..=last].iter().rev().take(100).take_while(|&&b| is_identifier(b) || b == b':').count();
    (from > 0).then_some(last + 1 - from..last + 1)
}
