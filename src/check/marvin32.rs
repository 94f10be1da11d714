//! Marvin32, the keyed hash behind the checksums of Microsoft's own keys.
//!
//! Not a cryptographic hash: the seeds are public, so anybody can compute a
//! checksum. That is its use here: a value that carries the right one was made by
//! a service (or by our own [`super::his::sign`] and its twins), not typed.

/// The seed behind a name of eight ASCII characters, the last a version digit: `Default0`.
pub fn seed(name: &[u8; 8]) -> u64 {
    u64::from_be_bytes(*name)
}

/// The hash in its full width.
pub fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let mut state = State::new(seed);
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        state.add(u32::from_le_bytes(*word));
        state.round();
    }
    let mut tail = [0; 4];
    tail[..rest.len()].copy_from_slice(rest);
    tail[rest.len()] = 0x80;
    state.add(u32::from_le_bytes(tail));
    state.round();
    state.round();
    u64::from(state.p1) << 32 | u64::from(state.p0)
}

/// The hash folded to the 32 bits that keys carry.
pub fn checksum(seed: u64, bytes: &[u8]) -> u32 {
    let hash = hash(seed, bytes).to_le_bytes();
    let [a, b, c, d, e, f, g, h] = hash;
    u32::from_le_bytes([a, b, c, d]) ^ u32::from_le_bytes([e, f, g, h])
}

struct State {
    p0: u32,
    p1: u32,
}

impl State {
    fn new(seed: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = seed.to_le_bytes();
        Self { p0: u32::from_le_bytes([a, b, c, d]), p1: u32::from_le_bytes([e, f, g, h]) }
    }

    fn add(&mut self, word: u32) {
        self.p0 = self.p0.wrapping_add(word);
    }

    fn round(&mut self) {
        self.p1 ^= self.p0;
        self.p0 = self.p0.rotate_left(20).wrapping_add(self.p1);
        self.p1 = self.p1.rotate_left(9) ^ self.p0;
        self.p0 = self.p0.rotate_left(27).wrapping_add(self.p1);
        self.p1 = self.p1.rotate_left(19);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_its_name_read_as_a_number() {
        assert_eq!(seed(b"Default0"), 0x4465_6661_756c_7430);
        assert_eq!(seed(b"AadPwd00"), 0x4161_6450_7764_3030);
    }

    #[test]
    fn the_published_vectors_hold() {
        let cases: [(u64, &[u8], u64); 4] = [
            (0xd53c_d9ce_cd08_93b7, b"abc", 0x22c7_4339_4927_69bf),
            (0x0ddd_deee_efff_f000, b"abcdefghijklmnopqrstuvwxyz", 0xa128_eb7e_7260_aca2),
            (0x004f_b61a_001b_dbcc, b"", 0x30ed_35c1_00cd_3c7d),
            (0x004f_b61a_001b_dbcc, &[0xab, 0x42, 0x7e, 0xa8, 0xd1, 0x0f, 0xc7], 0xe118_47e4_f067_8c41),
        ];
        for (seed, input, expected) in cases {
            assert_eq!(hash(seed, input), expected, "{input:?}");
        }
        assert_eq!(hash(seed(b"Default0"), b""), 0x84bf_42ad_4b66_f399);
    }

    #[test]
    fn the_checksum_is_the_folded_hash() {
        let counted: Vec<u8> = (0..60).collect();
        assert_eq!(checksum(0xd53c_d9ce_cd08_93b7, b"abc"), 0x6be0_2a86);
        assert_eq!(checksum(seed(b"Default0"), b"abc"), 0x1a4c_888e);
        assert_eq!(checksum(seed(b"Default0"), &counted), 0xe6e5_aa35);
    }
}
