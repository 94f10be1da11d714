//! Stretches of a text by place: those that meet another one are found without asking all.

use std::ops::Range;

/// Stretches, in the order of their first bytes.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Each with the greatest end so far, as one may lie within another.
    all: Vec<(Range<usize>, usize)>,
}

impl FromIterator<Range<usize>> for Places {
    fn from_iter<I: IntoIterator<Item = Range<usize>>>(places: I) -> Self {
        let mut places: Vec<Range<usize>> = places.into_iter().collect();
        places.sort_unstable_by_key(|place| (place.start, place.end));
        let mut last = 0;
        let with_last = |place: Range<usize>| {
            last = last.max(place.end);
            (place, last)
        };
        Self { all: places.into_iter().map(with_last).collect() }
    }
}

impl Places {
    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Range<usize>> {
        self.all.iter().map(|(place, _)| place)
    }

    /// One of them, by its number in their order.
    pub fn get(&self, number: usize) -> Option<&Range<usize>> {
        self.all.get(number).map(|(place, _)| place)
    }

    /// Those that have a byte in the range.
    pub fn within(&self, range: &Range<usize>) -> impl Iterator<Item = &Range<usize>> {
        let first = self.all.partition_point(|(_, last)| *last <= range.start);
        let (start, end) = (range.start, range.end);
        self.all[first..]
            .iter()
            .map(|(place, _)| place)
            .take_while(move |place| place.start < end)
            .filter(move |place| place.end > start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn those_within_are_those_that_meet_it(
            all in prop::collection::vec((0..50_usize, 1..20_usize), 0..12),
            (from, length) in (0..60_usize, 0..20_usize),
        ) {
            let range = from..from + length;
            let mut all: Vec<_> = all.into_iter().map(|(start, length)| start..start + length).collect();
            let places: Places = all.iter().cloned().collect();
            let found: Vec<_> = places.within(&range).cloned().collect();
            all.retain(|place| place.start < range.end && range.start < place.end);
            all.sort_by_key(|place| (place.start, place.end));
            prop_assert_eq!(found, all);
        }
    }
}
