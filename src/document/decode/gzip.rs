//! Gzip within base64: `customData` of machines, releases of Helm, manifests in annotations.
//!
//! A stream tells its size in its last four bytes, so it is inflated in one step into a buffer of
//! that size. What swells to more than [`MOST`], or is no text, is left alone.

use libdeflater::Decompressor;

use super::super::layer::Map;
use super::base64;

/// The greatest text that is unpacked; cloud-init allows 64 KiB, a Helm release 1 MiB.
const MOST: usize = 4 << 20;
/// Deflate's greatest ratio: what promises more is damaged, and nothing is allocated for it.
const RATIO: usize = 1032;
/// Base64 of the two bytes that every stream begins with, and of deflate as the only method.
const BEGINS: &[u8] = b"H4sI";

/// Is it base64 of gzip, by its first characters?
pub(super) fn begins(text: &[u8]) -> bool {
    text.starts_with(BEGINS)
}

/// The text within; every byte of it leads back to the whole of `source`.
pub(super) fn decode(source: &[u8], at: usize) -> Option<(Vec<u8>, Map)> {
    let (packed, _) = base64::decode(source, at)?;
    let bytes = unpack(&packed)?;
    let mut map = Map::starting_at(at);
    map.push(1, bytes.len(), source.len());
    Some((bytes, map))
}

fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let size = u32::from_le_bytes(*packed.last_chunk()?) as usize;
    if size == 0 || size > MOST.min(packed.len().saturating_mul(RATIO)) {
        return None;
    }
    let mut bytes = vec![0; size];
    let made = Decompressor::new().gzip_decompress(packed, &mut bytes).ok()?;
    let head = &bytes[..made.min(256)];
    (made == size && memchr::memchr(0, head).is_none()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::base64::tests::encode;
    use super::*;
    use crate::document::layer::LayerSpan;
    use libdeflater::{CompressionLvl, Compressor};
    use proptest::prelude::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut compressor = Compressor::new(CompressionLvl::default());
        let mut bytes = vec![0; compressor.gzip_compress_bound(text.len())];
        let made = compressor.gzip_compress(text, &mut bytes).unwrap();
        bytes.truncate(made);
        bytes
    }

    #[test]
    fn text_is_unpacked_and_leads_back_to_all_of_the_base64() {
        for (columns, ending) in [(0, ""), (64, "\n"), (76, "\r\n    ")] {
            let source = encode(&packed(b"#cloud-config\nruncmd:\n - a\n"), false, true, columns, ending);
            assert!(begins(source.as_bytes()), "{source}");
            let (bytes, map) = decode(source.as_bytes(), 7).unwrap();
            assert_eq!(bytes, b"#cloud-config\nruncmd:\n - a\n");
            assert_eq!(map.back(LayerSpan::new(3, 9).unwrap()), 7..7 + source.len());
        }
    }

    #[test]
    fn what_is_damaged_binary_or_swells_too_much_is_left_alone() {
        let text = packed(b"a line of text, and another line of text");
        let (mut cut, mut changed, mut swollen) = (text.clone(), text.clone(), text);
        cut.truncate(cut.len() - 5);
        changed[14] ^= 1;
        let end = swollen.len() - 4;
        swollen[end..].copy_from_slice(&u32::MAX.to_le_bytes());
        for (name, bytes) in [
            ("cut", cut),
            ("changed", changed),
            ("swollen", swollen),
            ("binary", packed(&[0; 99])),
            ("empty", packed(b"")),
            ("too large", packed(&vec![b'a'; MOST + 1])),
        ] {
            assert_eq!(decode(encode(&bytes, false, true, 0, "").as_bytes(), 0), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_somewhere(bytes: Vec<u8>) {
            let mut all = vec![0x1f, 0x8b, 8];
            all.extend(bytes);
            _ = unpack(&all);
        }
    }
}
