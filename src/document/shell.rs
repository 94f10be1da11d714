//! Command lines of a script: words with places, and what happens to the output.
//!
//! Enough of sh, PowerShell and cmd to see which program runs with which options; not a
//! parser of any of them. Expressions of pipelines and templates (`${{ … }}`, `{{ … }}`) are parts of words.
//! What stands in `$( … )` is a command of its own, whose output is captured.

mod redirect;
mod word;

use std::ops::Range;

use word::is_assignment;

/// Commands within commands; nobody nests deeper.
const DEEPEST: usize = 12;

/// A word without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Unquoted.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Range<usize>,
    /// Did any of it stand in quotes?
    pub quoted: bool,
}

/// What happens to the output of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// It is shown.
    Shown,
    /// `$( … )`, `x = …`
    Captured,
    /// `| …`
    Piped,
    /// `> file`
    Redirected,
}

/// A program with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program first; assignments and words such as `sudo` before it are left out.
    pub words: Vec<Word>,
    /// From the first word to the last.
    pub span: Range<usize>,
    /// What happens to its output.
    pub output: Output,
    /// Where the output goes, if it is redirected.
    pub target: Option<String>,
    /// The programs that the output is piped to, each once.
    pub piped_to: Vec<String>,
    /// The script that it stands in.
    pub script: Range<usize>,
}

/// How lines are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// sh, bash and their like.
    Posix,
    /// PowerShell.
    PowerShell,
    /// cmd.
    Batch,
}

/// The commands of a script that stands at `at`. `folded`: line ends are blanks, as in YAML's `>`.
pub fn commands(text: &[u8], at: Range<usize>, shell: Shell, folded: bool) -> Vec<Command> {
    let mut reader =
        Reader { text, end: at.end, shell, folded, script: at.clone(), found: Vec::new(), ahead: String::new() };
    reader.sequence(at.start, None, 0, false);
    reader.found.sort_by_key(|command| command.span.start);
    reader.found
}

struct Reader<'t> {
    text: &'t [u8],
    end: usize,
    shell: Shell,
    folded: bool,
    script: Range<usize>,
    found: Vec<Command>,
    /// The marker of a here-document whose lines begin after this one.
    ahead: String,
}

/// The command that is being read.
#[derive(Default)]
struct Line {
    words: Vec<Word>,
    target: Option<String>,
    redirected: bool,
    captured: bool,
}

impl Reader<'_> {
    fn peek(&self, at: usize) -> Option<u8> {
        (at < self.end).then(|| self.text[at])
    }

    fn is_at(&self, at: usize, sign: &[u8]) -> bool {
        self.text[at.min(self.end)..self.end].starts_with(sign)
    }

    /// Reads commands up to `close`, or to the end. Answers the place after it.
    fn sequence(&mut self, from: usize, close: Option<u8>, depth: usize, captured: bool) -> usize {
        let mut at = from;
        let mut line = Line { captured, ..Line::default() };
        // The first command of a pipe, and how many stand in it.
        let mut pipe = self.found.len();
        while let Some(byte) = self.peek(at) {
            if Some(byte) == close {
                self.finish(&mut line, Output::Shown, captured, &mut pipe, false);
                return at + 1;
            }
            if let Some(length) = self.continuation(at) {
                at += length;
                continue;
            }
            match byte {
                b'\n' if !self.folded || line.words.is_empty() => {
                    self.finish(&mut line, Output::Shown, captured, &mut pipe, false);
                    at = self.after_heredoc(at + 1);
                }
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' if self.shell != Shell::Batch && self.is_word_start(at) => {
                    at += self.text[at..self.end].iter().take_while(|b| **b != b'\n').count();
                }
                b';' => {
                    self.finish(&mut line, Output::Shown, captured, &mut pipe, false);
                    at += 1;
                }
                b'&' if self.is_at(at, b"&&") => {
                    self.finish(&mut line, Output::Shown, captured, &mut pipe, false);
                    at += 2;
                }
                b'&' if self.is_at(at, b"&>") => at = self.redirect(at + 1, &mut line),
                b'&' => {
                    if self.shell != Shell::PowerShell {
                        self.finish(&mut line, Output::Shown, captured, &mut pipe, false);
                    }
                    at += 1;
                }
                b'|' => {
                    let is_or = self.is_at(at, b"||");
                    let output = if is_or { Output::Shown } else { Output::Piped };
                    self.finish(&mut line, output, captured, &mut pipe, !is_or);
                    at += if is_or { 2 } else { 1 };
                }
                b'>' => at = self.redirect(at, &mut line),
                b'0'..=b'9' if self.is_word_start(at) && self.peek(at + 1) == Some(b'>') => {
                    at = self.redirect(at, &mut line);
                }
                b'<' if self.shell == Shell::PowerShell && self.is_at(at, b"<#") => {
                    let end = memchr::memmem::find(&self.text[at..self.end], b"#>");
                    at = end.map_or(self.end, |end| at + end + 2);
                }
                b'<' if self.is_at(at, b"<<") && !self.is_at(at, b"<<<") => at = self.heredoc(at),
                b'<' => at += 1,
                b'(' | b'{' if depth < DEEPEST && line.words.is_empty() && !self.is_at(at, b"{{") => {
                    let inner = captured || (self.shell == Shell::PowerShell && byte == b'(') || line.captured;
                    at = self.sequence(at + 1, Some(if byte == b'(' { b')' } else { b'}' }), depth + 1, inner);
                }
                b'(' if self.shell == Shell::PowerShell && depth < DEEPEST => {
                    let start = at;
                    at = self.sequence(at + 1, Some(b')'), depth + 1, true);
                    let text = String::from_utf8_lossy(&self.text[start..at]).into_owned();
                    line.words.push(Word { text, span: start..at, quoted: false });
                }
                // `ForEach-Object { … }`, `@{ key = … }`
                b'{' | b'@' if self.opens_block(at) && depth < DEEPEST => {
                    let start = at;
                    let inside = at + 1 + usize::from(byte == b'@');
                    at = self.sequence(inside, Some(b'}'), depth + 1, byte == b'@');
                    let text = String::from_utf8_lossy(&self.text[start..at]).into_owned();
                    line.words.push(Word { text, span: start..at, quoted: false });
                }
                b')' | b'}' if close.is_none() => {
                    self.finish(&mut line, Output::Shown, captured, &mut pipe, false);
                    at += 1;
                }
                _ => {
                    let (word, end) = self.word(at, close, depth);
                    at = end.max(at + 1);
                    self.take(word, &mut line);
                }
            }
        }
        self.finish(&mut line, Output::Shown, captured, &mut pipe, false);
        self.end
    }

    /// A word belongs to the command; `$x =` and `X=1` before it do not.
    fn take(&mut self, word: Word, line: &mut Line) {
        if line.words.is_empty() && !word.quoted {
            let is_word = [
                "sudo", "time", "exec", "then", "do", "else", "if", "while", "until", "!", "command", "return", "@",
                "-", "elif", "eval", "call", "try", "nohup", "readonly", "local", "declare",
            ]
            .contains(&word.text.to_ascii_lowercase().trim_start_matches('@'));
            if is_word || is_assignment(&word.text) {
                return;
            }
        }
        // `env X=1 program`
        if self.shell == Shell::Posix
            && let [before] = &line.words[..]
            && before.text == "env"
        {
            if word.text.starts_with('-') || is_assignment(&word.text) {
                return;
            }
            line.words.clear();
        }
        if self.shell == Shell::PowerShell && line.words.len() == 1 && matches!(word.text.as_str(), "=" | "+=") {
            line.words.clear();
            line.captured = true;
            return;
        }
        line.words.push(word);
    }

    fn finish(&mut self, line: &mut Line, output: Output, captured: bool, pipe: &mut usize, goes_on: bool) {
        let done = std::mem::replace(line, Line { captured, ..Line::default() });
        if let (Some(first), Some(last)) = (done.words.first(), done.words.last()) {
            let span = first.span.start..last.span.end;
            let output = match output {
                Output::Piped => Output::Piped,
                _ if done.redirected => Output::Redirected,
                _ if done.captured => Output::Captured,
                _ => Output::Shown,
            };
            self.within_shell(&done.words);
            let program = first.text.clone();
            for before in &mut self.found[*pipe..] {
                if before.output == Output::Piped && before.piped_to.len() < DEEPEST {
                    before.piped_to.push(program.clone());
                }
            }
            let script = self.script.clone();
            let piped_to = Vec::new();
            self.found.push(Command { span, output, target: done.target, piped_to, script, words: done.words });
            if goes_on {
                line.captured = done.captured;
            }
        }
        if !goes_on {
            *pipe = self.found.len();
        }
    }

    /// `sh -c "…"`: what is quoted is a script.
    fn within_shell(&mut self, words: &[Word]) {
        for three in words.windows(3) {
            let [shell, flag, given] = three else { continue };
            let name = shell.text.rsplit('/').next().unwrap_or_default();
            let is_shell = matches!(name, "sh" | "bash" | "ash" | "dash" | "zsh");
            let is_script = matches!(flag.text.as_str(), "-c" | "-lc" | "-ec" | "-xc" | "-exc" | "-euc");
            let inner = given.span.start + 1..given.span.end.saturating_sub(1);
            if is_shell && is_script && given.quoted && inner.start < inner.end {
                let outer = (std::mem::replace(&mut self.end, inner.end), std::mem::take(&mut self.ahead));
                let shell = std::mem::replace(&mut self.shell, Shell::Posix);
                self.sequence(inner.start, None, DEEPEST - 1, false);
                (self.end, self.ahead) = outer;
                self.shell = shell;
            }
        }
    }

    /// A sign that joins this line and the next.
    fn continuation(&self, at: usize) -> Option<usize> {
        let joins = match self.peek(at)? {
            b'\\' => self.shell == Shell::Posix,
            b'`' => true,
            b'^' => self.shell == Shell::Batch,
            _ => false,
        };
        if !joins {
            return None;
        }
        let blanks = self.text[at + 1..self.end].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        (self.peek(at + 1 + blanks) == Some(b'\n')).then_some(blanks + 2)
    }

    /// A block or a table of PowerShell, and no expression of a template.
    fn opens_block(&self, at: usize) -> bool {
        self.shell == Shell::PowerShell
            && (self.is_at(at, b"@{") || self.is_at(at, b"{") && !self.is_at(at, b"{{"))
            && !self.folded
    }
}

#[cfg(test)]
mod tests;
