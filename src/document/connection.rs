//! Connection strings: `key=value` pairs with the quoting of ADO.NET and ODBC.
//!
//! Given a place inside one, finds where the string begins and ends in whatever
//! surrounds it (a quoted literal, an attribute, a line of `.env`), and reads its
//! pairs. Understood as well: pairs divided by `,` (StackExchange.Redis), by white
//! space (libpq) and by `&` behind a `?` (JDBC URLs).

mod extent;

use super::layer::LayerSpan;
use extent::{beginning, closing_brace, default_around, ending};

/// One `key=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The key as it stands.
    pub key: LayerSpan,
    /// The key in small letters without white space, after synonyms.
    pub name: String,
    /// The value without its quotes.
    pub value: LayerSpan,
}

/// A parsed string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// In the order of the text.
    pub pairs: Vec<Pair>,
    /// The whole string.
    pub whole: LayerSpan,
}

impl Connection {
    /// The first value under a canonical name that is not empty, or else an empty one.
    pub fn get(&self, name: &str) -> Option<LayerSpan> {
        let mut all = self.pairs.iter().filter(|pair| pair.name == name).map(|pair| pair.value);
        let first = all.next()?;
        Some(if first.is_empty() { all.find(|value| !value.is_empty()).unwrap_or(first) } else { first })
    }
}

/// Parses the string around `at`; `None` if no pair is there.
pub fn parse(text: &[u8], at: usize) -> Option<Connection> {
    let start = beginning(text, at);
    let (start, end) = match default_around(text, start, at) {
        Some(from) => (from, ending(text, at).min(closing_brace(text, at))),
        None => (start, ending(text, at)),
    };
    let divider = divider(&text[start..end], at - start);
    let start = if divider == b';' { behind_options(text, start, end.min(at)) } else { start };
    if matches!(divider, b',' | b' ') && !is_plain(&text[start..end]) {
        return None;
    }
    let mut pairs = Vec::new();
    let mut here = start;
    while here < end {
        let (pair, next) = pair(text, here, end, divider);
        pairs.extend(if here == start { pair.map(|pair| without_prose(text, pair)) } else { pair });
        here = next;
    }
    if divider != b' ' {
        host_in_front(text, start, end, divider, &mut pairs);
    }
    if pairs.is_empty() {
        return None;
    }
    Some(Connection { pairs, whole: LayerSpan::new(start, end)? })
}

/// `--from=Hub --connection=Endpoint=sb://…`: what the words before the first key of a service belong to is another
/// string, or none.
fn behind_options(text: &[u8], start: usize, end: usize) -> usize {
    const FIRST: [&[u8]; 5] =
        [b"Endpoint=", b"HostName=", b"AccountEndpoint=", b"DefaultEndpointsProtocol=", b"BlobEndpoint="];
    let first =
        memchr::memchr(b';', &text[start..end]).map_or(&text[start..end], |length| &text[start..start + length]);
    let stands = |key: &[u8]| {
        let at = memchr::memmem::rfind(first, key)?;
        (at > 0 && matches!(first[at - 1], b'=' | b' ') && first[..at].contains(&b'=')).then_some(start + at)
    };
    FIRST.into_iter().find_map(stands).unwrap_or(start)
}

/// What stands between pairs.
fn divider(whole: &[u8], at: usize) -> u8 {
    let before_query = whole[..at].contains(&b'?');
    if before_query && (whole[..at].contains(&b'&') || !whole.contains(&b';')) {
        b'&'
    } else if whole.contains(&b';') {
        b';'
    } else if whole.contains(&b',') && whole[..at].iter().any(|&byte| matches!(byte, b':' | b',')) {
        b','
    } else if whole.iter().filter(|&&byte| byte == b'=').count() > 1 {
        b' '
    } else {
        b';'
    }
}

/// The pair at `here`, and where the next one begins.
fn pair(text: &[u8], here: usize, end: usize, divider: u8) -> (Option<Pair>, usize) {
    let stops = |byte: u8| byte == divider || (divider == b'&' && matches!(byte, b'?' | b'#' | b' '));
    let Some(equals) = text[here..end].iter().position(|&byte| byte == b'=' || stops(byte)).map(|n| here + n) else {
        return (None, end);
    };
    if text[equals] != b'=' {
        return (None, equals + 1);
    }
    // `CONNECTION=Endpoint=sb://…`: the variable's name comes before the first key.
    let second = text[equals + 1..end].iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b' ').count();
    let nested = (2..40).contains(&second)
        && text.get(equals + 1 + second) == Some(&b'=')
        && text[..end].get(equals + 2 + second).is_some_and(|&byte| byte != b'=' && !stops(byte));
    let key = trim(text, here, equals);
    let key_start = key_beginning(text, key);
    if nested && divider == b';' && !is_secret_key(&text[key_start..key.1]) {
        return (None, equals + 1);
    }
    let (value, next) = value(text, equals + 1, end, &stops);
    let spans = LayerSpan::new(key_start, key.1).zip(LayerSpan::new(value.0, value.1));
    let pair = spans.map(|(key, value)| Pair { name: canonical(&text[key.range()]), key, value });
    (pair.filter(|pair| !pair.name.is_empty()), next)
}

/// `cannot open Server=…`: of the words before the first key those that make a known one are taken.
fn without_prose(text: &[u8], mut first: Pair) -> Pair {
    const KNOWN: [&str; 9] = [
        "server",
        "endpoint",
        "hostname",
        "accountendpoint",
        "accountname",
        "defaultendpointsprotocol",
        "driver",
        "provider",
        "blobendpoint",
    ];
    let key = first.key.range();
    if KNOWN.contains(&first.name.as_str()) {
        return first;
    }
    let words = key.clone().filter(|&at| at > key.start && text[at - 1] == b' ' && text[at] != b' ');
    for at in words {
        let name = canonical(&text[at..key.end]);
        if KNOWN.contains(&name.as_str())
            && let Some(span) = LayerSpan::new(at, key.end)
        {
            first.key = span;
            first.name = name;
            break;
        }
    }
    first
}

/// `CONN=Server` and `"cs": Server`: the key is what follows the last sign that no key holds.
fn key_beginning(text: &[u8], (start, end): (usize, usize)) -> usize {
    let foreign =
        |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.' | b'{' | b'}'));
    let from = text[start..end].iter().rposition(foreign).map_or(start, |at| start + at + 1);
    from + text[from..end].iter().take_while(|byte| **byte == b' ').count()
}

fn value(text: &[u8], from: usize, end: usize, stops: &impl Fn(u8) -> bool) -> ((usize, usize), usize) {
    let begun = from + text[from..end].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let close = match text.get(begun) {
        // `{{ .Data.password }}` is a template.
        Some(b'{') if text.get(begun + 1) != Some(&b'{') => Some(b'}'),
        Some(&quote @ (b'"' | b'\'')) => Some(quote),
        _ => None,
    };
    if let Some(close) = close.filter(|_| begun < end)
        && let Some(length) = text[begun + 1..end].iter().position(|&byte| byte == close)
    {
        let closed = begun + 1 + length;
        let next = text[closed..end].iter().position(|&byte| stops(byte)).map_or(end, |n| closed + n + 1);
        // `{0}` and `{password}` are blanks to fill in: they keep their braces for the classifier.
        let blank = close == b'}' && is_blank(&text[begun + 1..closed]);
        return (if blank { (begun, closed + 1) } else { (begun + 1, closed) }, next);
    }
    let stop = text[begun..end].iter().position(|&byte| stops(byte)).map_or(end, |n| begun + n);
    (trim(text, begun, stop), (stop + 1).min(end.max(stop)))
}

/// Pairs divided by commas or blanks look like arguments of a call: those have signs that no connection string has.
fn is_plain(whole: &[u8]) -> bool {
    !whole.iter().any(|byte| matches!(byte, b'(' | b')' | b'[' | b']'))
        && memchr::memmem::find(whole, b"==,").is_none()
        && memchr::memmem::find(whole, b"== ").is_none()
}

/// A number, or words without a digit: `{0}`, `{your_password}`.
fn is_blank(inside: &[u8]) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b' ' | b'.');
    inside.len() <= 40 && (inside.iter().all(u8::is_ascii_digit) || inside.iter().all(word))
}

fn trim(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && text[start].is_ascii_whitespace() {
        start += 1;
    }
    while end > start && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    (start, end)
}

/// `cache.redis.windows.net:6380,password=…` and `jdbc:sqlserver://host:1433;…` name the server without a key.
fn host_in_front(text: &[u8], start: usize, end: usize, divider: u8, pairs: &mut Vec<Pair>) {
    if pairs.iter().any(|pair| pair.name == "server") {
        return;
    }
    let first = text[start..end].iter().position(|&byte| byte == divider || byte == b'?').map_or(end, |n| start + n);
    let head = &text[start..first];
    let from = match memchr::memmem::find(head, b"://") {
        Some(at) => start + at + 3,
        None if !head.contains(&b'=') && head.contains(&b'.') => start,
        None => return,
    };
    let length = text[from..first].iter().position(|&byte| matches!(byte, b'/' | b' ')).unwrap_or(first - from);
    let from = text[from..from + length].iter().rposition(|&byte| byte == b'@').map_or(from, |at| from + at + 1);
    if let (Some(value), Some(key)) =
        (LayerSpan::new(from, from.max(from + length.min(first - from))), LayerSpan::new(from, from))
        && !value.is_empty()
    {
        pairs.push(Pair { key, name: "server".to_owned(), value });
    }
}

/// A key whose value is whatever stands there, a `=` in it too: `Pwd=ab=cd`.
fn is_secret_key(key: &[u8]) -> bool {
    matches!(canonical(key).as_str(), "password" | "accountkey" | "sharedaccesskey" | "accesskey" | "secret")
}

/// Small letters without white space; synonyms of database drivers become one.
fn canonical(key: &[u8]) -> String {
    let plain: String = key
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .filter(char::is_ascii)
        .collect();
    match plain.as_str() {
        "pwd" => "password",
        "uid" | "userid" | "username" | "user_id" | "user_name" => "user",
        "datasource" | "addr" | "address" | "networkaddress" | "host" => "server",
        "initialcatalog" | "dbname" => "database",
        _ => return plain,
    }
    .to_owned()
}

#[cfg(test)]
mod tests;
