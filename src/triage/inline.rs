//! Directives in the text of a document: accepted where the secret stands.
//!
//! | directive | covers |
//! |---|---|
//! | `keyless:ignore` | its line; alone on a line, the next one |
//! | `keyless:ignore-next-line` | the next line |
//! | `keyless:ignore-file` | the file; only in its first 50 lines, where a reader sees it |
//! | `keyless:disable` … `keyless:enable` | the lines between |
//!
//! A finding is covered if any of its lines is. How a directive is written is told in
//! `directive.rs`. Expired ones cover nothing, and whatever is unknown, unused,
//! expired or not understood becomes a [`Notice`].

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use crate::model::{Day, Notice, RepoPath, Status, SuppressedBy};
use crate::rule::spec::Text;

use super::directive::{Directive, Read, Verb, only_closes, quoted, read, rest_of_line};
use super::foreign::{self, Foreign};

/// Further down a reader would not see that the whole file is left out.
const FILE_LINES: u32 = 50;
/// More than anybody writes; what hostile input may cost.
const MOST: usize = 2_000;

/// All names of a rule that a directive may use.
#[derive(Clone, Copy, Debug)]
pub struct RuleNames<'a> {
    /// `azure-storage-account-key`
    pub slug: &'a str,
    /// `KS042`
    pub code: &'a str,
    /// Old slugs and codes.
    pub formerly: &'a [Text],
}

impl RuleNames<'_> {
    /// Is this a name of the rule? Letters may be large or small.
    pub fn include(&self, name: &str) -> bool {
        let formerly = self.formerly.iter().map(|former| &**former);
        [self.slug, self.code].into_iter().chain(formerly).any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// The directives of one document, and which of them were of use.
#[derive(Debug, Default)]
pub struct Directives {
    written: Vec<(u32, Directive)>,
    marks: Vec<Mark>,
    /// Marks of one line, by line.
    by_line: BTreeMap<u32, Vec<usize>>,
    /// Marks of blocks, then of the file.
    wide: Vec<usize>,
    problems: Vec<(u32, String)>,
    /// Places in `written` of what other tools wrote: it need not be of use to us.
    foreign: BTreeSet<usize>,
    /// Their lines, where they are about a block.
    blocks: BTreeMap<usize, RangeInclusive<u32>>,
}

/// One rule, or every rule, that a directive covers lines from.
#[derive(Debug)]
struct Mark {
    /// Its place in `written`.
    by: usize,
    rule: Option<String>,
    lines: RangeInclusive<u32>,
    used: bool,
}

impl Directives {
    /// Reads the directives of a text. `offsets` are the places where `keyless:` was seen, ascending;
    /// `line_of` tells the line of an offset, from 1.
    pub fn read(text: &[u8], offsets: &[u32], line_of: &dyn Fn(usize) -> u32) -> Self {
        let mut all = Self::default();
        let mut closed_below = HashMap::new();
        for &offset in offsets {
            let at = offset as usize;
            if let Some(found) = foreign::read(text, at) {
                all.take(found, line_of, at);
                continue;
            }
            match read(text, at) {
                Read::Prose => {}
                _ if all.written.len() + all.problems.len() >= MOST => {
                    all.problems
                        .push((line_of(at), format!("more than {MOST} directives; this and the rest is not read")));
                    break;
                }
                Read::Problem(what) => all.problems.push((line_of(at), what)),
                Read::Directive(directive) => {
                    let line = line_of(at);
                    if directive.alone && comment_closes_below(text, at) {
                        closed_below.insert(line, line + 2);
                    }
                    all.written.push((line, directive));
                }
            }
        }
        all.place(&closed_below);
        all
    }

    /// A directive of another tool.
    fn take(&mut self, found: Foreign, line_of: &dyn Fn(usize) -> u32, at: usize) {
        if self.written.len() >= MOST {
            return;
        }
        let block = found.block.map(|block| line_of(block.start)..=line_of(block.end));
        if let Some(lines) = block {
            self.blocks.insert(self.written.len(), lines);
        }
        self.foreign.insert(self.written.len());
        self.written.push((line_of(at), found.directive));
    }

    /// What the directives say of a finding on these lines, if anything.
    pub fn judge(&mut self, rule: RuleNames<'_>, first_line: u32, last_line: u32, today: Day) -> Option<Status> {
        let narrow = self.by_line.range(first_line..=last_line.max(first_line)).flat_map(|(_, marks)| marks);
        let mut best: Option<usize> = None;
        for &number in narrow.chain(&self.wide) {
            let mark = &mut self.marks[number];
            let meets = *mark.lines.start() <= last_line && first_line <= *mark.lines.end();
            let directive = &self.written[mark.by].1;
            if !meets || is_over(directive, today) || mark.rule.as_ref().is_some_and(|name| !rule.include(name)) {
                continue;
            }
            mark.used = true;
            // the nearest one speaks, one with a reason before one without
            if best.is_none_or(|best| self.reason(best).is_none() && directive.reason.is_some()) {
                best = Some(number);
            }
        }
        let directive = &self.written[self.marks[best?].by].1;
        let (reason, until) = (directive.reason.clone(), directive.until);
        Some(Status::Suppressed { by: SuppressedBy::Inline, reason, until })
    }

    /// Whatever is wrong with the directives: not understood, unknown rules, expired, unused.
    ///
    /// To be asked after every finding was judged. `known` tells whether any rule has this name.
    pub fn notices(&self, path: &RepoPath, known: &dyn Fn(&str) -> bool, today: Day) -> Vec<Notice> {
        let mut notices = self.problems(path, known, today);
        notices.extend(self.unused(path, known, today));
        notices.sort();
        notices
    }

    /// The notices that do not depend on which rules ran: not understood, unknown rules, expired.
    pub fn problems(&self, path: &RepoPath, known: &dyn Fn(&str) -> bool, today: Day) -> Vec<Notice> {
        let mut problems = self.problems.clone();
        for (by, (line, directive)) in self.written.iter().enumerate() {
            if self.foreign.contains(&by) {
                continue;
            }
            let unknown = directive.rules.iter().filter(|name| !known(name));
            problems.extend(
                unknown.map(|name| (*line, format!("there is no rule `{}`; see `keyless rules list`", quoted(name)))),
            );
            if let Some(day) = directive.until.filter(|_| is_over(directive, today)) {
                let name = directive.verb.name();
                problems.push((
                    *line,
                    format!("`keyless:{name}` held until {day}; mend what it covers, or give a new day"),
                ));
            }
        }
        let mut notices: Vec<Notice> = problems.into_iter().map(|(line, what)| notice(path, line, what)).collect();
        notices.sort();
        notices
    }

    /// Directives that covered no finding. Meaningless after a scan with only some of the rules.
    pub fn unused(&self, path: &RepoPath, known: &dyn Fn(&str) -> bool, today: Day) -> Vec<Notice> {
        let unused = self.marks.iter().filter(|mark| !mark.used).filter_map(|mark| {
            let (line, directive) = &self.written[mark.by];
            if self.foreign.contains(&mark.by) {
                return None;
            }
            if is_over(directive, today) || mark.rule.as_ref().is_some_and(|name| !known(name)) {
                return None; // said already
            }
            let rule = mark.rule.as_ref().map(|name| format!("[{name}]")).unwrap_or_default();
            let name = directive.verb.name();
            Some(notice(path, *line, format!("`keyless:{name}{rule}` covers no finding; remove it")))
        });
        let mut unused: Vec<Notice> = unused.collect();
        unused.sort();
        unused
    }

    fn reason(&self, mark: usize) -> Option<&str> {
        self.written[self.marks[mark].by].1.reason.as_deref()
    }

    /// Works out which lines each directive covers. `closed_below` names lines for directives that
    /// stand above the end of their comment.
    fn place(&mut self, closed_below: &HashMap<u32, u32>) {
        let next = self.next_lines(closed_below);
        let mut blocks: Vec<usize> = Vec::new();
        for by in 0..self.written.len() {
            let (line, directive) = &self.written[by];
            let (line, next_line) = (*line, next.get(line).copied().unwrap_or(line + 1));
            if let Some(lines) = self.blocks.get(&by).cloned() {
                self.mark(by, lines);
                continue;
            }
            match directive.verb {
                Verb::Ignore if directive.alone => self.mark(by, next_line..=next_line),
                Verb::Ignore => self.mark(by, line..=line),
                Verb::NextLine => self.mark(by, next_line..=next_line),
                Verb::File if line <= FILE_LINES => self.mark(by, 0..=u32::MAX),
                Verb::File => {
                    let what = format!("`keyless:ignore-file` holds only in the first {FILE_LINES} lines; move it up");
                    self.problems.push((line, what));
                }
                Verb::Disable => {
                    blocks.extend(self.marks.len()..self.marks.len() + directive.rules.len().max(1));
                    self.mark(by, line..=u32::MAX);
                }
                Verb::Enable => self.close(by, &mut blocks),
            }
        }
        blocks.dedup_by_key(|&mut mark| self.marks[mark].by);
        for mark in blocks {
            let line = self.written[self.marks[mark].by].0;
            let what = "`keyless:disable` runs to the end of the file; write `keyless:enable` where it ends";
            self.problems.push((line, what.to_owned()));
        }
        self.sort_marks();
    }

    /// The line that a directive alone on its line speaks of, passing over others of its kind.
    fn next_lines(&self, closed_below: &HashMap<u32, u32>) -> HashMap<u32, u32> {
        let mut next: HashMap<u32, u32> = HashMap::new();
        for (line, _) in self.written.iter().rev().filter(|(_, directive)| directive.alone) {
            let below = closed_below.get(line).copied().unwrap_or(line.saturating_add(1));
            let target = next.get(&below).copied().unwrap_or(below);
            next.insert(*line, target);
        }
        next
    }

    /// Notes a mark for each rule that a directive names.
    fn mark(&mut self, by: usize, lines: RangeInclusive<u32>) {
        let rules = self.written[by].1.rules.clone();
        let rules: Vec<_> = if rules.is_empty() { vec![None] } else { rules.into_iter().map(Some).collect() };
        self.marks.extend(rules.into_iter().map(|rule| Mark { by, rule, lines: lines.clone(), used: false }));
    }

    /// Ends open blocks: all of them, or those of the rules that are named.
    fn close(&mut self, by: usize, blocks: &mut Vec<usize>) {
        let (line, enable) = self.written[by].clone();
        let before = blocks.len();
        blocks.retain(|&block| {
            let mark = &mut self.marks[block];
            let ends = enable.rules.is_empty() || mark.rule.as_ref().is_some_and(|rule| enable.rules.contains(rule));
            if ends {
                mark.lines = *mark.lines.start()..=line;
            }
            !ends
        });
        if blocks.len() == before {
            self.problems.push((line, "`keyless:enable` ends nothing that was disabled above it".to_owned()));
        }
    }

    fn sort_marks(&mut self) {
        for (number, mark) in self.marks.iter().enumerate() {
            if mark.lines.start() == mark.lines.end() && self.written[mark.by].1.verb != Verb::Disable {
                self.by_line.entry(*mark.lines.start()).or_default().push(number);
            } else {
                self.wide.push(number);
            }
        }
        self.wide.sort_by_key(|&number| self.written[self.marks[number].by].1.verb == Verb::File);
    }
}

fn is_over(directive: &Directive, today: Day) -> bool {
    directive.until.is_some_and(|until| until < today)
}

fn notice(path: &RepoPath, line: u32, what: String) -> Notice {
    Notice { path: path.clone(), line, what }
}

/// Does the line below only end the comment that the directive at `at` stands in?
fn comment_closes_below(text: &[u8], at: usize) -> bool {
    let rest = &text[at..];
    let end = rest_of_line(rest).len();
    let below = rest.get(end..).unwrap_or_default();
    let below = below.strip_prefix(b"\r\n").or_else(|| below.strip_prefix(b"\n")).or_else(|| below.strip_prefix(b"\r"));
    below.is_some_and(|below| only_closes(rest_of_line(below)))
}
