//! What must stand about an anchor for its pattern to match there: a test of a few bytes.
//!
//! `pat` stands in every `path`, but the token that begins so goes on with fourteen
//! letters and digits. Where a pattern holds its anchors at one place, the bytes before
//! and after that place are known; a hit that does not have them needs no search, and a
//! pattern without such hits is not even compiled.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::detect::anchors::Hit;

/// Bytes looked at behind an anchor; few hits pass more than three.
const MOST: usize = 12;

/// Pieces of a pattern that are looked at; anchors stand near the beginning.
const LONGEST: usize = 400;

/// Ways through the alternatives of a pattern that are told apart.
const WAYS: usize = 12;

/// A set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bytes([u64; 4]);

impl Bytes {
    const NONE: Self = Self([0; 4]);

    fn add(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Small letters for large ones.
    fn folded(self) -> Self {
        let mut folded = Self::NONE;
        (0..=u8::MAX).filter(|&byte| self.has(byte)).for_each(|byte| folded.add(byte.to_ascii_lowercase()));
        folded
    }

    fn join(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a |= b);
        self
    }
}

/// A piece of a pattern.
#[derive(Clone, Copy, Debug)]
enum Item {
    /// One of these bytes.
    One(Bytes),
    /// One of these bytes, or the beginning or end of the text or a line.
    Border(Bytes),
    /// Anything.
    Open,
}

/// The bytes that must stand about a hit: one of several ways. None: nothing is known.
#[derive(Debug, Default)]
pub(super) struct Follow(Vec<Way>);

#[derive(Debug)]
struct Way {
    before: Option<Bytes>,
    after: Vec<Bytes>,
}

impl Follow {
    /// Of a pattern whose every match holds one of the anchors; asks for nothing where it cannot tell.
    pub(super) fn of(pattern: &Hir, anchors: &[impl AsRef<str>], ignore_case: bool) -> Self {
        let spelled = |anchor: &str| if ignore_case { anchor.to_ascii_lowercase() } else { anchor.to_owned() };
        let mut anchors: Vec<_> = anchors.iter().map(|anchor| spelled(anchor.as_ref()).into_bytes()).collect();
        anchors.sort_unstable();
        anchors.dedup();
        let mut lengths: Vec<usize> = anchors.iter().map(Vec::len).collect();
        lengths.sort_unstable();
        lengths.dedup();
        let way = |items: Vec<Item>| {
            let places = lengths.iter().find_map(|&length| {
                let place = items.windows(length).position(|window| is_place(window, &anchors, ignore_case))?;
                Some((place, place + length))
            });
            places.map(|(start, end)| Way::about(&items, start, end))
        };
        Self(flatten(pattern).into_iter().map(way).collect::<Option<_>>().unwrap_or_default())
    }

    /// May the pattern match at this hit?
    pub(super) fn allows(&self, text: &[u8], hit: Hit) -> bool {
        self.0.is_empty() || self.0.iter().any(|way| way.allows(text, hit))
    }
}

impl Way {
    fn about(items: &[Item], start: usize, end: usize) -> Self {
        let before = match start.checked_sub(1).map(|place| items[place]) {
            Some(Item::One(bytes) | Item::Border(bytes)) => Some(bytes),
            _ => None,
        };
        let known = items[end..].iter().map_while(|item| match item {
            Item::One(bytes) => Some(*bytes),
            Item::Border(_) | Item::Open => None,
        });
        Self { before, after: known.take(MOST).collect() }
    }

    fn allows(&self, text: &[u8], hit: Hit) -> bool {
        let before = hit.start.checked_sub(1).and_then(|at| text.get(at as usize));
        if let (Some(bytes), Some(&before)) = (&self.before, before)
            && !bytes.has(before)
        {
            return false;
        }
        let rest = text.get(hit.end as usize..).unwrap_or_default();
        rest.len() >= self.after.len() && self.after.iter().zip(rest).all(|(bytes, &byte)| bytes.has(byte))
    }
}

/// Is what may stand at these items anchors and nothing else? Then every match has one of them there.
fn is_place(window: &[Item], anchors: &[Vec<u8>], ignore_case: bool) -> bool {
    let mut texts = 1_u64;
    let mut sets = Vec::new();
    for item in window {
        let Item::One(bytes) = item else { return false };
        let bytes = if ignore_case { bytes.folded() } else { *bytes };
        texts = texts.saturating_mul(bytes.count().into());
        sets.push(bytes);
    }
    let fits = |anchor: &&Vec<u8>| {
        anchor.len() == sets.len() && sets.iter().zip(*anchor).all(|(bytes, &byte)| bytes.has(byte))
    };
    texts == anchors.iter().filter(fits).count() as u64
}

/// The pieces of a pattern in order, as far as each is one byte; a list for each way through its alternatives.
fn flatten(hir: &Hir) -> Vec<Vec<Item>> {
    let one = |item| vec![vec![item]];
    match hir.kind() {
        // A look takes no byte; that it may hold nowhere is no matter.
        HirKind::Empty | HirKind::Look(_) => vec![Vec::new()],
        HirKind::Literal(literal) => {
            let single = |&byte: &u8| {
                let mut bytes = Bytes::NONE;
                bytes.add(byte);
                Item::One(bytes)
            };
            vec![literal.0.iter().map(single).collect()]
        }
        HirKind::Class(class) => one(set(class).map_or(Item::Open, Item::One)),
        HirKind::Capture(capture) => flatten(&capture.sub),
        HirKind::Concat(all) => all.iter().fold(vec![Vec::new()], |ways, next| chain(ways, flatten(next))),
        HirKind::Repetition(repetition) => {
            let piece = flatten(&repetition.sub);
            // Many are as good as `MOST` here.
            let times = repetition.min.min(2 * MOST as u32);
            let mut ways = (0..times).fold(vec![Vec::new()], |ways, _| chain(ways, piece.clone()));
            if repetition.max != Some(times) {
                ways = chain(ways, one(Item::Open));
            }
            ways
        }
        HirKind::Alternation(branches) => {
            let ways: Vec<_> = branches.iter().flat_map(flatten).collect();
            match one_or_border(branches, &ways) {
                Some(item) => one(item),
                None => ways,
            }
        }
    }
}

/// Every way of the one followed by every way of the other; beyond [`WAYS`] nothing is known of the other.
fn chain(ways: Vec<Vec<Item>>, next: Vec<Vec<Item>>) -> Vec<Vec<Item>> {
    let next = if ways.len() * next.len() > WAYS { vec![vec![Item::Open]] } else { next };
    let joined = |way: &Vec<Item>, next: &Vec<Item>| {
        let rest = LONGEST.saturating_sub(way.len());
        let cut = (next.len() > rest).then_some(Item::Open);
        way.iter().chain(next.iter().take(rest)).copied().chain(cut).collect()
    };
    ways.iter().flat_map(|way| next.iter().map(move |next| joined(way, next))).collect()
}

/// `[a-z]|$`, `^|[^a-z]`: one byte, or a border.
fn one_or_border(branches: &[Hir], ways: &[Vec<Item>]) -> Option<Item> {
    let mut bytes = Bytes::NONE;
    let mut has_border = false;
    for branch in branches {
        match branch.kind() {
            HirKind::Look(Look::Start | Look::End) => has_border = true,
            HirKind::Look(Look::StartLF | Look::EndLF) => {
                has_border = true;
                bytes.add(b'\n');
            }
            HirKind::Look(_) => return None,
            _ => {}
        }
    }
    for way in ways.iter().filter(|way| !way.is_empty()) {
        let [Item::One(one)] = **way else { return None };
        bytes = bytes.join(one);
    }
    let empty = ways.iter().filter(|way| way.is_empty()).count();
    let borders = branches.iter().filter(|branch| matches!(branch.kind(), HirKind::Look(_))).count();
    if empty != borders {
        return None;
    }
    Some(if has_border { Item::Border(bytes) } else { Item::One(bytes) })
}

fn set(class: &Class) -> Option<Bytes> {
    let mut bytes = Bytes::NONE;
    match class {
        Class::Bytes(class) => {
            class.ranges().iter().for_each(|range| (range.start()..=range.end()).for_each(|byte| bytes.add(byte)));
        }
        Class::Unicode(class) => {
            for range in class.ranges() {
                // Past ASCII a character has several bytes.
                let (start, end) = (u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok()?);
                if !end.is_ascii() {
                    return None;
                }
                (start..=end).for_each(|byte| bytes.add(byte));
            }
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_about_an_anchor_are_asked_for_where_the_pattern_fixes_them() {
        for (pattern, anchors, fold, text, allowed) in [
            (r"(?:^|[^A-Za-z0-9])pat[A-Za-z0-9]{14}\.", &["pat"][..], false, "path/x", false),
            (r"(?:^|[^A-Za-z0-9])pat[A-Za-z0-9]{14}\.", &["pat"], false, "pat0123456789abcd.", true),
            (r"(?:^|[^A-Za-z0-9])pat[A-Za-z0-9]{14}\.", &["pat"], false, "xpat0123456789abcd.", false),
            (r"(?:^|[^A-Za-z0-9])pat[A-Za-z0-9]{14}\.", &["pat"], false, " pat0123456789abcd.", true),
            (r"(?:^|[^A-Za-z0-9])pat[A-Za-z0-9]{14}\.", &["pat"], false, "pat01234", false),
            (r"(?i)key\s{0,3}=", &["key"], true, "KEY: 1", true),
            (r"(?i)key=[0-9]", &["key"], true, "KEY=1", true),
            (r"(?i)key=[0-9]", &["key"], true, "KEY=x", false),
            // Both anchors are all that may stand there.
            (r"gh[po]_[0-9]{4}", &["ghp_", "gho_"], false, "ghp_12x4", false),
            // `ghu_` may stand there too: then another hit may be the anchor.
            (r"gh[pou]_[0-9]{4}ghp_", &["ghp_", "gho_"], false, "ghp_12x4", true),
            // One branch or another.
            (r"(?:ab|cde)pat[0-9]|patx", &["pat"], false, "patz", false),
            (r"(?:ab|cde)pat[0-9]|patx", &["pat"], false, "patx", true),
            (r"(?:ab|cde)pat[0-9]|patx", &["pat"], false, "bpat1", true),
            // In one branch only, or repeated at will: nothing is known.
            (r"(?:pat[0-9]|[a-z]{3,9}x)pat", &["pat"], false, "patz", true),
            (r"(?:pat){1,3}[0-9]", &["pat"], false, "patpat1", true),
            (r"\bpat[0-9]", &["pat"], false, "xpat1", true),
            // Each branch holds an anchor of its own.
            (r"(?:sdk|api)-[0-9]{4}", &["api-", "sdk-"], false, "api-x", false),
            (r"(?:sdk|api)-[0-9]{4}", &["api-", "sdk-"], false, "api-1234", true),
            (r"(?:nt_[0-9]{4}|secret_[a-z]{4})$", &["secret_", "nt_"], false, "secret_1234", true),
            (r"(?:nt_[0-9]{4}|secret_[a-z]{4})$", &["secret_", "nt_"], false, "secret_12x4", false),
        ] {
            let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).unwrap();
            let start = text.to_ascii_lowercase().find(anchors[0]).unwrap() as u32;
            let hit = Hit { start, end: start + anchors[0].len() as u32 };
            let follow = Follow::of(&hir, anchors, fold);
            assert_eq!(follow.allows(text.as_bytes(), hit), allowed, "{pattern} on {text}: {follow:?}");
        }
    }
}
