//! Command lines of a script: words with places, and what happens to the output.
//!
//! Enough of sh, PowerShell and cmd to see which program runs with which options; not a
//! parser of any of them. Expressions of pipelines and templates (`${{ … }}`, `{{ … }}`) are parts of words.
//! What stands in `$( … )` is a command of its own, whose output is captured.

use std::ops::Range;

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

    fn is_word_start(&self, at: usize) -> bool {
        at == self.script.start || self.text[at - 1].is_ascii_whitespace() || matches!(self.text[at - 1], b';' | b'(')
    }

    /// `> file`, `2>&1`, `>> "$X"`.
    fn redirect(&mut self, from: usize, line: &mut Line) -> usize {
        let is_error = self.text[from] == b'2';
        let mut at = from + self.text[from..self.end].iter().take_while(|b| b.is_ascii_digit()).count();
        at += self.text[at..self.end].iter().take_while(|b| **b == b'>').count();
        if self.peek(at) == Some(b'&') {
            return at
                + 1
                + self.text[at + 1..self.end].iter().take_while(|b| b.is_ascii_digit() || **b == b'-').count();
        }
        at += self.text[at..self.end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let (word, end) = self.word(at, None, DEEPEST);
        if !is_error {
            line.redirected = true;
            line.target = Some(word.text);
        }
        end.max(at)
    }

    fn heredoc(&mut self, from: usize) -> usize {
        let mut at = from + 2;
        if self.peek(at) == Some(b'-') {
            at += 1;
        }
        at += self.text[at..self.end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let (word, end) = self.word(at, None, DEEPEST);
        self.ahead = word.text;
        end.max(at)
    }

    /// The line after a here-document, if one begins on this line.
    fn after_heredoc(&mut self, from: usize) -> usize {
        let marker = std::mem::take(&mut self.ahead);
        if marker.is_empty() {
            return from;
        }
        let mut at = from;
        while at < self.end {
            let length = self.text[at..self.end].iter().take_while(|b| **b != b'\n').count();
            if self.text[at..at + length].trim_ascii() == marker.as_bytes() {
                return at + length;
            }
            at += length + 1;
        }
        // Not closed: it was no here-document.
        from
    }

    /// One word, and where it ends.
    fn word(&mut self, from: usize, close: Option<u8>, depth: usize) -> (Word, usize) {
        let (mut at, mut text, mut quoted) = (from, Vec::new(), false);
        // `.AddYears(1)` of PowerShell
        let mut open = 0;
        while let Some(byte) = self.peek(at) {
            if let Some(length) = self.unit(at) {
                text.extend_from_slice(&self.text[at..at + length]);
                at += length;
                continue;
            }
            if self.continuation(at).is_some() {
                break;
            }
            match byte {
                b'(' if self.shell == Shell::PowerShell => {
                    open += 1;
                    text.push(byte);
                    at += 1;
                }
                b')' if open > 0 => {
                    open -= 1;
                    text.push(byte);
                    at += 1;
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'>' | b'<' => break,
                b')' if close.is_none() => break,
                _ if Some(byte) == close => break,
                b'@' if self.here_string(at).is_some() => {
                    quoted = true;
                    let end = self.here_string(at).unwrap_or(at);
                    text.extend_from_slice(&self.text[at + 2..end - 2]);
                    at = end;
                }
                b'\'' if self.shell != Shell::Batch => {
                    quoted = true;
                    let end = memchr::memchr(b'\'', &self.text[at + 1..self.end]).map_or(self.end, |end| at + 1 + end);
                    text.extend_from_slice(&self.text[at + 1..end]);
                    at = (end + 1).min(self.end);
                }
                b'"' => {
                    quoted = true;
                    at = self.double(at + 1, depth, &mut text);
                }
                b'$' if self.is_at(at, b"$(") && depth < DEEPEST => {
                    let start = at;
                    at = self.sequence(at + 2, Some(b')'), depth + 1, true);
                    text.extend_from_slice(&self.text[start..at]);
                }
                b'$' if self.is_at(at, b"${") => {
                    let length = self.text[at..self.end].iter().take_while(|b| !matches!(b, b'}' | b'\n')).count();
                    let end = (at + length + 1).min(self.end);
                    text.extend_from_slice(&self.text[at..end]);
                    at = end;
                }
                b'`' if self.shell == Shell::Posix && depth < DEEPEST => {
                    let start = at;
                    at = self.sequence(at + 1, Some(b'`'), depth + 1, true);
                    text.extend_from_slice(&self.text[start..at]);
                }
                b'\\' if self.shell == Shell::Posix => {
                    text.extend(self.peek(at + 1));
                    at = (at + 2).min(self.end);
                }
                _ => {
                    text.push(byte);
                    at += 1;
                }
            }
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        (Word { text, span: from..at, quoted }, at)
    }

    /// `@"` to `"@` of PowerShell, each at the end or the beginning of a line: where it ends.
    fn here_string(&self, at: usize) -> Option<usize> {
        let quote = self.peek(at + 1).filter(|b| self.shell == Shell::PowerShell && matches!(b, b'"' | b'\''))?;
        let rest = &self.text[at + 2..self.end];
        let opens = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        if rest.get(opens) != Some(&b'\n') {
            return None;
        }
        memchr::memmem::find(rest, &[b'\n', quote, b'@']).map(|end| at + 2 + end + 3)
    }

    /// The inside of double quotes; answers the place after them.
    fn double(&mut self, from: usize, depth: usize, text: &mut Vec<u8>) -> usize {
        let mut at = from;
        while let Some(byte) = self.peek(at) {
            if let Some(length) = self.unit(at) {
                text.extend_from_slice(&self.text[at..at + length]);
                at += length;
                continue;
            }
            match byte {
                b'"' => return at + 1,
                b'\\' if self.shell == Shell::Posix => {
                    text.extend(self.peek(at + 1));
                    at = (at + 2).min(self.end);
                }
                b'`' if self.shell == Shell::PowerShell => {
                    text.extend(self.peek(at + 1));
                    at = (at + 2).min(self.end);
                }
                b'$' if self.is_at(at, b"$(") && depth < DEEPEST => {
                    let start = at;
                    at = self.sequence(at + 2, Some(b')'), depth + 1, true);
                    text.extend_from_slice(&self.text[start..at]);
                }
                _ => {
                    text.push(byte);
                    at += 1;
                }
            }
        }
        self.end
    }

    /// `${{ … }}` and `{{ … }}` are one piece, blanks and quotes in them too.
    fn unit(&self, at: usize) -> Option<usize> {
        let is_open = self.is_at(at, b"${{") || self.is_at(at, b"{{");
        if !is_open {
            return None;
        }
        let line = self.text[at..self.end].iter().take_while(|b| **b != b'\n').count();
        memchr::memmem::find(&self.text[at..at + line], b"}}").map(|end| end + 2)
    }
}

/// `X=1`
fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.trim_end_matches('+').bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(script: &str, shell: Shell) -> Vec<String> {
        commands(script.as_bytes(), 0..script.len(), shell, false)
            .into_iter()
            .map(|command| {
                let words: Vec<_> = command.words.iter().map(|word| word.text.as_str()).collect();
                format!("{:?}: {}", command.output, words.join("|"))
            })
            .collect()
    }

    #[test]
    fn comments_and_long_texts_of_powershell_hide_no_command() {
        for (script, expected) in [
            ("<#\nIt's\n#>\nGet-X -A b", &["Shown: Get-X|-A|b"][..]),
            ("$a = @\"\nsay \"it's\n\"@\nGet-X", &["Captured: \nsay \"it's\n", "Shown: Get-X"]),
            ("Get-X @{ A = 'b' } @c", &["Shown: Get-X|@{ A = 'b' }|@c"]),
        ] {
            let found = listed(script, Shell::PowerShell);
            let found: Vec<_> = found.iter().filter(|one| one.contains("Get-X") || one.contains("say")).collect();
            assert_eq!(found, expected, "{script}");
        }
    }

    #[test]
    fn commands_are_found_with_their_words() {
        for (script, expected) in [
            ("az login -u \"a b\" \\\n  -p 'c' # d\nls", &["Shown: az|login|-u|a b|-p|c", "Shown: ls"][..]),
            ("X=1 sudo az a && b || c; d", &["Shown: az|a", "Shown: b", "Shown: c", "Shown: d"]),
            ("K=$(az keys list --query \"[0]\" -o tsv)", &["Captured: az|keys|list|--query|[0]|-o|tsv"]),
            (
                "echo \"$P\" | docker login -u x --password-stdin",
                &["Piped: echo|$P", "Shown: docker|login|-u|x|--password-stdin"],
            ),
            ("az a > f 2>&1", &["Redirected: az|a"]),
            ("if ! az a; then b; fi", &["Shown: az|a", "Shown: b", "Shown: fi"]),
            ("az a -p ${{ secrets.X || 'y z' }} b", &["Shown: az|a|-p|${{ secrets.X || 'y z' }}|b"]),
            ("cat <<EOF > f\naz no\nEOF\naz yes", &["Redirected: cat", "Shown: az|yes"]),
            ("a `b c` d", &["Shown: a|`b c`|d", "Captured: b|c"]),
            ("a \"open\nb", &["Shown: a|open\nb"]),
            (
                "docker run x sh -c \"az a; \\\n b\"",
                &["Shown: docker|run|x|sh|-c|az a; \n b", "Shown: az|a", "Shown: b"],
            ),
            ("for x in 1; do\n  az a $x\ndone", &["Shown: for|x|in|1", "Shown: az|a|$x", "Shown: done"]),
        ] {
            assert_eq!(listed(script, Shell::Posix), expected, "{script}");
        }
        for (script, expected) in [
            (
                "$k = az a `\n  --b\nConnect-AzAccount -Credential $c | Out-Null",
                &["Captured: az|a|--b", "Piped: Connect-AzAccount|-Credential|$c", "Shown: Out-Null"][..],
            ),
            ("$k = (Get-AzStorageAccountKey -Name x)[0].Value", &["Captured: Get-AzStorageAccountKey|-Name|x"]),
            ("if ($x) {\n  az a\n}", &["Captured: $x", "Shown: az|a"]),
        ] {
            let found = listed(script, Shell::PowerShell);
            assert!(expected.iter().all(|one| found.contains(&(*one).to_owned())), "{script}\n{found:?}");
        }
    }

    #[test]
    fn any_script_is_read_to_its_end() {
        for script in [
            "$(",
            "\"$(\"$(",
            "`",
            "a > ",
            "<<",
            "<<X\n",
            "${",
            "${{ x",
            "((((((((((((((((((((((",
            "'",
            "\\",
            "a|",
            "2>",
        ] {
            for shell in [Shell::Posix, Shell::PowerShell, Shell::Batch] {
                for command in commands(script.as_bytes(), 0..script.len(), shell, false) {
                    assert!(command.span.end <= script.len(), "{script}");
                }
            }
        }
        let deep = "$(".repeat(10_000);
        commands(deep.as_bytes(), 0..deep.len(), Shell::Posix, false);
    }
}
