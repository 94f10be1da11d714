//! Where a connection string begins and ends in the text about it.

/// Bytes looked at to either side of the given place.
const REACH: usize = 4096;

pub(super) fn beginning(text: &[u8], at: usize) -> usize {
    let least = at.saturating_sub(REACH);
    let mut here = at;
    let mut closed = None;
    while here > least {
        let byte = text[here - 1];
        match byte {
            b'\n' if goes_on(&text[least..here - 1], &text[here..]) => {}
            b'\r' if text.get(here) == Some(&b'\n') => {}
            b'\n' | b'\r' | b'<' | b'>' | b'`' => break,
            // `##vso[task.setvariable variable=cs;issecret=true]Server=…`
            b']' if closes_command(&text[least..here]) => break,
            // `Pwd='a;b'` before us: a quote that a pair opened ends where it began.
            b'"' | b'\'' => {
                if closed == Some(byte) {
                    closed = None;
                } else if here >= 2 && matches!(text[here - 2], b'=') && closed.is_none() {
                    break;
                } else if closed.is_none() && quoted_value_ends(text, here - 1, least) {
                    closed = Some(byte);
                } else if closed.is_none() {
                    break;
                }
            }
            _ => {}
        }
        here -= 1;
    }
    // White space, `export NAME=` and the like belong to the surroundings.
    let begun = here + text[here..at].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    begun.min(at)
}

/// Does a string of several lines go on with the next one? A `;` ends the line, perhaps with a backslash that takes the
/// break out, and a key that connection strings have begins the next.
fn goes_on(line: &[u8], next: &[u8]) -> bool {
    #[rustfmt::skip]
    const KEYS: [&str; 31] = [
        "server", "data source", "datasource", "address", "host", "port", "database", "initial catalog", "user id",
        "userid", "uid", "user", "username", "password", "pwd", "persist security info", "integrated security",
        "trusted_connection", "encrypt", "trustservercertificate", "multipleactiveresultsets", "connection timeout",
        "driver", "provider", "accountname", "accountkey", "endpointsuffix", "sharedaccesskeyname", "sharedaccesskey",
        "entitypath", "deviceid",
    ];
    let line = line.trim_ascii_end();
    let line = line.strip_suffix(b"\\").unwrap_or(line).trim_ascii_end();
    if !line.ends_with(b";") {
        return false;
    }
    let next = next[..next.len().min(160)].trim_ascii_start();
    let next = next.iter().position(|b| matches!(b, b'\n' | b';')).map_or(next, |end| &next[..end]);
    // `server = name;` and `password = read();` are two statements.
    if next.contains(&b'(') {
        return false;
    }
    let key = next.iter().position(|byte| *byte == b'=').map(|at| next[..at].trim_ascii_end());
    key.is_some_and(|key| KEYS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(key)))
}

/// Is the `]` at the end of `before` the end of a logging command of Azure Pipelines?
fn closes_command(before: &[u8]) -> bool {
    let line = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
    memchr::memmem::rfind(line, b"##vso[")
        .is_some_and(|open| memchr::memchr(b']', &line[open..]) == Some(line.len() - 1 - open))
}

/// `${NAME:-Server=…}`, `${NAME:Server=…}`: where the default begins that `at` stands in.
pub(super) fn default_around(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let open = start + memchr::memmem::rfind(&text[start..at], b"${")? + 2;
    if closing_brace(&text[..at], open) < at {
        return None;
    }
    let name =
        text[open..at].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')).count();
    let colon = open + name;
    if name == 0 || text[colon] != b':' {
        return None;
    }
    Some((colon + 1 + usize::from(matches!(text[colon + 1], b'-' | b'='))).min(at))
}

/// The `}` that belongs to a default: one that no `{` behind `at` opens.
pub(super) fn closing_brace(text: &[u8], at: usize) -> usize {
    let mut open = 0_usize;
    for (n, byte) in text[at..].iter().take(REACH).enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' if open == 0 => return at + n,
            b'}' => open -= 1,
            b'\n' => break,
            _ => {}
        }
    }
    text.len()
}

/// Is the quote at `at` the end of a value `='…'`?
fn quoted_value_ends(text: &[u8], at: usize, least: usize) -> bool {
    let quote = text[at];
    let before = &text[least..at];
    before.iter().rposition(|&byte| byte == quote).is_some_and(|open| open > 0 && before[open - 1] == b'=')
}

pub(super) fn ending(text: &[u8], at: usize) -> usize {
    let most = text.len().min(at + REACH);
    let mut here = at;
    let mut open: Option<u8> = None;
    while here < most {
        let byte = text[here];
        match (open, byte) {
            (None, b'\r') if text.get(here + 1) == Some(&b'\n') => {}
            (None, b'\n') if goes_on(&text[at..here], &text[here + 1..]) => {}
            (_, b'\n' | b'\r') => break,
            (Some(quote), _) if byte == quote => open = None,
            (Some(_), _) => {}
            // The end of a text block: the key before it ends with its own padding.
            (None, b'"' | b'\'') if text[here..most].starts_with(&[byte; 3]) => break,
            (None, b'"' | b'\'') if here > 0 && text[here - 1] == b'=' && closes(&text[here + 1..most], byte) => {
                open = Some(byte)
            }
            (None, b'{') if here > 0 && text[here - 1] == b'=' => open = Some(b'}'),
            (None, b'"' | b'\'' | b'`' | b'<' | b'>') => break,
            (None, b'\\') if matches!(text.get(here + 1), Some(b'"' | b'\'')) => break,
            // A line break as a string of JSON writes it, at the end of the string.
            (None, b'\\') if matches!(text[here + 1..most], [b'n' | b'r', b'"' | b'\\', ..]) => break,
            // The end of a field of a form: a key in base64, and then `&next=`.
            (None, b'&') if here > at && text[here - 1] == b'=' && begins_field(&text[here + 1..most]) => break,
            // The end of a key in base64, and then another option of the command.
            (None, b' ') if here > at && ends_key(&text[at..here]) => break,
            // The end of a cell.
            (None, b' ') if text[here..most].starts_with(b" |") => break,
            _ => {}
        }
        here += 1;
    }
    if open.is_some() { unquoted_ending(text, at, most) } else { here }
}

/// Twenty characters of base64 and their padding.
fn ends_key(text: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let unpadded = text.strip_suffix(b"=").map(|text| text.strip_suffix(b"=").unwrap_or(text));
    unpadded.is_some_and(|text| text.len() >= 20 && text[text.len() - 20..].iter().all(is_digit))
}

/// `name=`
fn begins_field(text: &[u8]) -> bool {
    let name =
        text.iter().take(60).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    name > 0 && text.get(name) == Some(&b'=')
}

/// A quote that opens a value is closed again before a `;` that ends the pair, or the line.
fn closes(rest: &[u8], quote: u8) -> bool {
    let line = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(rest.len());
    rest[..line].iter().position(|&byte| byte == quote).is_some_and(|end| {
        matches!(rest.get(end + 1), Some(b';' | b' ' | b'"' | b'\'' | b',' | b'<' | b'\n' | b'\r') | None)
    })
}

fn unquoted_ending(text: &[u8], at: usize, most: usize) -> usize {
    let stop = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'<' | b'>');
    text[at..most].iter().position(stop).map_or(most, |length| at + length)
}
