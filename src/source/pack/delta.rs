//! Deltas: an object told as copies from its base and inserted bytes.
//!
//! A delta is checked whole before anything is allocated for its result; what it did is
//! kept as a list of [`Op`]s, from which others tell what an object shares with its base.

use super::fault::Defect;

/// A step of a delta, in the order of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op {
    /// Where the bytes stand in the base; [`Op::INSERT`] if they are new.
    pub from: u32,
    /// How many.
    pub length: u32,
}

impl Op {
    /// Marks inserted bytes. No copy begins there: objects have less than 4 GiB.
    pub const INSERT: u32 = u32::MAX;

    /// Where in the base the bytes come from.
    pub fn copied_from(self) -> Option<u32> {
        (self.from != Self::INSERT).then_some(self.from)
    }
}

/// The sizes at the start of a delta, and the steps behind them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delta<'a> {
    pub(super) base_size: u64,
    pub(super) size: u64,
    steps: &'a [u8],
}

impl<'a> Delta<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Defect> {
        let (base_size, rest) = varint(bytes).ok_or(Defect::Delta)?;
        let (size, steps) = varint(rest).ok_or(Defect::Delta)?;
        Ok(Self { base_size, size, steps })
    }

    /// Do the steps add up to the size, without reaching over the base's end? If not, nothing need be allocated.
    pub(super) fn check(&self) -> Result<(), Defect> {
        let mut made = 0_u64;
        let mut steps = Steps(self.steps);
        while let Some(step) = steps.next() {
            let (op, _) = step?;
            if let Some(from) = op.copied_from()
                && u64::from(from) + u64::from(op.length) > self.base_size
            {
                return Err(Defect::Delta);
            }
            made += u64::from(op.length);
            if made > self.size {
                return Err(Defect::Delta);
            }
        }
        if made == self.size { Ok(()) } else { Err(Defect::Delta) }
    }

    /// Builds the object. `out` has exactly [`Self::size`] bytes. `ops` is emptied first.
    pub(super) fn apply(&self, base: &[u8], out: &mut [u8], ops: &mut Vec<Op>) -> Result<(), Defect> {
        ops.clear();
        if self.base_size != base.len() as u64 {
            return Err(Defect::Delta);
        }
        let mut at = 0;
        let mut steps = Steps(self.steps);
        while let Some(step) = steps.next() {
            let (op, inserted) = step?;
            let length = op.length as usize;
            let into = out.get_mut(at..at + length).ok_or(Defect::Delta)?;
            match op.copied_from() {
                Some(from) => {
                    let from = from as usize;
                    into.copy_from_slice(base.get(from..from + length).ok_or(Defect::Delta)?);
                }
                None => into.copy_from_slice(inserted),
            }
            at += length;
            ops.push(op);
        }
        if at == out.len() { Ok(()) } else { Err(Defect::Delta) }
    }
}

/// Reads steps; with each, the bytes it inserts.
struct Steps<'a>(&'a [u8]);

impl<'a> Steps<'a> {
    #[inline]
    fn next(&mut self) -> Option<Result<(Op, &'a [u8]), Defect>> {
        let (&code, rest) = self.0.split_first()?;
        if code & 0x80 == 0 {
            let length = usize::from(code);
            // Zero is kept for what git may invent one day.
            if length == 0 || rest.len() < length {
                return Some(Err(Defect::Delta));
            }
            let (inserted, rest) = rest.split_at(length);
            self.0 = rest;
            return Some(Ok((Op { from: Op::INSERT, length: u32::from(code) }, inserted)));
        }
        let wide = (code & 0x7f).count_ones() as usize;
        if rest.len() < wide {
            return Some(Err(Defect::Delta));
        }
        // Only the bytes that are not zero are written, lowest first: four of the place, three of the length.
        let (mut from, mut length) = (0, 0);
        let mut next = 0;
        for bit in 0..4 {
            if code >> bit & 1 == 1 {
                from |= u32::from(rest[next]) << (bit * 8);
                next += 1;
            }
        }
        for bit in 0..3 {
            if code >> (4 + bit) & 1 == 1 {
                length |= u32::from(rest[next]) << (bit * 8);
                next += 1;
            }
        }
        self.0 = &rest[wide..];
        if length == 0 {
            length = 0x10000;
        }
        if from == Op::INSERT {
            return Some(Err(Defect::Delta));
        }
        Some(Ok((Op { from, length }, &[])))
    }
}

/// A number in groups of seven bits, lowest first.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7f) << (at * 7);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A step as a test writes it.
    #[derive(Clone, Debug)]
    enum Step {
        Copy(u32, u32),
        Insert(Vec<u8>),
    }

    fn number(mut value: u64, out: &mut Vec<u8>) {
        while value > 0x7f {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    fn encode(base: usize, steps: &[Step]) -> Vec<u8> {
        let size: u64 = steps
            .iter()
            .map(|step| match step {
                Step::Copy(_, length) => u64::from(*length),
                Step::Insert(bytes) => bytes.len() as u64,
            })
            .sum();
        let mut out = Vec::new();
        number(base as u64, &mut out);
        number(size, &mut out);
        for step in steps {
            match step {
                Step::Insert(bytes) => {
                    out.push(u8::try_from(bytes.len()).unwrap());
                    out.extend(bytes);
                }
                Step::Copy(from, length) => {
                    let length = if *length == 0x10000 { 0 } else { *length };
                    let place = out.len();
                    out.push(0x80);
                    let bytes = from.to_le_bytes().into_iter().chain(length.to_le_bytes().into_iter().take(3));
                    for (bit, byte) in bytes.enumerate().filter(|(_, byte)| *byte != 0) {
                        out[place] |= 1 << bit;
                        out.push(byte);
                    }
                }
            }
        }
        out
    }

    fn apply(base: &[u8], delta: &[u8]) -> Result<(Vec<u8>, Vec<Op>), Defect> {
        let delta = Delta::parse(delta)?;
        delta.check()?;
        let mut out = vec![0; usize::try_from(delta.size).unwrap()];
        let mut ops = Vec::new();
        delta.apply(base, &mut out, &mut ops)?;
        Ok((out, ops))
    }

    fn by_hand(base: &[u8], steps: &[Step]) -> Vec<u8> {
        let mut out = Vec::new();
        for step in steps {
            match step {
                Step::Copy(from, length) => out.extend(&base[*from as usize..(from + length) as usize]),
                Step::Insert(bytes) => out.extend(bytes),
            }
        }
        out
    }

    #[test]
    fn a_copy_without_a_length_is_of_64_kib() {
        let base: Vec<u8> = (0..0x30000_u32).map(|at| (at % 251) as u8).collect();
        for steps in [
            vec![Step::Copy(0, 0x10000)],
            vec![Step::Copy(0x100, 0x10000), Step::Insert(vec![1; 127]), Step::Copy(0xffff, 0x10001)],
            vec![Step::Copy(0x12345, 0x1ff), Step::Copy(0x20000, 0xff00), Step::Copy(0x2ffff, 1)],
        ] {
            let (made, ops) = apply(&base, &encode(base.len(), &steps)).unwrap();
            assert_eq!(made, by_hand(&base, &steps), "{steps:?}");
            assert_eq!(ops.len(), steps.len());
        }
    }

    #[test]
    fn what_does_not_fit_is_a_defect_before_anything_is_built() {
        let base = b"0123456789";
        let cases: &[(&str, Vec<u8>)] = &[
            ("nothing", vec![]),
            ("half a size", vec![0x8a]),
            ("an endless size", vec![0xff; 20]),
            ("another base", encode(11, &[Step::Copy(0, 5)])),
            ("over the end of the base", encode(10, &[Step::Copy(6, 5)])),
            ("less than promised", vec![10, 6, 0x90, 5]),
            ("more than promised", vec![10, 4, 0x90, 5]),
            ("the reserved step", vec![10, 1, 0]),
            ("an insert that ends early", vec![10, 5, 5, b'a']),
            ("a copy that ends early", vec![10, 5, 0x91, 1]),
            ("the greatest place", vec![10, 1, 0x9f, 0xff, 0xff, 0xff, 0xff, 1]),
        ];
        for (what, delta) in cases {
            assert_eq!(apply(base, delta), Err(Defect::Delta), "{what}");
        }
        assert_eq!(apply(base, &[10, 0]), Ok((vec![], vec![])), "an empty object is one");
    }

    fn steps(base: u32) -> impl Strategy<Value = Vec<Step>> {
        let copy = (0..base).prop_flat_map(move |from| {
            let most = base - from;
            prop_oneof![1..=most, Just(most), Just(most.min(0x10000))].prop_map(move |length| Step::Copy(from, length))
        });
        let insert = proptest::collection::vec(any::<u8>(), 1..128).prop_map(Step::Insert);
        proptest::collection::vec(prop_oneof![copy, insert], 0..20)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn random_deltas_give_what_their_steps_say(
            (size, steps) in prop_oneof![1..2000_u32, Just(0x20000_u32)].prop_flat_map(|size| (Just(size), steps(size))),
            seed in any::<u8>(),
        ) {
            let base: Vec<u8> = (0..size).map(|at| (at.wrapping_mul(31) >> 3) as u8 ^ seed).collect();
            let (made, ops) = apply(&base, &encode(base.len(), &steps)).unwrap();
            prop_assert_eq!(&made, &by_hand(&base, &steps));
            let mut at = 0;
            for op in ops {
                if let Some(from) = op.copied_from() {
                    let from = from as usize;
                    prop_assert_eq!(&made[at..at + op.length as usize], &base[from..from + op.length as usize]);
                }
                at += op.length as usize;
            }
            prop_assert_eq!(at, made.len());
        }

        #[test]
        fn any_bytes_are_a_delta_or_a_defect(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Ok((made, _)) = apply(b"0123456789abcdef", &bytes) {
                prop_assert!(made.len() < 1 << 20);
            }
        }
    }
}
