//! Command lines of Bash and PowerShell: which word is a flag, and which is its value.

use tree_sitter::Node as Raw;

use super::lower::{Lower, named, part};
use super::tree::{Id, NodeKind};
use crate::document::layer::LayerSpan;

/// Commands that run the command behind them.
const RUNNERS: [&[u8]; 8] = [b"sudo", b"exec", b"time", b"env", b"command", b"nohup", b"eval", b"winpty"];

/// Parts of the names of those that only speak of a command, look for it or install it.
const TALKERS: [&[u8]; 16] = [
    b"echo", b"print", b"log", b"info", b"warn", b"err", b"die", b"help", b"usage", b"grep", b"which", b"type",
    b"hash", b"install", b"apt", b"brew",
];

/// Parameters of PowerShell that take no value, as far as ours stand before one.
const SWITCHES: [&[u8]; 12] = [
    b"-asplaintext",
    b"-force",
    b"-serviceprincipal",
    b"-identity",
    b"-managedidentity",
    b"-passthru",
    b"-usebasicparsing",
    b"-usedeviceauthentication",
    b"-assecurestring",
    b"-nonewline",
    b"-skipcertificatecheck",
    b"-confirm",
];

impl Lower<'_> {
    pub(super) fn bash_command(&mut self, raw: Raw<'_>) -> Id {
        let mut words: Vec<Id> = Vec::new();
        let mut before = Vec::new();
        for child in named(raw) {
            match child.kind() {
                "variable_assignment" | "file_redirect" | "heredoc_redirect" | "herestring_redirect" => {
                    before.extend(self.node(child));
                }
                "command_name" => {
                    let inner = child.named_child(0).unwrap_or(child);
                    words.extend(self.node(inner));
                }
                _ => words.extend(self.node(child)),
            }
        }
        let first = words.iter().position(|&word| !self.is_runner(word)).unwrap_or(0);
        let first = self.handed_on(&words[first..]).map_or(first, |at| first + at);
        let mut kids = Vec::new();
        let name = words.get(first).map(|&word| self.nodes[word as usize].name).unwrap_or_default();
        let mut rest = words.iter().skip(first).copied().peekable();
        kids.extend(rest.next());
        while let Some(word) = rest.next() {
            let Some(flag) = self.flag(word) else {
                kids.push(word);
                continue;
            };
            if let Some(pair) = self.split_flag(word, flag) {
                kids.push(pair);
                continue;
            }
            let value = rest.next_if(|&next| self.flag(next).is_none());
            let end = value.map_or(self.nodes[word as usize].span.end, |value| self.nodes[value as usize].span.end);
            let span = LayerSpan { start: flag.start, end };
            kids.push(self.add(NodeKind::Pair, span, flag, value.into_iter().collect()));
        }
        kids.extend(before);
        self.add(NodeKind::Command, self.span(raw), name, kids)
    }

    fn is_runner(&self, word: Id) -> bool {
        RUNNERS.contains(&self.source(self.nodes[word as usize].name))
    }

    /// `retry 3 az login`, `exit_on_failure az login`: where the command begins that another one is given to run.
    fn handed_on(&self, words: &[Id]) -> Option<usize> {
        let text = |word: &Id| self.source(self.nodes[*word as usize].name);
        let talks = |word: &[u8]| {
            TALKERS.iter().any(|talker| {
                word.len() >= talker.len() && word.windows(talker.len()).any(|part| part.eq_ignore_ascii_case(talker))
            })
        };
        if words.first().is_none_or(|first| text(first) == b"az" || talks(text(first))) {
            return None;
        }
        let before = words.iter().skip(1).take(3);
        before.enumerate().find(|(_, word)| text(word) == b"az").map(|(at, _)| at + 1)
    }

    /// The text of a word that begins with `-`, if it begins with text.
    fn flag(&self, word: Id) -> Option<LayerSpan> {
        let node = &self.nodes[word as usize];
        let span = match node.kind {
            NodeKind::Str => node.name,
            NodeKind::Concat => self.nodes[*node.kids.first()? as usize].name,
            _ => return None,
        };
        let text = self.source(span);
        let is_flag = text.len() > 1 && text[0] == b'-' && !text[1].is_ascii_digit();
        is_flag.then_some(span)
    }

    /// `--flag=value` and `--flag=$value`.
    fn split_flag(&mut self, word: Id, flag: LayerSpan) -> Option<Id> {
        let at = self.source(flag).iter().position(|b| *b == b'=')?;
        let (name, node) = (part(flag, 0, at), self.nodes[word as usize].clone());
        let rest = part(flag, at + 1, flag.len());
        let mut kids = Vec::new();
        if !rest.is_empty() {
            kids.push(self.add(NodeKind::Str, rest, rest, Vec::new()));
        }
        if node.kind == NodeKind::Concat {
            kids.extend(&node.kids[1..]);
        }
        let value = match kids[..] {
            [] => Vec::new(),
            [only] => vec![only],
            _ => {
                let span = LayerSpan { start: rest.start, end: node.span.end };
                vec![self.add(NodeKind::Concat, span, LayerSpan::default(), kids)]
            }
        };
        Some(self.add(NodeKind::Pair, node.span, name, value))
    }

    /// `$X`, `${X}`, and `${X:-other}` as one of two.
    pub(super) fn expansion(&mut self, raw: Raw<'_>) -> Id {
        let span = self.span(raw);
        let all = named(raw);
        let name = all.first().map(|name| self.span(*name)).unwrap_or(span);
        let variable = self.add(NodeKind::Name, span, name, Vec::new());
        let rest = self.source(LayerSpan { start: name.end, end: span.end.max(name.end) });
        let has_default = [&b":-"[..], b"-", b":=", b"="].iter().any(|sign| rest.starts_with(sign));
        if !has_default || all.len() < 2 {
            return variable;
        }
        let mut kids = vec![variable];
        for other in all.into_iter().skip(1) {
            kids.extend(self.node(other));
        }
        self.add(NodeKind::Either, span, LayerSpan::default(), kids)
    }

    pub(super) fn ps_command(&mut self, raw: Raw<'_>) -> Id {
        let mut kids = Vec::new();
        let mut name = LayerSpan::default();
        for child in named(raw) {
            if child.kind() == "command_elements" {
                self.ps_elements(child, &mut kids);
            } else if child.kind() == "command_name" {
                name = self.span(child);
                kids.push(self.add(NodeKind::Name, name, name, Vec::new()));
            } else {
                kids.extend(self.node(child));
            }
        }
        self.add(NodeKind::Command, self.span(raw), name, kids)
    }

    fn ps_elements(&mut self, raw: Raw<'_>, kids: &mut Vec<Id>) {
        let elements: Vec<Raw<'_>> = named(raw);
        let mut at = 0;
        while let Some(element) = elements.get(at) {
            at += 1;
            if element.kind() == "command_argument_sep" {
                continue;
            }
            let span = self.span(*element);
            if element.kind() != "command_parameter" {
                match self.node(*element) {
                    Some(value) => kids.push(value),
                    None => kids.push(self.add(NodeKind::Str, span, span, Vec::new())),
                }
                continue;
            }
            let text = self.source(span);
            if let Some(at) = text.iter().position(|b| *b == b'=').filter(|_| text.starts_with(b"--")) {
                // `--flag=value` of other programs
                let rest = part(span, at + 1, text.len());
                let kind = if self.source(rest).starts_with(b"$") { NodeKind::Name } else { NodeKind::Str };
                let word = if kind == NodeKind::Name { self.bare(rest) } else { rest };
                let value = self.add(kind, rest, word, Vec::new());
                kids.push(self.add(NodeKind::Pair, span, part(span, 0, at), vec![value]));
                continue;
            }
            let name = part(span, 0, text.len() - usize::from(text.last() == Some(&b':')));
            let mut next = at;
            let mut bound = text.last() == Some(&b':');
            while let Some(between) = elements.get(next).filter(|e| e.kind() == "command_argument_sep") {
                bound |= self.source(self.span(*between)).contains(&b':');
                next += 1;
            }
            let is_switch = SWITCHES.iter().any(|switch| {
                let own = self.source(name);
                own.len() >= 4 && switch.len() >= own.len() && switch[..own.len()].eq_ignore_ascii_case(own)
            });
            let value = elements.get(next).filter(|e| e.kind() != "command_parameter" && (bound || !is_switch));
            let mut inner = Vec::new();
            let mut end = name.end;
            if let Some(value) = value {
                at = next + 1;
                let place = self.span(*value);
                end = place.end;
                inner.push(match self.node(*value) {
                    Some(value) => value,
                    None => self.add(NodeKind::Str, place, place, Vec::new()),
                });
            }
            let span = LayerSpan { start: name.start, end };
            kids.push(self.add(NodeKind::Pair, span, name, inner));
        }
    }
}
