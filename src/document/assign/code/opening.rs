//! How a literal begins and how it ends, language by language.
//!
//! A table of quotes, and the prefixed forms that are not in it. What stands
//! between the quotes is left to `literal`.

use crate::document::kind::Kind;

use super::escape::Escape;

/// What ends a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closer {
    /// One byte that is not escaped.
    Quote(u8),
    /// So many of one byte, not escaped.
    Run(u8, usize),
    /// A quote and so many `#`: raw strings of Rust and Swift.
    Hashes(u8, usize),
    /// A line that begins with these: PowerShell's here-strings.
    Line(&'static [u8]),
    /// These bytes.
    Text(&'static [u8]),
}

/// Which braces or signs are holes: the literal is none if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holes {
    /// Holes are text: the classifier of values knows them.
    Text,
    /// `{x}`, and `{{` is a brace (C# `$"`, Python `f"`).
    Brace,
    /// `${x}` (JavaScript).
    DollarBrace,
    /// `${x}` and `$x` (Scala's `s"`).
    Dollar,
    /// `\(x)` (Swift).
    Paren,
}

/// The beginning of a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// First byte within.
    pub(super) body: usize,
    pub(super) closer: Closer,
    pub(super) escape: Escape,
    /// May it hold line breaks?
    pub(super) lines: bool,
    pub(super) holes: Holes,
    /// The lines' common indentation is not part of it.
    pub(super) dedent: bool,
    /// It can be a character or an SQL string within another string: taken only if short and plain.
    pub(super) doubtful: bool,
}

impl Opening {
    fn new(body: usize, closer: Closer, escape: Escape) -> Self {
        let lines = !matches!(closer, Closer::Quote(_));
        Self { body, closer, escape, lines, holes: Holes::Text, dedent: false, doubtful: false }
    }

    fn holes(self, holes: Holes) -> Self {
        Self { holes, ..self }
    }

    /// The literal that begins at `at`, prefix and all, if one does.
    pub(super) fn at(text: &[u8], at: usize, kind: Kind) -> Option<Self> {
        let first = *text.get(at)?;
        match first {
            b'"' | b'\'' => Self::quoted(text, at, first, kind),
            b'`' => Self::grave(at, kind),
            b'\\' => match text.get(at + 1)? {
                &q @ (b'"' | b'\'') => {
                    let closer = Closer::Text(if q == b'"' { br#"\""# } else { br"\'" });
                    Some(Self { lines: false, ..Self::new(at + 2, closer, Escape::Backslash) })
                }
                _ => None,
            },
            b'&' if matches!(kind, Kind::Xml | Kind::Html) && text[at..].starts_with(b"&quot;") => {
                Some(Self { lines: false, ..Self::new(at + 6, Closer::Text(b"&quot;"), Escape::Entity) })
            }
            _ => Self::prefixed(text, at, first, kind),
        }
    }

    fn quoted(text: &[u8], at: usize, quote: u8, kind: Kind) -> Option<Self> {
        let run = text[at..].iter().take(8).take_while(|&&b| b == quote).count();
        if run >= 3
            && let Some(opening) = Self::tripled(at, quote, run, kind)
        {
            return Some(opening);
        }
        let (escape, lines) = plain_quotes(kind, quote)?;
        let doubtful = quote == b'\'' && has_characters(kind);
        let holes = if kind == Kind::Swift { Holes::Paren } else { Holes::Text };
        Some(Self { lines, doubtful, holes, ..Self::new(at + 1, Closer::Quote(quote), escape) })
    }

    /// `"""` and `'''`.
    fn tripled(at: usize, quote: u8, run: usize, kind: Kind) -> Option<Self> {
        use Kind::{
            Bicep, CSharp, Dart, DotNet, Elixir, Groovy, Java, Kotlin, Markdown, Python, Scala, Swift, Text, Toml,
        };
        let three = Closer::Run(quote, 3);
        let opening = |escape| Some(Self::new(at + 3, three, escape));
        match (kind, quote) {
            (CSharp, b'"') => Some(Self { dedent: true, ..Self::new(at + run, Closer::Run(quote, run), Escape::Raw) }),
            (Java, b'"') => Some(Self { dedent: true, ..Self::new(at + 3, three, Escape::Backslash) }),
            (Swift, b'"') => {
                Some(Self { dedent: true, ..Self::new(at + 3, three, Escape::Backslash).holes(Holes::Paren) })
            }
            (Python, _) => opening(Escape::BackslashKept),
            (Groovy | Dart | Elixir, _) | (Toml, b'"') => opening(Escape::Backslash),
            (Kotlin | Scala | DotNet, b'"') | (Bicep | Toml, b'\'') | (Text | Markdown, _) => opening(Escape::Raw),
            _ => None,
        }
    }

    fn grave(at: usize, kind: Kind) -> Option<Self> {
        let opening = |escape| Self::new(at + 1, Closer::Quote(b'`'), escape);
        match kind {
            Kind::JavaScript | Kind::TypeScript | Kind::Html => {
                Some(Self { lines: true, ..opening(Escape::Backslash).holes(Holes::DollarBrace) })
            }
            Kind::Go => Some(Self { lines: true, ..opening(Escape::Raw) }),
            Kind::Markdown | Kind::Text => Some(opening(Escape::Raw)),
            _ => None,
        }
    }

    /// Literals that begin with a letter or a sign before the quote.
    fn prefixed(text: &[u8], at: usize, first: u8, kind: Kind) -> Option<Self> {
        match kind {
            Kind::CSharp => csharp(text, at),
            Kind::Python => python(text, at),
            Kind::Rust => rust(text, at),
            Kind::PowerShell => here_string(text, at),
            Kind::Swift if first == b'#' => hashes(text, at, at, 0),
            Kind::C => c_family(text, at),
            Kind::Sql => letter_before(text, at, b"NnEe", Kind::Sql),
            Kind::DotNet => letter_before(text, at, b"$@", Kind::DotNet)
                .map(|opening| if first == b'$' { opening.holes(Holes::Brace) } else { opening }),
            Kind::Scala => scala(text, at),
            Kind::Dart => letter_before(text, at, b"r", Kind::Dart).map(|o| Self { escape: Escape::Raw, ..o }),
            Kind::Ruby => percent(text, at),
            Kind::Perl => perl(text, at),
            Kind::Lua if text[at..].starts_with(b"[[") => Some(Self::new(at + 2, Closer::Text(b"]]"), Escape::Raw)),
            Kind::Elixir if first == b'~' => bracketed(text, at + 2),
            // Kusto's strings that are not logged, raw strings of Julia, Nim and others.
            Kind::Code => [&b"h@"[..], b"H@", b"raw", b"h", b"H", b"@", b"r"]
                .into_iter()
                .find(|prefix| {
                    text[at..].starts_with(prefix) && matches!(text.get(at + prefix.len()), Some(b'"' | b'\''))
                })
                .and_then(|prefix| Self::quoted(text, at + prefix.len(), text[at + prefix.len()], kind)),
            _ => None,
        }
    }
}

/// Escapes of a plain quote, and whether the literal may go over lines.
fn plain_quotes(kind: Kind, quote: u8) -> Option<(Escape, bool)> {
    use Escape::{Backslash, BackslashKept, BackslashQuote, Doubled, Entity, Grave, Raw, Shell};
    let double = quote == b'"';
    Some(match kind {
        Kind::Python | Kind::Text | Kind::Markdown | Kind::Http | Kind::Csv | Kind::Properties => {
            (BackslashKept, false)
        }
        Kind::Xml | Kind::Html => (Entity, true),
        Kind::Yaml if double => (Backslash, true),
        Kind::Yaml => (Doubled(quote), true),
        Kind::Dotenv if double => (Backslash, true),
        Kind::Dotenv => (Raw, true),
        Kind::Toml if !double => (Raw, false),
        Kind::Ini | Kind::Batch => (Raw, false),
        Kind::Shell | Kind::Dockerfile if double => (Shell, true),
        Kind::Shell | Kind::Dockerfile => (Raw, true),
        Kind::PowerShell if double => (Grave, true),
        Kind::PowerShell | Kind::Sql => (Doubled(quote), true),
        Kind::DotNet => (Doubled(quote), false),
        Kind::Php if double => (BackslashKept, true),
        Kind::Php | Kind::Ruby | Kind::Perl if !double => (BackslashQuote, true),
        Kind::Ruby | Kind::Perl | Kind::R | Kind::Rust | Kind::Elixir => (Backslash, true),
        _ => (Backslash, false),
    })
}

/// Is `'x'` a character, a lifetime or a comment there, and not a string?
fn has_characters(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::CSharp
            | Kind::DotNet
            | Kind::Java
            | Kind::Kotlin
            | Kind::Scala
            | Kind::Go
            | Kind::Rust
            | Kind::C
            | Kind::Swift
            | Kind::Hcl
    )
}

/// `@"`, `$"`, `@$"`, `$@"`, `$"""`, `$$"""`, `"…"u8` begins plain.
fn csharp(text: &[u8], at: usize) -> Option<Opening> {
    let signs = text[at..].iter().take(4).take_while(|b| matches!(b, b'@' | b'$')).count();
    let quote = at + signs;
    if signs == 0 || text.get(quote) != Some(&b'"') {
        return None;
    }
    let (verbatim, dollars) = (text[at..quote].contains(&b'@'), text[at..quote].contains(&b'$'));
    let opening = if verbatim {
        Opening { lines: true, ..Opening::new(quote + 1, Closer::Quote(b'"'), Escape::Doubled(b'"')) }
    } else {
        Opening::quoted(text, quote, b'"', Kind::CSharp)?
    };
    Some(if dollars { opening.holes(Holes::Brace) } else { opening })
}

/// `r"`, `b"`, `f"`, `rb'''` …
fn python(text: &[u8], at: usize) -> Option<Opening> {
    let letters = text[at..]
        .iter()
        .take(3)
        .take_while(|b| matches!(b.to_ascii_lowercase(), b'r' | b'b' | b'u' | b'f' | b't'))
        .count();
    let &quote = text.get(at + letters).filter(|b| letters > 0 && matches!(b, b'"' | b'\''))?;
    let has = |letter: u8| text[at..at + letters].iter().any(|b| b.eq_ignore_ascii_case(&letter));
    let mut opening = Opening::quoted(text, at + letters, quote, Kind::Python)?;
    if has(b'r') {
        opening.escape = Escape::Raw;
    }
    Some(if has(b'f') || has(b't') { opening.holes(Holes::Brace) } else { opening })
}

/// `b"`, `c"`, `r"`, `r#"`, `br##"`.
fn rust(text: &[u8], at: usize) -> Option<Opening> {
    let letters = text[at..].iter().take(2).take_while(|b| matches!(b, b'b' | b'c' | b'r')).count();
    if letters == 0 {
        return None;
    }
    if text[at + letters - 1] == b'r' {
        return hashes(text, at + letters, at + letters, 0);
    }
    (text.get(at + letters) == Some(&b'"')).then(|| Opening::quoted(text, at + letters, b'"', Kind::Rust))?
}

/// `#"…"#` with any number of `#`, also none.
fn hashes(text: &[u8], at: usize, from: usize, least: usize) -> Option<Opening> {
    let count = text[at..].iter().take(16).take_while(|&&b| b == b'#').count();
    (count >= least && text.get(from + count) == Some(&b'"'))
        .then(|| Opening::new(from + count + 1, Closer::Hashes(b'"', count), Escape::Raw))
}

/// `@"`, `@'` at the end of a line, closed at the beginning of one.
fn here_string(text: &[u8], at: usize) -> Option<Opening> {
    let closer: &[u8] = match text.get(at..at + 2)? {
        b"@\"" => b"\"@",
        b"@'" => b"'@",
        _ => return None,
    };
    let mut body = at + 2;
    while text.get(body).is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r')) && body < at + 8 {
        body += 1;
    }
    (text.get(body) == Some(&b'\n')).then(|| Opening::new(body + 1, Closer::Line(closer), Escape::Raw))
}

/// `L"`, `u8"`, `@"` (Objective-C).
fn c_family(text: &[u8], at: usize) -> Option<Opening> {
    let prefix = [&b"L\""[..], b"u8\"", b"u\"", b"U\"", b"@\""].into_iter().find(|p| text[at..].starts_with(p))?;
    Opening::quoted(text, at + prefix.len() - 1, b'"', Kind::C)
}

/// One of `letters`, and a quote.
fn letter_before(text: &[u8], at: usize, letters: &[u8], kind: Kind) -> Option<Opening> {
    let &quote = text.get(at + 1).filter(|b| matches!(b, b'"' | b'\''))?;
    letters.contains(&text[at]).then(|| Opening::quoted(text, at + 1, quote, kind))?
}

/// `s"`, `f"`, `raw"`.
fn scala(text: &[u8], at: usize) -> Option<Opening> {
    let prefix = [&b"s\""[..], b"f\"", b"raw\""].into_iter().find(|p| text[at..].starts_with(p))?;
    Some(Opening::quoted(text, at + prefix.len() - 1, b'"', Kind::Scala)?.holes(Holes::Dollar))
}

/// Ruby: `%(`, `%q(`, `%Q(`.
fn percent(text: &[u8], at: usize) -> Option<Opening> {
    if text[at] != b'%' {
        return None;
    }
    bracketed(text, at + if matches!(text.get(at + 1)?, b'q' | b'Q') { 2 } else { 1 })
}

/// Perl: `q(`, `qq{`.
fn perl(text: &[u8], at: usize) -> Option<Opening> {
    if text[at] != b'q' {
        return None;
    }
    bracketed(text, at + if text.get(at + 1) == Some(&b'q') { 2 } else { 1 })
}

fn bracketed(text: &[u8], at: usize) -> Option<Opening> {
    let closer = match text.get(at)? {
        b'(' => b')',
        b'{' => b'}',
        b'[' => b']',
        b'|' => b'|',
        _ => return None,
    };
    Some(Opening::new(at + 1, Closer::Quote(closer), Escape::Raw))
}
