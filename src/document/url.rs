//! URLs with user and password: `scheme://user:password@host`.
//!
//! Read at `://`. User names of Azure databases hold an `@` themselves, so the
//! userinfo ends at the last one before the host. Templates inside stay as text:
//! whether `${PW}` is a password is not decided here.

use super::assign::Decoded;
use super::layer::{LayerSpan, Map};

/// Longest scheme, and longest stretch behind `://`, that are looked at.
const SCHEME: usize = 40;
const REACH: usize = 2048;

/// A URL with userinfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// `postgresql+psycopg2`
    pub scheme: LayerSpan,
    /// May be empty.
    pub user: LayerSpan,
    /// What follows the first `:` of the userinfo.
    pub password: Option<LayerSpan>,
    /// Host with port.
    pub host: LayerSpan,
    /// The password, if percent-encoding makes it differ.
    pub decoded: Option<Decoded>,
    /// From the scheme to the end of the host.
    pub whole: LayerSpan,
}

/// The URL whose `://` begins at `at`; `None` without a userinfo.
pub fn at(text: &[u8], at: usize) -> Option<Url> {
    let rest = text.get(at + 3..(at + 3 + REACH).min(text.len()))?;
    // Nearly every URL has no userinfo: one look for `@` before anything else.
    let authority = &rest[..authority_length(rest)];
    let split = memchr::memrchr(b'@', authority)?;
    let start = scheme_start(text, at)?;
    let (from, host_at) = (at + 3, at + 3 + split + 1);
    let userinfo = &authority[..split];
    let host_length = authority[split + 1..].iter().take_while(|&&byte| is_host(byte)).count();
    if host_length == 0 {
        return None;
    }
    let colon = colon_of(userinfo);
    let user_end = from + colon.unwrap_or(split);
    let password = match colon {
        Some(colon) => Some(LayerSpan::new(from + colon + 1, from + split)?),
        None => None,
    };
    Some(Url {
        scheme: LayerSpan::new(start, at)?,
        user: LayerSpan::new(from, user_end)?,
        password,
        host: LayerSpan::new(host_at, host_at + host_length)?,
        decoded: password.and_then(|span| decode(text, span)),
        whole: LayerSpan::new(start, host_at + host_length)?,
    })
}

/// The `:` that divides user and password: the first one that stands in no template, `$($env:NAME):…`.
fn colon_of(userinfo: &[u8]) -> Option<usize> {
    let first = memchr::memchr(b':', userinfo)?;
    let opens = userinfo[..first].iter().rposition(|&byte| matches!(byte, b'(' | b'{'));
    let closed = |at: usize| template_length(&userinfo[at..]).map(|length| at + length);
    let Some(end) = opens.filter(|&at| at > 0 && userinfo[at - 1] == b'$').and_then(closed).filter(|&end| end > first)
    else {
        return Some(first);
    };
    memchr::memchr(b':', &userinfo[end..]).map(|n| end + n)
}

fn scheme_start(text: &[u8], at: usize) -> Option<usize> {
    let least = at.saturating_sub(SCHEME);
    let is_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let start = at - text[least..at].iter().rev().take_while(is_scheme).count();
    let start = start + text[start..at].iter().take_while(|byte| !byte.is_ascii_alphabetic()).count();
    (at - start >= 2).then_some(start)
}

/// Up to the first sign that ends the authority, with templates taken whole.
fn authority_length(rest: &[u8]) -> usize {
    let mut here = 0;
    while here < rest.len() {
        match rest[here] {
            // `\$site:…` and `` `$site:…``: a sign that the string around it would read otherwise.
            b'\\' | b'`' if rest.get(here + 1) == Some(&b'$') => here += 2,
            // RFC 3986 knows no `^` here; passwords do, and clients take it.
            b'^' if rest[here..].iter().take_while(|&&byte| is_inside(byte)).any(|&byte| byte == b'@') => here += 1,
            b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b' ' | b'\t' | b'\n' | b'\r' | b'\\' | b'|' | b'^' | b')'
            | b',' | b';' => {
                return here;
            }
            // A template may hold any of these: it is taken to its end, if it has one near.
            b'{' | b'<' | b'(' => match template_length(&rest[here..]) {
                Some(length) => here += length,
                None => return here,
            },
            b'>' | b'}' | b']' if rest[here] == b'>' => return here,
            _ => here += 1,
        }
    }
    here
}

/// May it stand between a `^` of a password and the `@`?
fn is_inside(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"^!$&*+=-._~%:@".contains(&byte)
}

fn template_length(rest: &[u8]) -> Option<usize> {
    let close = match rest[0] {
        b'{' => b'}',
        b'<' => b'>',
        _ => b')',
    };
    let line = rest.iter().take(120).position(|&byte| byte == b'\n').unwrap_or(rest.len().min(120));
    let end = rest[..line].iter().position(|&byte| byte == close)?;
    let doubled = usize::from(rest.get(end + 1) == Some(&close) && close == b'}');
    Some(end + 1 + doubled)
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'.' | b'-' | b'_' | b':' | b'[' | b']' | b'%' | b'$' | b'{' | b'}' | b'<' | b'>' | b'(' | b')'
        )
        || byte >= 0x80
}

fn decode(text: &[u8], span: LayerSpan) -> Option<Decoded> {
    let source = &text[span.range()];
    if !source.contains(&b'%') {
        return None;
    }
    let hex = |byte: u8| char::from(byte).to_digit(16);
    let mut map = Map::starting_at(span.start as usize);
    let mut bytes = Vec::with_capacity(source.len());
    let mut rest = source;
    while let Some((&first, more)) = rest.split_first() {
        let escaped = match more {
            [a, b, ..] if first == b'%' => hex(*a).zip(hex(*b)),
            _ => None,
        };
        if let Some((a, b)) = escaped {
            bytes.push(u8::try_from(a << 4 | b).expect("two hex digits"));
            map.push(1, 1, 3);
            rest = &rest[3..];
        } else {
            bytes.push(first);
            map.push(1, 1, 1);
            rest = more;
        }
    }
    Some(Decoded { how: "percent", bytes, map })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<(String, String, String, String)> {
        let url = at(text.as_bytes(), text.find("://")?)?;
        let part = |span: LayerSpan| text[span.range()].to_owned();
        let password = url.decoded.map(|d| String::from_utf8_lossy(&d.bytes).into_owned()).or(url.password.map(part));
        Some((part(url.scheme), part(url.user), password.unwrap_or_default(), part(url.host)))
    }

    #[test]
    fn userinfo_is_split_at_the_last_sign_before_the_host() {
        for (text, scheme, user, password, host) in [
            ("postgres://bob:pw@db.example:5432/x", "postgres", "bob", "pw", "db.example:5432"),
            (
                "url = 'mysql+pymysql://bob@srv:p%40ss@srv.mysql.database.azure.com/d'",
                "mysql+pymysql",
                "bob@srv",
                "p@ss",
                "srv.mysql.database.azure.com",
            ),
            ("redis://:key=@c.redis.cache.windows.net:6380", "redis", "", "key=", "c.redis.cache.windows.net:6380"),
            ("amqp://guest:a7+Ui^B@EventBus:15672", "amqp", "guest", "a7+Ui^B", "EventBus:15672"),
            ("https://token@dev.azure.com/org", "https", "token", "", "dev.azure.com"),
            ("amqp://u:${PW}@h/", "amqp", "u", "${PW}", "h"),
            ("jdbc:postgresql://u:p@h/d", "postgresql", "u", "p", "h"),
            ("https://$($env:TOKEN):word@h", "https", "$($env:TOKEN)", "word", "h"),
        ] {
            let expected = Some((scheme.to_owned(), user.to_owned(), password.to_owned(), host.to_owned()));
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn urls_without_userinfo_are_none() {
        for text in [
            "http://host:8080/path@2x.png",
            "https://a.b/c",
            "//a:b@c",
            "https://host/@scope/pkg",
            "http://a b@c",
            "://a:b@c",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(text in "[a-z:/@%{}$<>. ]{0,60}") {
            for place in memchr::memmem::find_iter(text.as_bytes(), b"://") {
                if let Some(url) = at(text.as_bytes(), place) {
                    prop_assert!(url.whole.end as usize <= text.len());
                }
            }
        }
    }
}
