//! Literals that a function, a method or a property gives back: `string GetSecret() => "v"`, `get secret() { return 'v' }`.
//!
//! The name must be declared there, not called, and the literal must be the first thing in its body.

use crate::document::assign::code::literal::Value;
use crate::document::assign::code::name::Name;
use crate::document::assign::code::text::{Cursor, before_blanks, is_identifier};
use crate::document::assign::code::value;
use crate::document::kind::Kind;

/// The longest list of parameters.
const LONGEST_PARAMETERS: usize = 160;
/// The longest type behind it.
const LONGEST_SIGNATURE: usize = 80;
/// The longest text that documents a function within it.
const LONGEST_DOC: usize = 600;

/// The literal that is all the body of what `name` declares.
pub(super) fn returned(text: &[u8], name: &Name, kind: Kind) -> Option<Value> {
    if name.enclosed || name.dashes > 0 || !kind.joins_literals() || kind == Kind::Sql {
        return None;
    }
    let mut cursor = Cursor::at(text, name.right);
    let takes = cursor.peek() == b'(';
    if takes {
        parameters(&mut cursor)?;
    }
    let begins = signature(&mut cursor, takes, kind)?;
    if !declares(text, name.left, kind) {
        return None;
    }
    body(cursor, begins, kind)
}

/// `() => 'v'`, `async (x: string): string => { return 'v' }` behind the `=` or `:` of a name.
pub(super) fn arrow(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    if !matches!(kind, Kind::JavaScript | Kind::TypeScript) {
        return None;
    }
    let mut cursor = Cursor::at(text, at);
    if cursor.eat_word(b"async") {
        cursor.skip_blanks();
    }
    if cursor.peek() != b'(' {
        return None;
    }
    parameters(&mut cursor)?;
    let begins = signature(&mut cursor, true, kind)?;
    if begins != Begins::Arrow {
        return None;
    }
    cursor.skip_white();
    let begins = if cursor.eat(b"{") { Begins::Block } else { begins };
    body(cursor, begins, kind)
}

/// What a body begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// `=>`, `=`: an expression.
    Arrow,
    /// `{`
    Block,
    /// A line break, or the `:` of Python.
    Line,
}

/// Moves over a list of parameters without a literal in it.
fn parameters(cursor: &mut Cursor<'_>) -> Option<()> {
    let (from, mut depth) = (cursor.at, 0_usize);
    while cursor.at - from < LONGEST_PARAMETERS {
        match cursor.peek() {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'"' | b'\'' | b'`' | b';' | b'{' | 0 => return None,
            _ => {}
        }
        cursor.at += 1;
        if depth == 0 {
            return Some(());
        }
    }
    None
}

/// Moves over the type that is given back, up to the body.
fn signature(cursor: &mut Cursor<'_>, takes: bool, kind: Kind) -> Option<Begins> {
    let from = cursor.at;
    while cursor.at - from < LONGEST_SIGNATURE {
        match cursor.peek() {
            b'{' if cursor.eat(b"{") => return Some(Begins::Block),
            b'=' if takes => {
                let arrow = cursor.eat(b"=>");
                let gives = arrow || cursor.eat(b"=") && cursor.peek() != b'=';
                return gives.then_some(Begins::Arrow);
            }
            b':' if kind == Kind::Python && cursor.eat(b":") => return Some(Begins::Line),
            b'-' if !cursor.eat(b"->") => return None,
            b'-' => {}
            b'\r' | b'\n' if matches!(kind, Kind::Ruby | Kind::DotNet) => return Some(Begins::Line),
            b'\r' | b'\n' if kind == Kind::Kotlin && cursor.at > from => return Some(Begins::Line),
            byte if is_identifier(byte) || b" \t\r\n:<>[]?&'*|,.".contains(&byte) => cursor.at += 1,
            _ => return None,
        }
    }
    None
}

/// Does the text before `at` declare what follows? A call stands behind an operator or a word that asks.
fn declares(text: &[u8], at: usize, kind: Kind) -> bool {
    #[rustfmt::skip]
    const ASKS: [&[u8]; 22] = [
        b"and", b"assert", b"await", b"case", b"echo", b"elif", b"else", b"elseif", b"for", b"foreach", b"if", b"in",
        b"match", b"new", b"not", b"or", b"return", b"switch", b"throw", b"unless", b"until", b"while",
    ];
    let Some((last, byte)) = before_blanks(text, at) else { return false };
    if is_identifier(byte) {
        let length = text[..=last].iter().rev().take(24).take_while(|&&b| is_identifier(b)).count();
        let word = &text[last + 1 - length..=last];
        let calls = ASKS.iter().any(|asks| word.eq_ignore_ascii_case(asks));
        return last + 1 < at && !calls;
    }
    match byte {
        b'\n' | b'\r' | b'{' | b'}' | b';' => matches!(kind, Kind::JavaScript | Kind::TypeScript),
        b'>' | b']' | b'?' | b'*' => true,
        // `func (c *Client) secret() string`
        b')' => kind == Kind::Go,
        _ => false,
    }
}

fn body(mut cursor: Cursor<'_>, begins: Begins, kind: Kind) -> Option<Value> {
    cursor.skip_white();
    if kind == Kind::Python {
        documentation(&mut cursor);
    }
    let mut begins = begins;
    if begins != Begins::Arrow && matches!(kind, Kind::CSharp | Kind::Kotlin | Kind::Swift) && cursor.eat_word(b"get") {
        cursor.eat(b"()");
        cursor.skip_white();
        begins = match cursor.peek() {
            b'{' if cursor.eat(b"{") => Begins::Block,
            b'=' if cursor.eat(b"=>") || cursor.eat(b"=") => Begins::Arrow,
            _ => return None,
        };
        cursor.skip_white();
    }
    // The last expression is what these give back.
    let bare = matches!(
        kind,
        Kind::Rust | Kind::Ruby | Kind::Groovy | Kind::Swift | Kind::PowerShell | Kind::Scala | Kind::Elixir
    );
    let told = cursor.eat_word(b"return") || cursor.eat_word(b"Return");
    if !told && begins != Begins::Arrow && !bare {
        return None;
    }
    cursor.skip_blanks();
    let value = value::read(cursor.text, cursor.at, kind)?;
    let mut after = Cursor::at(cursor.text, value.end);
    after.skip_blanks();
    (matches!(after.peek(), b';' | b'}' | b')' | b',' | b'.') || after.at_line_end()).then_some(value)
}

/// Moves over `"""…"""` at the beginning of a body.
fn documentation(cursor: &mut Cursor<'_>) {
    let window = &cursor.text[cursor.at..cursor.text.len().min(cursor.at + LONGEST_DOC)];
    let Some(inside) = window.strip_prefix(b"\"\"\"") else { return };
    if let Some(end) = memchr::memmem::find(inside, b"\"\"\"") {
        cursor.at += end + 6;
        cursor.skip_white();
    }
}

/// Can a body follow the parenthesis at `at`? Cheap: most calls end with `;`, `)` or a line break there.
pub(super) fn may_begin(text: &[u8], at: usize, kind: Kind) -> bool {
    if !kind.joins_literals() {
        return false;
    }
    let window = &text[at..text.len().min(at + LONGEST_PARAMETERS)];
    let Some(close) = memchr::memchr3(b')', b'"', b';', window).filter(|&n| window[n] == b')') else { return false };
    let mut after = Cursor::at(text, at + close + 1);
    let blank = after.skip_blanks();
    match after.peek() {
        b'{' | b'=' | b'-' | b':' => true,
        b'\n' | b'\r' => {
            let line = matches!(kind, Kind::Ruby | Kind::DotNet);
            after.skip_white();
            line || after.peek() == b'{'
        }
        byte => blank && is_identifier(byte),
    }
}
