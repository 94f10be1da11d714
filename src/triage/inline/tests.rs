//! Directives in whole documents: what they cover, and what is said of them.

use super::*;

use proptest::prelude::*;

const TODAY: &str = "2026-06-15";

fn today() -> Day {
    Day::parse(TODAY).unwrap()
}

/// `@` stands for the prefix, so that this file holds no directive of its own.
fn directives(text: &str) -> Directives {
    let text = text.replace('@', "keyless:");
    let offsets: Vec<u32> = text.match_indices("keyless:").map(|(at, _)| u32::try_from(at).unwrap()).collect();
    Directives::read(text.as_bytes(), &offsets, &|at| line_of(text.as_bytes(), at))
}

fn line_of(text: &[u8], at: usize) -> u32 {
    u32::try_from(text[..at].iter().filter(|&&b| b == b'\n').count()).unwrap() + 1
}

fn names(slug: &str) -> RuleNames<'_> {
    RuleNames { slug, code: "KS001", formerly: &[Text::Borrowed("old-name")] }
}

fn covers(directives: &mut Directives, slug: &str, first: u32, last: u32) -> bool {
    directives.judge(names(slug), first, last, today()).is_some()
}

fn notices(directives: &Directives) -> Vec<(u32, String)> {
    let known = |name: &str| ["a", "b", "old-name"].contains(&name);
    let notices = directives.notices(&RepoPath::new(*b"x"), &known, today());
    notices.into_iter().map(|notice| (notice.line, notice.what)).collect()
}

#[test]
fn each_directive_covers_its_lines_and_no_others() {
    for (text, covered, open) in [
        ("x\nsecret # @ignore\ny", vec![2], vec![1, 3]),
        ("# @ignore\nsecret\ny", vec![2], vec![1, 3]),
        ("// @ignore[a]\n// @ignore[b]\nsecret", vec![3], vec![1, 2, 4]),
        ("/*\n * @ignore -- why\n */\nsecret", vec![4], vec![2, 3, 5]),
        ("x # @ignore-next-line\nsecret", vec![2], vec![1, 3]),
        ("\n# @ignore-file -- generated\n", vec![1, 2, 3, 9_999], vec![]),
        ("a\n# @disable\nb\n# @enable\nc", vec![2, 3, 4], vec![1, 5]),
        ("a\n# @disable[a]\nb", vec![3, 9_999], vec![1]),
        ("# @disable[a,b]\nx\n# @enable[b]\nx\n# @enable[a]\nx", vec![2, 4], vec![6]),
        ("# @disable\n# @disable\nx\n# @enable\nx", vec![3], vec![5]),
    ] {
        let mut directives = directives(text);
        for line in covered {
            assert!(covers(&mut directives, "a", line, line), "{text:?} line {line}");
        }
        for line in open {
            assert!(!covers(&mut directives, "a", line, line), "{text:?} line {line}");
        }
    }
}

#[test]
fn a_file_directive_far_down_holds_nothing_and_is_told() {
    let text = format!("{}# @ignore-file", "\n".repeat(50));
    let mut directives = directives(&text);
    assert!(!covers(&mut directives, "a", 1, 1));
    assert!(notices(&directives)[0].1.contains("first 50 lines"));
}

#[test]
fn a_finding_of_many_lines_is_covered_by_a_directive_on_any_of_them() {
    let mut directives = directives("key = [\n1, # @ignore\n2,\n]");
    for (first, last, covered) in [(1, 4, true), (2, 2, true), (3, 4, false), (1, 1, false)] {
        assert_eq!(covers(&mut directives, "a", first, last), covered, "{first} to {last}");
    }
}

#[test]
fn rules_are_named_by_slug_code_or_former_name() {
    for (name, covered) in [("a", true), ("KS001", true), ("ks001", true), ("old-name", true), ("b", false)] {
        let mut directives = directives(&format!("x # @ignore[{name}]"));
        assert_eq!(covers(&mut directives, "a", 1, 1), covered, "{name}");
    }
}

#[test]
fn the_last_day_still_holds_and_the_day_after_is_told() {
    for (until, covered) in [("2026-06-15", true), ("2026-06-14", false)] {
        let mut directives = directives(&format!("x # @ignore[a] until={until} -- why"));
        let status = directives.judge(names("a"), 1, 1, today());
        let (reason, day) = (Some("why".to_owned()), Day::parse(until));
        let suppressed = Status::Suppressed { by: SuppressedBy::Inline, reason, until: day };
        assert_eq!(status, covered.then_some(suppressed), "{until}");
        let told = notices(&directives);
        assert_eq!(told.len(), usize::from(!covered), "{told:?}");
        assert!(covered || told[0].1.contains("until 2026-06-14"));
    }
}

#[test]
fn the_nearest_reason_is_given_and_all_that_cover_were_of_use() {
    let mut directives = directives("# @ignore-file -- far\n# @disable -- block\nx # @ignore\n# @enable");
    let Some(Status::Suppressed { reason, .. }) = directives.judge(names("a"), 3, 3, today()) else {
        panic!("not covered")
    };
    assert_eq!(reason.as_deref(), Some("block"));
    assert!(notices(&directives).is_empty());
}

#[test]
fn what_is_unknown_unused_unclosed_or_not_understood_is_told_once() {
    for (text, told) in [
        ("x # @ignore[nope]", vec![(1, "no rule `nope`")]),
        ("x # @ignore[a, b]", vec![(1, "[b]` covers no finding")]),
        ("\ny # @ignore", vec![(2, "covers no finding")]),
        ("x # @ignore because", vec![(1, "not understood")]),
        ("x # @disable", vec![(1, "runs to the end")]),
        ("x\n# @enable", vec![(2, "ends nothing")]),
        ("x # @ignore until=2020-01-01", vec![(1, "held until")]),
        ("Use `@ignore[nope]`.", vec![]),
    ] {
        let mut directives = directives(text);
        covers(&mut directives, "a", 1, 1);
        let notices = notices(&directives);
        assert_eq!(notices.len(), told.len(), "{text}: {notices:?}");
        for ((line, what), (on, part)) in notices.iter().zip(told) {
            assert!(*line == on && what.contains(part), "{text}: {what}");
        }
    }
}

#[test]
fn a_million_directives_cost_little_and_are_cut_off_aloud() {
    let many = "/* @ignore */".repeat(300_000);
    let many = directives(&many);
    assert_eq!(many.written.len(), MOST);
    assert!(many.problems[0].1.contains("more than"));
}

proptest! {
    #[test]
    fn no_text_is_too_strange(
        pieces in proptest::collection::vec(prop_oneof![
            Just("keyless:"), Just("ignore"), Just("disable"), Just("enable"), Just("-file"), Just("-next-line"),
            Just("["), Just("]"), Just(","), Just("a"), Just(" until=2026-01-01"), Just(" -- "), Just("\n"),
            Just("\r"), Just("# "), Just("/*"), Just("*/"), Just("`"), Just("\u{fffd}"), Just("rem"), Just("é\""),
        ], 0..60),
        noise in proptest::collection::vec(any::<u32>(), 0..4),
        cut in any::<usize>(),
    ) {
        let text = pieces.concat().into_bytes();
        let text = &text[..text.len() - cut % (text.len() + 1)];
        let seen = memchr::memmem::find_iter(text, b"keyless:").map(|at| u32::try_from(at).unwrap());
        let mut offsets: Vec<u32> = seen.chain(noise).collect();
        offsets.sort_unstable();
        let mut directives = Directives::read(text, &offsets, &|at| line_of(text, at.min(text.len())));
        for line in 0..5 {
            directives.judge(names("a"), line, line + 1, today());
        }
        directives.notices(&RepoPath::new(*b"x"), &|name| name == "a", today());
    }
}
