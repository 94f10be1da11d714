//! Text without information: one character over and over, alphabets, keyboard rows.

/// One character makes up 60 % of it, or there are three or fewer in twelve or more, or a short piece repeats.
pub fn is_filler(value: &[u8]) -> bool {
    if value.len() < 3 {
        return false;
    }
    let value = &value[..value.len().min(1_024)];
    let mut counts = [0_u32; 256];
    value.iter().for_each(|b| counts[usize::from(b.to_ascii_lowercase())] += 1);
    let most = counts.iter().max().copied().unwrap_or(0) as usize;
    let kinds = counts.iter().filter(|&&c| c > 0).count();
    most * 5 >= value.len() * 3
        || value.len() >= 12 && kinds <= 3
        || has_period(value)
        || is_doubled(value)
        || is_padded_out(value)
}

/// `K6P2VxK6P2VxK6P2VxmuefWzd4`: a piece of four or more stands three times in a row, as in keys that an editor filled.
///
/// Long texts are left alone: the base64 of zeros and of tables repeats.
fn is_padded_out(value: &[u8]) -> bool {
    let repeats = |period: usize| {
        let mut run = 0;
        value.iter().zip(&value[period..]).enumerate().any(|(at, (a, b))| {
            run = if a == b { run + 1 } else { 0 };
            // One character over and over is a field of zeros: keys have such.
            run >= period * 2 && run >= 12 && value[at..at + period].iter().any(|b| *b != value[at])
        })
    };
    (24..=200).contains(&value.len()) && (4..=9).any(repeats)
}

/// `aaaabbbb-cccc-dddd`, `111222333444`: every character stands three times or more, twelve of them at least.
fn is_doubled(value: &[u8]) -> bool {
    let mut characters = value.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).peekable();
    let mut total = 0;
    while let Some(first) = characters.next() {
        let mut run = 1;
        while characters.next_if_eq(&first).is_some() {
            run += 1;
        }
        if run < 3 {
            return false;
        }
        total += run;
    }
    total >= 12
}

fn has_period(value: &[u8]) -> bool {
    let repeats = |period: usize| value.iter().zip(&value[period..]).all(|(a, b)| a == b);
    (1..=16).any(|period| {
        let times = if period >= 8 { 2 } else { 3 };
        value.len() >= period * times && repeats(period)
    })
}

/// Alphabets, counted digits, keyboard rows, `1a2b3c`, `deadbeef`: 60 % of the value or more.
pub fn is_sequence(value: &[u8]) -> bool {
    if value.len() < 6 {
        return false;
    }
    let value = value.to_ascii_lowercase();
    let covered = run_length(&value, 1, 4).max(run_length(&value, 2, 6)).max(hex_words(&value));
    covered * 5 >= value.len() * 3 || is_pieced(&value) || is_woven(&value) || is_counted(&value)
}

/// `aaaa1234bbbbcccc`: nothing but pieces of three or more that repeat or count. One piece alone is a filling.
fn is_pieced(value: &[u8]) -> bool {
    let plain: Vec<u8> = value.iter().filter(|b| b.is_ascii_alphanumeric()).copied().collect();
    let mut rest = plain.as_slice();
    let mut pieces = 0;
    while let [first, second, ..] = rest {
        pieces += 1;
        let step = |a: u8, b: u8| if first == second { a == b } else { follows(a, b) };
        let run = 1 + rest.windows(2).take_while(|pair| step(pair[0], pair[1])).count();
        if run < 3 {
            return false;
        }
        rest = &rest[run..];
    }
    rest.is_empty() && pieces > 1 && plain.len() >= 12
}

/// `000102030405060708090a0b`: bytes in hexadecimal of which most are one more than the one before. Small letters.
fn is_counted(value: &[u8]) -> bool {
    if value.len() < 24 || !value.len().is_multiple_of(2) || !value.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let digit = |b: u8| if b.is_ascii_digit() { b - b'0' } else { b - b'a' + 10 };
    let bytes: Vec<u8> = value.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
    let steps = bytes.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    steps * 5 >= bytes.len() * 3
}

/// `Aa1Bb2-Cc3.Dd4`: the letters go through the alphabet and the digits count, whatever stands between them.
fn is_woven(value: &[u8]) -> bool {
    let runs_through = |class: fn(&u8) -> bool| {
        let mut all: Vec<u8> = value.iter().filter(|b| class(b)).copied().collect();
        all.dedup();
        all.len() >= 5 && all.windows(2).all(|pair| pair[1] == pair[0] + 1 || pair == b"90" || pair == b"za")
    };
    value.len() >= 12 && runs_through(u8::is_ascii_lowercase) && runs_through(u8::is_ascii_digit)
}

/// Nothing but keys that lie side by side, three or more at a time: `QWE123!@#`, `1qaz@WSX`.
pub fn is_typed_along(value: &[u8]) -> bool {
    const ROWS: &[u8] =
        b"1234567890 !@#$%^&*() qwertyuiop asdfghjkl zxcvbnm 1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm !qaz @wsx #edc $rfv";
    let value = value.to_ascii_lowercase();
    let beside =
        |a: u8, b: u8| ROWS.windows(2).any(|pair| pair == [a, b]) || ROWS.windows(2).any(|pair| pair == [b, a]);
    let mut rest = value.as_slice();
    while !rest.is_empty() {
        let run = 1 + rest.windows(2).take_while(|pair| beside(pair[0], pair[1])).count();
        if run < 3 {
            return false;
        }
        rest = &rest[run..];
    }
    !value.is_empty()
}

/// Bytes in runs of at least `least` where each follows the one `stride` before it.
fn run_length(value: &[u8], stride: usize, least: usize) -> usize {
    let (mut total, mut run) = (0, stride);
    for at in stride..=value.len() {
        if at < value.len() && follows(value[at - stride], value[at]) {
            run += 1;
            continue;
        }
        if run >= least.max(stride + 1) {
            total += run;
        }
        run = stride;
    }
    total.min(value.len())
}

fn follows(a: u8, b: u8) -> bool {
    const ROWS: &[u8] = b"qwertyuiop asdfghjkl zxcvbnm";
    let step = a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() && (b == a + 1 || a == b + 1);
    let wrap = matches!((a, b), (b'9', b'0') | (b'z', b'0' | b'a') | (b'9', b'a'));
    step || wrap || ROWS.windows(2).any(|pair| pair == [a, b])
}

fn hex_words(value: &[u8]) -> usize {
    const WORDS: [&[u8]; 10] = [
        b"deadbeef",
        b"cafebabe",
        b"0badc0de",
        b"feedface",
        b"beefcafe",
        b"deadc0de",
        b"c0ffee",
        b"facefeed",
        b"decafbad",
        // `deaddeaddead…`: what tests of scanners fill their keys with.
        b"dead",
    ];
    let found = |word: &[u8]| value.windows(word.len()).filter(|w| *w == word).count() * word.len();
    WORDS.iter().map(|word| found(word)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fillers_and_sequences_are_told_from_random_text() {
        for text in [
            "xxxxxxxx",
            "xxxx-xxxx-xxxx",
            "abcabcabc",
            "aabbaabbaabb",
            "k3Jx9QmTk3Jx9QmT",
            "K6P2VxK6P2VxK6P2VxmuefWzd4ljqeOOZWpg",
            "OBmXvc2K6P2VxK6P2VxK6P2VxVvCdB89gChyHbzw",
            "AAAAbbbb-cccc-dddd-eeee-ffffgggghhhh",
        ] {
            assert!(is_filler(text.as_bytes()), "{text}");
        }
        for text in [
            "abcdefgh",
            "87654321",
            "qwertyuiop",
            "1a2b3c4d5e",
            "abcd1234",
            "000102030405060708090a0b0c0d0e0f10111213",
            "303132333435363738393A3B3C3D3E3F",
            "DEADBEEFcafebabe",
            "aaaa1234bbbbccccdddd",
            "dead.dead.DEAD-DEAD-dead~deadxx",
            "deaddeaddeaddeadde/dead+deaddeaddeaddead+AStq3Zw==",
            "1111-aaaa-2222-bbbb",
            "Pp1Qq~2Rr3.-Ss4Tt5Uu6_Vv7Ww8",
        ] {
            assert!(is_sequence(text.as_bytes()), "{text}");
        }
        for text in ["k3Jx9QmT7vLp2Rw8", "f3a9c0e17b52d846aa01c9b3e5d7f208", "hunter2", "ab"] {
            assert!(!is_filler(text.as_bytes()) && !is_sequence(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn keys_side_by_side_are_no_choice() {
        for text in ["QWE123!@#", "QWE!@#123", "1qaz@WSX", "asdfghjkl", "qwerty123"] {
            assert!(is_typed_along(text.as_bytes()), "{text}");
        }
        for text in ["", "QWE12!@#", "Qwe123!x", "prodDB#2022", "hunter2"] {
            assert!(!is_typed_along(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(text: Vec<u8>) {
            is_filler(&text);
            is_sequence(&text);
            is_typed_along(&text);
        }
    }
}
