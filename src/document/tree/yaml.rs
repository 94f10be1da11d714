//! YAML that stops parsing is read again without the line that stopped it.
//!
//! Half-typed lines, `...` for what was left out, marks of a merge: one line is not the
//! file. Each try is linear, and there are few of them.

use super::build::Builder;
use crate::document::assign::draft::{line_end, line_start};
use crate::document::assign::sink::Sink as _;
use crate::document::assign::yaml;

/// Lines that may be left out.
const MOST: usize = 12;

/// Files longer than this are read once.
const LONGEST_RETRIED: usize = 256 << 10;

/// Reads all documents; answers where it stopped for good.
pub(super) fn read(builder: &mut Builder<'_>, text: &str, from: usize) -> Option<usize> {
    let mut stopped = yaml::read_into(builder, text, from)?;
    if text.len() > LONGEST_RETRIED {
        return Some(stopped);
    }
    let mut copy = text.to_owned();
    for _ in 0..MOST {
        let bytes = copy.as_bytes();
        // The parser may notice only on the next line.
        let at = stopped.min(bytes.len());
        let line = line_start(bytes, at)..line_end(bytes, at);
        let line = if bytes[line.clone()].trim_ascii().is_empty() { previous(bytes, line.start)? } else { line };
        let blanks = " ".repeat(line.len());
        copy.replace_range(line, &blanks);
        builder.reset();
        match yaml::read_into(builder, &copy, from) {
            None => return Some(stopped),
            Some(next) => stopped = next,
        }
    }
    Some(stopped)
}

/// The last line above that is not blank.
fn previous(text: &[u8], start: usize) -> Option<std::ops::Range<usize>> {
    let end = text[..start].trim_ascii_end().len();
    (end > 0).then(|| line_start(text, end)..line_end(text, end))
}
