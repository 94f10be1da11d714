//! Inflates whole objects of known size into buffers that are kept.

use libdeflater::Decompressor;

use super::fault::Defect;

/// A buffer greater than this is given back instead of kept: one huge object must not cost memory to the end.
const KEPT: usize = 1 << 20;
/// Deflate's greatest ratio is 1,032: what promises more is damaged, and nothing is allocated for it.
const RATIO: u64 = 1032;

/// Bytes that grow without being cleared again.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    length: usize,
}

impl Buffer {
    /// `size` bytes, of which none means anything yet.
    pub(super) fn room(&mut self, size: usize) -> Result<&mut [u8], Defect> {
        self.length = 0;
        if self.bytes.len() < size {
            let more = size - self.bytes.len();
            self.bytes.try_reserve_exact(more).map_err(|_| Defect::NoMemory(size as u64))?;
            self.bytes.resize(size, 0);
        }
        self.length = size;
        Ok(&mut self.bytes[..size])
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Gives memory back if it is much.
    pub(super) fn rest(&mut self) {
        self.length = 0;
        if self.bytes.len() > KEPT {
            self.bytes = Vec::new();
        }
    }
}

/// The decompressor of one thread.
pub(super) struct Inflater(Decompressor);

impl Inflater {
    pub(super) fn new() -> Self {
        Self(Decompressor::new())
    }

    /// Inflates a stream that begins in `deflated` and makes exactly `size` bytes.
    pub(super) fn inflate(&mut self, deflated: &[u8], size: u64, out: &mut Buffer) -> Result<(), Defect> {
        if size > (deflated.len() as u64).saturating_mul(RATIO) {
            return Err(Defect::Inflate);
        }
        let size = usize::try_from(size).map_err(|_| Defect::TooLarge(size))?;
        let room = out.room(size)?;
        match self.0.zlib_decompress(deflated, room) {
            Ok(made) if made == size => Ok(()),
            _ => Err(Defect::Inflate),
        }
    }

    /// Inflates a stream of unknown size, up to `most` bytes.
    ///
    /// Only loose objects are written so; each try is twice as large, since a stream can be inflated in one step only.
    pub(super) fn inflate_all(&mut self, deflated: &[u8], most: u64, out: &mut Buffer) -> Result<(), Defect> {
        let ratio = (deflated.len() as u64).saturating_mul(RATIO).max(64);
        let mut size = (deflated.len() as u64 * 4).max(256).min(ratio);
        loop {
            let room = out.room(usize::try_from(size).map_err(|_| Defect::TooLarge(size))?)?;
            match self.0.zlib_decompress(deflated, room) {
                Ok(made) => {
                    out.length = made;
                    return Ok(());
                }
                Err(libdeflater::DecompressionError::InsufficientSpace) if size < ratio => {
                    if size >= most {
                        return Err(Defect::TooLarge(size));
                    }
                    size = (size * 2).min(ratio).min(most);
                }
                Err(_) => return Err(Defect::Inflate),
            }
        }
    }
}
