//! Types between a name and its value: `name: String = "v"`.

use crate::document::assign::code::literal::{self, Value};
use crate::document::assign::code::name::Name;
use crate::document::assign::code::text::{Cursor, is_identifier};
use crate::document::assign::code::value;
use crate::document::kind::Kind;

use super::operator::Operator;

/// The longest type annotation.
pub(super) const LONGEST_TYPE: usize = 60;

/// `By.id("password")).sendKeys("v")`, `$("#password").val("v")`, `getElementById("password").value = "v"`.
pub(super) fn typed_in(text: &[u8], at: usize, kind: Kind) -> Option<Value> {
    let mut cursor = Cursor::at(text, at);
    if !cursor.eat(b".") {
        return None;
    }
    let name = cursor.identifier();
    match &text[name] {
        b"sendKeys" | b"send_keys" | b"SendKeys" | b"val" | b"fill" | b"type" | b"setValue" if cursor.eat(b"(") => {
            literal::read(text, cursor.at, kind)
        }
        b"value" | b"Value" => {
            cursor.skip_blanks();
            if !cursor.eat(b"=") || cursor.peek() == b'=' {
                return None;
            }
            cursor.skip_white();
            literal::read(text, cursor.at, kind)
        }
        _ => None,
    }
}

/// Moves over the bytes of a type and the `=` behind it.
pub(super) fn skip_type(cursor: &mut Cursor<'_>) -> Option<()> {
    let (from, mut depth) = (cursor.at, 0usize);
    while cursor.at - from < LONGEST_TYPE {
        let byte = cursor.peek();
        depth += usize::from(matches!(byte, b'<' | b'[' | b'('));
        depth = depth.saturating_sub(usize::from(matches!(byte, b'>' | b']' | b')')));
        match byte {
            // The next parameter.
            b',' if depth == 0 => return None,
            b')' if depth == 0 && !cursor.text[from..cursor.at].contains(&b'(') => return None,
            b'=' if matches!(cursor.peek_at(1), b'=' | b'>') => return None,
            b'=' => {
                cursor.at += 1;
                return Some(());
            }
            byte if is_identifier(byte) || b" .<>[]?&'*|,$:!()".contains(&byte) => cursor.at += 1,
            _ => return None,
        }
    }
    None
}

/// `name: string = "v"`, once `: "v"` did not fit.
pub(super) fn typed(mut cursor: Cursor<'_>, operator: Operator, name: &Name, kind: Kind) -> Option<Value> {
    if !operator.colon || name.enclosed {
        return None;
    }
    skip_type(&mut cursor)?;
    cursor.skip_continued();
    value::read(cursor.text, cursor.at, kind)
}
