//! Compressed bitmaps of a split index: which entries of the shared one are deleted or replaced.
//!
//! Words of 64 bits, the first of each group telling how many equal words and how many literal ones follow.

/// The positions of the bits that are set, and what follows the bitmap. `None` if it does not parse, or if
/// a position is not below `limit`, so that a few bytes cannot ask for gigabytes.
pub(in crate::source) fn read(bytes: &[u8], limit: usize) -> Option<(Vec<usize>, &[u8])> {
    let words = usize::try_from(be_u32(bytes.get(4..)?)?).ok()?;
    let end = words.checked_mul(8)?.checked_add(8)?;
    let body = bytes.get(8..end)?;
    let rest = bytes.get(end.checked_add(4)?..)?; // the position of the last group is for writers
    let mut words = body.chunks_exact(8).map(|word| u64::from_be_bytes(word.try_into().expect("eight bytes")));
    let mut set = Vec::new();
    let mut at = 0_usize;
    while let Some(group) = words.next() {
        let run = usize::try_from(group >> 1 & 0xFFFF_FFFF).ok()?.checked_mul(64)?;
        if group & 1 == 1 {
            let end = at.checked_add(run).filter(|end| *end <= limit.next_multiple_of(64))?;
            set.extend(at..end.min(limit));
        }
        at = at.checked_add(run)?;
        for _ in 0..group >> 33 {
            let word = words.next()?;
            let bits = (0..64).filter(|bit| word >> bit & 1 == 1);
            set.extend(bits.map(|bit| at + bit));
            at = at.checked_add(64)?;
        }
    }
    set.iter().all(|&bit| bit < limit).then_some((set, rest))
}

pub(super) fn be_u32(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bitmap(words: &[u64]) -> Vec<u8> {
        let mut bytes = [0_u32.to_be_bytes(), u32::try_from(words.len()).unwrap().to_be_bytes()].concat();
        words.iter().for_each(|word| bytes.extend_from_slice(&word.to_be_bytes()));
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(b"rest");
        bytes
    }

    #[test]
    fn runs_and_literals_give_the_bits_and_too_much_gives_none() {
        let literal = 1 << 33;
        let run = |words: u64, of: u64| words << 1 | of;
        for (words, limit, expected) in [
            (vec![], 0, Some(vec![])),
            (vec![literal, 0b1001], 10, Some(vec![0, 3])),
            (vec![literal | run(1, 0), 1], 80, Some(vec![64])),
            (vec![run(1, 1)], 3, Some(vec![0, 1, 2])),
            (vec![literal, 0b1001], 3, None),
            (vec![literal], 10, None),
            (vec![run(0xFFFF_FFFF, 1)], 10, None),
        ] {
            let bytes = bitmap(&words);
            let read = read(&bytes, limit);
            assert_eq!(read, expected.map(|set| (set, &b"rest"[..])), "{words:?} below {limit}");
        }
        assert_eq!(read(&[0, 0, 0, 0, 255, 255, 255, 255], 9), None);
    }
}
