//! Code inside other documents: Markdown fences, scripts in pipelines, `RUN` of a Dockerfile.
//!
//! A piece is a run of whole bytes of the document, so places in it are places in the document.
//! Scripts that YAML writes with escapes or folds are left out.

use std::ops::Range;

use super::language::Language;
use crate::document::kind::Kind;

/// More pieces than this are a list of samples, not a document somebody reads.
const MOST: usize = 400;

/// A run of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is written in.
    pub language: Language,
    /// Its bytes.
    pub range: Range<usize>,
}

/// The code in a document: all of it, or the pieces that are.
pub fn pieces(kind: Kind, file_name: &[u8], text: &[u8]) -> Vec<Piece> {
    if let Some(language) = Language::of(kind, file_name) {
        return vec![Piece { language, range: 0..text.len() }];
    }
    match kind {
        Kind::Markdown => fences(text),
        Kind::Yaml => scripts(text),
        Kind::Dockerfile => runs(text),
        _ => Vec::new(),
    }
}

/// The languages that [`pieces`] of such a document may be in; asked before anything is read.
pub fn spoken(kind: Kind, file_name: &[u8]) -> &'static [Language] {
    const SHELLS: [Language; 2] = [Language::Bash, Language::PowerShell];
    if let Some(language) = Language::of(kind, file_name) {
        return Language::ALL.iter().position(|one| *one == language).map_or(&[], |at| &Language::ALL[at..=at]);
    }
    match kind {
        Kind::Markdown | Kind::Notebook => &Language::ALL,
        Kind::Yaml | Kind::Dockerfile => &SHELLS,
        _ => &[],
    }
}

/// Line by line: each line's range without its end, and with it.
fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        (at < text.len()).then(|| {
            let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length + 1);
            let line = at..end;
            at = end;
            line
        })
    })
}

/// Fences of Markdown that name their language.
fn fences(text: &[u8]) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut open: Option<(&[u8], Option<Language>, usize)> = None;
    for line in lines(text) {
        let content = text[line.clone()].trim_ascii();
        let content = content.strip_prefix(b">").map_or(content, <[u8]>::trim_ascii);
        match open {
            None => {
                let run = content.iter().take_while(|b| **b == b'`' || **b == b'~').count();
                if run >= 3 {
                    let word = content[run..]
                        .trim_ascii()
                        .split(|b| !b.is_ascii_alphanumeric() && *b != b'#' && *b != b'+' && *b != b'-')
                        .next();
                    let language = word.and_then(|word| std::str::from_utf8(word).ok()).and_then(Language::named);
                    open = Some((&content[..run], language, line.end));
                }
            }
            Some((fence, language, from)) if content.starts_with(fence) && content.iter().all(|b| *b == fence[0]) => {
                if let Some(language) = language
                    && from < line.start
                    && found.len() < MOST
                {
                    found.push(Piece { language, range: from..line.start });
                }
                open = None;
            }
            Some(_) => {}
        }
    }
    found
}

/// Scripts of GitHub workflows, Azure Pipelines, GitLab and their like.
fn scripts(text: &[u8]) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut block: Option<(usize, Language, usize, usize)> = None;
    // The shell that a GitHub step or an inline task names counts for its script.
    let is_powershell = |around: &[u8]| {
        let lower = around.to_ascii_lowercase();
        [
            &b"shell: pwsh"[..],
            b"shell: powershell",
            b"azurepowershell@",
            b"powershell@",
            b"scripttype: ps",
            b"azure/powershell",
        ]
        .iter()
        .any(|word| memchr::memmem::find(&lower, word).is_some())
    };
    let mut step = 0;
    let mut all = lines(text).peekable();
    while let Some(line) = all.next() {
        let bytes = &text[line.clone()];
        let indent = bytes.iter().take_while(|b| **b == b' ').count();
        let is_blank = bytes.trim_ascii().is_empty();
        if let Some((outer, language, from, end)) = block {
            if is_blank || indent > outer {
                block = Some((outer, language, from, if is_blank { end } else { line.end }));
                if all.peek().is_some() {
                    continue;
                }
            }
            let (_, language, from, end) = block.take().unwrap_or((outer, language, from, end));
            if from < end && found.len() < MOST {
                found.push(Piece { language, range: from..end });
            }
            if is_blank || indent > outer {
                continue;
            }
        }
        let content = &bytes[indent..];
        if content.starts_with(b"- ") {
            step = line.start;
        }
        let Some((key, value)) = key_of(content) else { continue };
        let around = &text[step..(line.end + 400).min(text.len())];
        let language = match key {
            b"run" | b"script" | b"inlinescript" | b"inline" | b"before_script" | b"after_script" => {
                if is_powershell(around) { Language::PowerShell } else { Language::Bash }
            }
            b"bash" | b"azcli" => Language::Bash,
            b"pwsh" | b"powershell" => Language::PowerShell,
            _ => continue,
        };
        let offset = content.len() - value.len() + indent;
        let value = value.trim_ascii_end();
        if value.first().is_some_and(|b| *b == b'|' || *b == b'>') && value.len() <= 3 {
            // A list item's dash is part of the indentation.
            let dashes = content.iter().take_while(|b| matches!(b, b'-' | b' ')).count();
            block = Some((indent + dashes.min(2) * usize::from(content[0] == b'-'), language, line.end, line.end));
        } else if !value.is_empty()
            && !matches!(value[0], b'"' | b'\'' | b'[' | b'{' | b'&' | b'*')
            && found.len() < MOST
        {
            found.push(Piece { language, range: line.start + offset..line.start + offset + value.len() });
        }
    }
    if let Some((_, language, from, end)) = block
        && from < end
    {
        found.push(Piece { language, range: from..end });
    }
    found
}

/// Key in small letters' place, and what follows the colon.
fn key_of(content: &[u8]) -> Option<(&'static [u8], &[u8])> {
    const KEYS: [&[u8]; 10] = [
        b"run",
        b"script",
        b"inlinescript",
        b"inline",
        b"bash",
        b"pwsh",
        b"powershell",
        b"azcli",
        b"before_script",
        b"after_script",
    ];
    let content = content.strip_prefix(b"- ").unwrap_or(content).trim_ascii_start();
    let colon = memchr::memchr(b':', content)?;
    let key = KEYS.into_iter().find(|key| content[..colon].trim_ascii().eq_ignore_ascii_case(key))?;
    Some((key, content[colon + 1..].trim_ascii_start()))
}

/// `RUN` instructions with their continued lines.
fn runs(text: &[u8]) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    for line in lines(text) {
        let content = text[line.clone()].trim_ascii();
        let goes_on = content.ends_with(b"\\") || content.ends_with(b"`");
        let from = match open {
            Some(from) => from,
            None => {
                let is_run = content.len() > 4 && content[..4].eq_ignore_ascii_case(b"RUN ");
                if !is_run || content[4..].trim_ascii_start().starts_with(b"[") {
                    continue;
                }
                let lead = text[line.clone()].iter().take_while(|b| b.is_ascii_whitespace()).count();
                line.start + lead + 4
            }
        };
        if goes_on {
            open = Some(from);
            continue;
        }
        open = None;
        if found.len() < MOST {
            let shell = if text[from..line.end].to_ascii_lowercase().windows(10).any(|w| w == b"powershell") {
                Language::PowerShell
            } else {
                Language::Bash
            };
            found.push(Piece { language: shell, range: from..line.end });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_inside_other_documents_is_found_at_its_place() {
        for (kind, text, expected) in [
            (Kind::Markdown, "a\n```python\nx = 1\n```\nb\n```\ny\n```\n", vec![(Language::Python, "x = 1\n")]),
            (Kind::Markdown, "~~~bash\naz login\n~~~\n", vec![(Language::Bash, "az login\n")]),
            (
                Kind::Yaml,
                "steps:\n- run: |\n    az login\n\n    ls\n  name: x\n- run: az logout\n",
                vec![(Language::Bash, "    az login\n\n    ls\n"), (Language::Bash, "az logout")],
            ),
            (Kind::Yaml, "steps:\n- pwsh: |\n    Get-X\n", vec![(Language::PowerShell, "    Get-X\n")]),
            (Kind::Yaml, "a:\n  run: |\n    Get-X\n  shell: pwsh\n", vec![(Language::PowerShell, "    Get-X\n")]),
            (Kind::Dockerfile, "FROM x\nRUN a \\\n  b\nRUN [\"c\"]\n", vec![(Language::Bash, "a \\\n  b\n")]),
            (Kind::Text, "az login", vec![]),
        ] {
            let found = pieces(kind, b"x", text.as_bytes());
            let found: Vec<_> = found.into_iter().map(|piece| (piece.language, &text[piece.range])).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
