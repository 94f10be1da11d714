//! `[[match.switch]]`: properties of resources that have a safe value.

use crate::detect::Match;
use crate::document::tree::{NodeId, Shape, Tree};
use crate::rule::RuleIndex;
use crate::rule::spec::{Level, StateSpec, SwitchSpec};

use super::condition::{Conditions, is_type};
use super::path::Path;
use super::{File, value};

/// One of them, ready to run.
#[derive(Debug)]
pub(super) struct SwitchMatcher<'r> {
    spec: &'r SwitchSpec,
    safe: Vec<State<'r>>,
    or: Vec<State<'r>>,
    conditions: Conditions<'r>,
}

#[derive(Debug)]
struct State<'r> {
    steps: Vec<Path>,
    is: &'r str,
}

/// What a property is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Safe,
    Unsafe(NodeId),
    Absent,
    /// Worked out at deployment.
    Unknown,
}

impl<'r> SwitchMatcher<'r> {
    pub(super) fn new(spec: &'r SwitchSpec) -> Self {
        let states = |states: &'r [StateSpec]| states.iter().map(State::new).collect();
        Self { spec, safe: states(&spec.safe), or: states(&spec.or), conditions: Conditions::new(&spec.conditions) }
    }

    pub(super) fn run(&self, file: &File<'_>, rule: RuleIndex, out: &mut Vec<Match>) {
        let Some(tree) = &file.tree else { return };
        for one in file.resources() {
            let is_meant = !one.existing && self.spec.resource.iter().any(|glob| is_type(glob, &one.kind));
            if !is_meant || !self.conditions.hold(file, tree, one.body) {
                continue;
            }
            // An API version that does not know the property cannot switch: raise it first.
            let is_older = |than: Option<&str>| than.zip(one.api.as_deref()).map(|(than, api)| is_before(api, than));
            let too_old = is_older(self.spec.since.as_deref()) == Some(true);
            let safe_by_default = is_older(self.spec.until.as_deref()) == Some(false);
            let (node, severity) = match self.state(file, tree, one.body) {
                Found::Unsafe(node) => (node, self.spec.severity),
                Found::Absent if self.spec.absent.is_some() && !safe_by_default => (one.head, self.spec.absent),
                _ => continue,
            };
            let mut found = file.found(rule, tree, node, false);
            found.severity = if too_old { Some(Level::Info) } else { severity };
            out.push(found);
        }
    }

    fn state(&self, file: &File<'_>, tree: &Tree<'_>, body: NodeId) -> Found {
        let safe = joined(self.safe.iter().map(|state| state.of(file, tree, body)));
        let or = joined(self.or.iter().map(|state| state.of(file, tree, body)));
        match (safe, or) {
            (Some(Found::Absent), Some(other)) => other,
            (Some(first), _) => first,
            (None, _) => Found::Unknown,
        }
    }
}

/// All safe, or the worst of them: what is written out before what is missing.
fn joined(states: impl Iterator<Item = Found>) -> Option<Found> {
    let rank = |found: &Found| match found {
        Found::Safe => 0,
        Found::Absent => 1,
        Found::Unknown => 2,
        Found::Unsafe(_) => 3,
    };
    // The first of equals: `max_by_key` takes the last.
    states.fold(None, |worst, next| match worst {
        Some(worst) if rank(&worst) >= rank(&next) => Some(worst),
        _ => Some(next),
    })
}

impl<'r> State<'r> {
    fn new(spec: &'r StateSpec) -> Self {
        // Step by step, to see where the way ends.
        Self { steps: split(&spec.path).map(Path::parse).collect(), is: &spec.is }
    }

    fn of(&self, file: &File<'_>, tree: &Tree<'_>, body: NodeId) -> Found {
        let mut at = body;
        for (depth, step) in self.steps.iter().enumerate() {
            // What a function puts together may hold anything.
            let is_built = depth > 0 && !matches!(tree.node(at).shape, Shape::Map | Shape::Nothing);
            let Some(&next) = step.find(tree, at).first() else {
                return if is_built { Found::Unknown } else { Found::Absent };
            };
            at = next;
        }
        let settled = value::resolved(tree, file.root(tree, at), at);
        match tree.node(settled).shape {
            Shape::Text { .. } => {
                let text = tree.value(settled).unwrap_or_default();
                if self.is.split('|').any(|safe| safe.eq_ignore_ascii_case(text.trim())) {
                    Found::Safe
                } else if is_worked_out(&text) {
                    Found::Unknown
                } else {
                    Found::Unsafe(at)
                }
            }
            Shape::Nothing => Found::Absent,
            Shape::Expression if self.is_never_safe(&tree.value(settled).unwrap_or_default()) => Found::Unsafe(at),
            _ => Found::Unknown,
        }
    }

    /// `x ? true : true`: both ways lead to a value that is not the safe one.
    fn is_never_safe(&self, text: &str) -> bool {
        let Some(ways) = text.split_once('?').and_then(|(_, ways)| ways.split_once(':')) else { return false };
        let word = |way: &str| {
            let bare = way.trim().trim_matches(['\'', '"']).to_owned();
            (!bare.is_empty() && bare.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(bare)
        };
        // A name may stand for anything: only what is written out counts.
        let is_written = |way: &str| {
            let way = way.trim();
            matches!(way, "true" | "false") || way.starts_with(['\'', '"'])
        };
        let is_safe = |word: &str| self.is.split('|').any(|safe| safe.eq_ignore_ascii_case(word));
        is_written(ways.0)
            && is_written(ways.1)
            && [ways.0, ways.1].into_iter().all(|way| word(way).is_some_and(|word| !is_safe(&word)))
    }
}

/// `a.b.c` in its steps; quoted names stay whole.
fn split(path: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    path.split(move |c| {
        quoted ^= c == '\'';
        c == '.' && !quoted
    })
}

/// `[parameters('x')]`, `${x}`.
fn is_worked_out(text: &str) -> bool {
    text.starts_with('[') || text.contains("${") || text.contains("{{")
}

/// Dates compare as texts; a preview counts as its date.
pub(in crate::detect) fn is_before(api: &str, since: &str) -> bool {
    let date = |text: &'_ str| text.get(..10).unwrap_or_default().to_owned();
    let api = date(api);
    api.as_bytes().first().is_some_and(u8::is_ascii_digit) && api < date(since)
}
