//! What a byte directly behind a name says: can a value follow at all?

use crate::document::assign::code::text::{Cursor, is_identifier};
use crate::document::kind::Kind;

use super::returned;

/// What a byte directly behind a name says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// No form goes on so: the hit is rejected here, before the name is read to the left.
    Never,
    Maybe,
    /// A blank or a line break: what is behind it decides.
    Blank,
}

const NEXT: [Next; 256] = {
    let mut table = [Next::Never; 256];
    let maybe = b"=:\"'`\\]}><(?|!+-/[*&.";
    let mut i = 0;
    while i < maybe.len() {
        table[maybe[i] as usize] = Next::Maybe;
        i += 1;
    }
    table[b' ' as usize] = Next::Blank;
    table[b'\t' as usize] = Next::Blank;
    table[b'\n' as usize] = Next::Blank;
    table[b'\r' as usize] = Next::Blank;
    table
};

/// Can a value follow a name that ends at `end`? Cheap: most hits of a word end here.
pub(in crate::document::assign::code) fn may_follow(text: &[u8], end: usize, kind: Kind) -> bool {
    let Some(&byte) = text.get(end) else { return false };
    let mut cursor = Cursor::at(text, end);
    match NEXT[byte as usize] {
        // `std::string key{"v"}`
        Next::Never => byte == b'{' && kind == Kind::C && text.get(end + 1) == Some(&b'"'),
        // A call without arguments or with a variable is the most frequent of all.
        Next::Maybe if byte == b'(' => {
            cursor.at += 1;
            cursor.skip_white();
            !is_identifier(cursor.peek()) && cursor.peek() != b')'
                || may_be_prefix(&cursor)
                || returned::may_begin(text, end + 1, kind)
        }
        Next::Maybe if byte == b'.' => matches!(cursor.peek_at(1), b'='),
        Next::Maybe => true,
        Next::Blank => {
            cursor.skip_blanks();
            let byte = cursor.peek();
            if matches!(byte, b'\n' | b'\r') {
                cursor.skip_white();
                let accessors = kind == Kind::CSharp && cursor.peek() == b'{';
                let below = matches!(kind, Kind::Text | Kind::Markdown)
                    && (cursor.peek().is_ascii_alphanumeric() || matches!(cursor.peek(), b'+' | b'/'));
                let method = kind == Kind::Ruby && matches!(cursor.peek(), b'"' | b'\'');
                return kind.quotes_literals() && matches!(cursor.peek(), b'=' | b'?' | b'|' | b':')
                    || accessors
                    || method
                    || below;
            }
            match NEXT[byte as usize] {
                // The rest are names behind a dash, types and words.
                Next::Never => {
                    is_identifier(byte)
                        || matches!(byte, b'@' | b'$' | b'%')
                        || byte == b'{' && matches!(kind, Kind::CSharp | Kind::PowerShell)
                }
                _ => !matches!(byte, b']' | b'}' | b'.'),
            }
        }
    }
}

/// Letters before a quote: `setPassword(b"v")`.
fn may_be_prefix(cursor: &Cursor<'_>) -> bool {
    (1..4).any(|n| matches!(cursor.peek_at(n), b'"' | b'\''))
}
