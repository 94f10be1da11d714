//! Tables: the first line names the columns, and each cell is a value of its column.
//!
//! Only columns with a name that could be one of a secret are read, and the first [`MOST`] lines: what is
//! longer is data. A table of names and values, `name,value`, gives each value its name too.

use std::ops::Range;

use memchr::memchr;

use super::Decoded;
use super::draft::Draft;
use super::pairs;
use super::unescape::line_break;
use crate::document::layer::Map;

/// Lines that are read.
const MOST: usize = 10_000;
/// Columns of one line.
const MOST_COLUMNS: usize = 256;
/// Longer names are prose.
const LONGEST_NAME: usize = 80;

/// Reads a table; answers nothing, for what is no table has no names.
pub(super) fn read(draft: &mut Draft<'_>, _text: &str, from: usize) -> Option<usize> {
    let text = draft.text();
    let mut reader = Reader { text, at: from, separator: separator(text, from) };
    let mut cells = Vec::new();
    if !reader.line(&mut cells) || cells.len() < 2 || !cells.iter().all(|cell| is_name(&text[cell.at.clone()])) {
        return None;
    }
    let header = cells.clone();
    let word = |cell: &Cell| String::from_utf8_lossy(&text[cell.at.clone()]).trim().to_ascii_lowercase();
    let named = header.iter().position(|cell| pairs::is_name(&word(cell)));
    let columns: Vec<(usize, bool)> = (0..header.len())
        .filter_map(|column| {
            let name = word(&header[column]);
            let pair = named.is_some_and(|named| named < column) && pairs::is_value(&name);
            (pair || may_be_secret(&name)).then_some((column, pair))
        })
        .collect();
    if columns.is_empty() {
        return None;
    }
    let keys: Vec<u32> = columns.iter().map(|(column, _)| draft.key(None, header[*column].at.clone(), None)).collect();
    for _ in 0..MOST {
        if !reader.line(&mut cells) {
            break;
        }
        for ((column, pair), key) in columns.iter().zip(&keys) {
            let Some(cell) = cells.get(*column).filter(|cell| !cell.at.is_empty()) else { continue };
            let item = draft.value(*key, cell.at.clone(), true, cell.decoded(text));
            let name = named.filter(|_| *pair).and_then(|named| cells.get(named));
            if let Some(name) = name.filter(|name| pairs::is_one_name(&text[name.at.clone()])) {
                let key = draft.key(None, name.at.clone(), None);
                draft.give_also(key, item);
            }
        }
    }
    None
}

/// The sign that divides most of the first line.
fn separator(text: &[u8], from: usize) -> u8 {
    let line = &text[from..];
    let line = &line[..memchr(b'\n', line).unwrap_or(line.len())];
    let count = |sign: u8| memchr::memchr_iter(sign, line).count();
    b";\t|".iter().copied().filter(|&sign| count(sign) > count(b',')).max_by_key(|&sign| count(sign)).unwrap_or(b',')
}

fn is_name(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    cell.len() <= LONGEST_NAME && !cell.iter().any(|b| matches!(b, b'=' | b'{' | b'<' | b'\n'))
}

/// Does the name hold a word that one of a secret's names holds? A table has hundreds of columns, and few that do.
fn may_be_secret(name: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 14] = [
        "pass", "pwd", "secret", "key", "token", "cred", "sas", "connection", "signature", "auth", "pat", "pin", "url",
        "webhook",
    ];
    WORDS.iter().any(|word| name.contains(word))
}

#[derive(Clone, Debug)]
struct Cell {
    /// Without its quotes.
    at: Range<usize>,
    /// Are there doubled quotes in it?
    doubled: bool,
}

impl Cell {
    /// The cell with its doubled quotes undone.
    fn decoded(&self, text: &[u8]) -> Option<Box<Decoded>> {
        if !self.doubled {
            return None;
        }
        let (mut bytes, mut map) = (Vec::new(), Map::starting_at(self.at.start));
        let mut rest = &text[self.at.clone()];
        while !rest.is_empty() {
            let per = if rest.starts_with(b"\"\"") { 2 } else { 1 };
            bytes.push(rest[0]);
            map.push(1, 1, per);
            rest = &rest[per..];
        }
        Some(Box::new(Decoded { how: "csv", bytes, map }))
    }
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    separator: u8,
}

impl Reader<'_> {
    /// The cells of the next line; false at the end of the text.
    fn line(&mut self, cells: &mut Vec<Cell>) -> bool {
        cells.clear();
        if self.at >= self.text.len() {
            return false;
        }
        while cells.len() < MOST_COLUMNS {
            cells.push(self.cell());
            if self.text.get(self.at) != Some(&self.separator) {
                break;
            }
            self.at += 1;
        }
        // What follows a closing quote, or the columns that are too many.
        while self.at < self.text.len() && line_break(&self.text[self.at..]).is_none() {
            self.at += 1;
        }
        self.at += line_break(&self.text[self.at..]).unwrap_or(0);
        true
    }

    fn cell(&mut self) -> Cell {
        let rest = &self.text[self.at..];
        if rest.first() == Some(&b'"')
            && let Some((length, doubled)) = quoted(&rest[1..])
        {
            let from = self.at + 1;
            self.at = from + length + 1;
            return Cell { at: from..from + length, doubled };
        }
        let ends = |b: &u8| *b == self.separator || matches!(b, b'\n' | b'\r');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let from = self.at;
        self.at += length;
        let blanks = rest[..length].iter().take_while(|b| **b == b' ').count();
        let trimmed = rest[blanks..length].trim_ascii_end().len();
        Cell { at: from + blanks..from + blanks + trimmed, doubled: false }
    }
}

/// Length of a quoted cell, without its closing quote. A cell of many lines is text of people, and none.
fn quoted(rest: &[u8]) -> Option<(usize, bool)> {
    let (mut at, mut doubled) = (0, false);
    loop {
        match rest.get(at)? {
            b'"' if rest.get(at + 1) == Some(&b'"') => {
                doubled = true;
                at += 2;
            }
            b'"' => return Some((at, doubled)),
            b'\n' | b'\r' => return None,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::document::kind::Kind;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let read = read(text.as_bytes(), Kind::Csv).unwrap();
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let pair = |item: &super::super::Assignment| (read.path(item.key).join("/"), show(item.bytes(text.as_bytes())));
        read.items.iter().map(pair).collect()
    }

    #[test]
    fn cells_stand_under_the_names_of_their_columns() {
        for (text, expected) in [
            ("user,password\nann,v1\nbob,\"a\"\"b,c\"\n", &[("password", "v1"), ("password", "a\"b,c")][..]),
            ("user;api key;x\r\nann; v1 ;2\r\n", &[("api key", "v1")]),
            ("name\ttoken\nann\tv1", &[("token", "v1")]),
            (
                "name,value\nDB_PASSWORD,v1\nregion,weu\n",
                &[("value", "v1"), ("DB_PASSWORD", "v1"), ("value", "weu"), ("region", "weu")],
            ),
            ("password,user\n\"never closed,ann\n", &[("password", "\"never closed")]),
            ("password\nv1\n", &[]),
            ("a,b\n1,2\n", &[]),
            ("x={y},password\n1,v1\n", &[]),
            ("", &[]),
            ("password,user", &[]),
            ("password,user\n,,\n\n", &[]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            assert_eq!(pairs(text), expected, "{text:?}");
        }
    }
}
