//! What a run asks of detection.

use std::fmt;
use std::sync::Arc;

use crate::model::{Day, RepoPath};

/// What a project says of files that tools write, where it says other than we do.
pub trait Written: fmt::Debug + Send + Sync {
    /// Is this file written by a tool? `ours` is what we would say.
    fn by_a_tool(&self, path: &RepoPath, ours: bool) -> bool;
}

/// What a run asks of detection.
#[derive(Clone, Debug)]
pub struct Options {
    /// The day on which an expiry is judged.
    pub today: Day,
    /// How often decoded text is decoded again; 0 switches decoding off.
    pub decode_depth: u8,
    /// Run every matcher on the whole text, as if every byte were an anchor: slow, for tests of anchors.
    pub without_prefilter: bool,
    /// Look at every version of a blob whole, and take nothing over from the one it was made from: slow, for tests.
    pub without_versions: bool,
    /// Which files are written by tools; `None`: what the path says.
    pub written: Option<Arc<dyn Written>>,
    /// Treat minified text as written by a tool.
    pub minified: bool,
    /// Run the lints as well as the secret rules. Off in history: lints look at the present.
    pub lints: bool,
    /// Plan the changes that mend what is found.
    pub fixes: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            today: Day::today(),
            decode_depth: 2,
            without_prefilter: false,
            without_versions: false,
            written: None,
            minified: true,
            lints: true,
            fixes: true,
        }
    }
}
