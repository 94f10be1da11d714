use super::*;
use crate::document::decode::base64::tests::encode;
use proptest::prelude::*;

fn found(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut runs = vec![];
    let mut starts = vec![];
    find(bytes, 0..bytes.len(), 0, |_| false, &mut starts);
    wrapped(bytes, &starts, |run, _| {
        runs.push(run);
        true
    });
    runs
}

fn all_runs(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut runs = vec![];
    each(bytes, 0..bytes.len(), |run| runs.push(run));
    runs
}

fn naive_runs(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut runs = vec![];
    let mut start = 0;
    for at in 0..=bytes.len() {
        if bytes.get(at).is_none_or(|b| !base64::is_digit(*b)) {
            if at - start >= SHORTEST {
                runs.push(start..at);
            }
            start = at + 1;
        }
    }
    runs
}

#[test]
fn both_tables_agree_on_the_alphabet() {
    for byte in 0..=255 {
        assert_eq!(in_alphabet(byte) == 255, base64::is_digit(byte), "{byte}");
        assert!(matches!(in_alphabet(byte), 0 | 255), "{byte}");
    }
}

#[test]
fn text_is_taken_and_random_bytes_are_not() {
    let random: Vec<u8> = (0..64_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let wide: Vec<u8> = "Write-Host 'x'".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide_marked = [&[0xff, 0xfe], &wide[..]].concat();
    let wide_big: Vec<u8> = "Write-Host 'x'".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (name, bytes, taken) in [
        ("text", &b"AccountKey=abcdefgh;x=y"[..], true),
        ("json", b"{\n  \"clientId\": \"a\"\n}", true),
        ("utf-8", "{\"название\":\"ключ\"}".as_bytes(), true),
        ("only cyrillic", "названиеключазначение".as_bytes(), true),
        ("windows-1252", b"caf\xe9=Password1234567", true),
        ("utf-16", &wide, true),
        ("utf-16 with mark", &wide_marked, true),
        ("utf-16 big", &wide_big, true),
        ("random", &random, false),
        ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01", false),
        ("zeros", &[0; 32], false),
        ("der", b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01\x00\xc5\x22\x11\x90\x81\x07", false),
    ] {
        for (url, pad) in [(false, true), (true, false)] {
            let text = format!("a: {} b", encode(bytes, url, pad, 0, ""));
            let expected = taken.then(|| 3..text.len() - 2);
            assert!(found(text.as_bytes()).into_iter().eq(expected), "{name}: {text}");
        }
    }
}

#[test]
fn names_and_paths_in_code_are_no_base64() {
    for text in [
        "getElementByIdentifierAndNameOrDefaultValue",
        "some_long_snake_case_name_of_a_function_in_rust",
        "src/document/decode/base64/runs/and/more/parts",
        "A_CONSTANT_WITH_A_RATHER_LONG_NAME_IN_CAPITALS",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709da39a3ee",
        "------------------------------------------------",
        "00000000000000000000000000000000000000000000000",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ] {
        assert!(found(text.as_bytes()).is_empty(), "{text}");
    }
}

#[test]
fn wrapped_base64_is_one_run() {
    let text =
        b"{\"clientId\": \"a\", \"clientSecret\": \"b\"} and more, to fill three lines of it with text ".repeat(2);
    for (columns, ending) in [(64, "\n"), (76, "\r\n"), (64, "\n    "), (0, "")] {
        for before in ["", "data: "] {
            let body = encode(&text, false, true, columns, ending);
            let blob = format!("{before}{body}\nname: word\n");
            assert!(found(blob.as_bytes()).into_iter().eq(Some(before.len()..before.len() + body.len())), "{blob}");
        }
    }
}

#[test]
fn what_stands_close_before_does_not_hide_it() {
    let body = encode(b"Server=a;Password=bcdefgh12", false, false, 0, "");
    for before in ["\\n", "%22", "\\u003d", "\\", "/v1/hooks/", "x/", "Basic "] {
        let blob = format!("{before}{body}");
        assert!(found(blob.as_bytes()).into_iter().eq(Some(before.len()..blob.len())), "{blob}");
    }
}

#[test]
fn images_in_data_uris_are_passed_over() {
    let svg = encode(b"<svg xmlns='http://www.w3.org/2000/svg'>", false, true, 0, "");
    assert!(found(format!("url(data:image/svg+xml;base64,{svg})").as_bytes()).is_empty());
    assert_eq!(found(format!("data:application/json;base64,{svg}").as_bytes()).len(), 1);
}

proptest! {
    #[test]
    fn runs_are_those_of_a_walk_byte_by_byte(text in "([a-zA-Z0-9+/_-]{1,90}|[ .=\\n]{1,9}){0,12}") {
        prop_assert_eq!(all_runs(text.as_bytes()), naive_runs(text.as_bytes()));
    }

    #[test]
    fn ranges_in_order_find_what_they_touch_and_no_run_twice(
        text in "([a-zA-Z0-9+/_-]{1,90}|[ .=\\n]{1,9}){0,12}",
        ranges in prop::collection::vec((0_usize..400, 0_usize..30), 0..6),
    ) {
        let bytes = text.as_bytes();
        let mut ranges: Vec<_> = ranges.into_iter().map(|(from, length)| from..from + length).collect();
        ranges.sort_by_key(|range| range.start);
        let (mut starts, mut done) = (vec![], 0);
        for range in &ranges {
            done = find(bytes, range.clone(), done, |_| true, &mut starts);
        }
        prop_assert!(starts.is_sorted_by(|a, b| a < b));
        for run in naive_runs(bytes) {
            let is_touched = ranges.iter().any(|range| range.start <= run.end && run.start <= range.end);
            let is_found = starts.contains(&u32::try_from(run.start).unwrap());
            prop_assert!(is_found || !is_touched, "{run:?} of {text}");
        }
    }

    #[test]
    fn any_bytes_give_runs_in_order(text in "([a-zA-Z0-9]{30,90}[=\\n ]{1,2}|TWFu|[\\n\\PC]){0,30}") {
        let ends: Vec<usize> = found(text.as_bytes()).into_iter().flat_map(|r| [r.start, r.end]).collect();
        prop_assert!(ends.is_sorted() && ends.last().is_none_or(|end| *end <= text.len()));
    }

    #[test]
    fn text_in_the_middle_of_anything_is_found(before in "[ -~\\n]{0,70}", secret in "[ -~]{18,60}") {
        let body = encode(secret.as_bytes(), false, true, 0, "");
        let blob = format!("{before}\n\"{body}\"");
        let start = before.len() + 2;
        prop_assert!(found(blob.as_bytes()).contains(&(start..start + body.len())), "{}", blob);
    }
}
