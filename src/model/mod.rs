//! What every part of keyless speaks: places, blobs, findings, reports.
//!
//! Plain data with the standard library and serde only. Nothing here reads a
//! file, runs a pattern or prints.

pub mod blob;
pub mod cause;
pub mod date;
pub mod facts;
pub mod finding;
pub mod fingerprint;
pub mod home;
pub mod mask;
pub mod origin;
pub mod path;
pub mod remedy;
pub mod report;
pub mod secret;
pub mod severity;
pub mod span;

pub use blob::{Blob, BlobRef, Scope};
pub use cause::in_words;
pub use date::Day;
pub use finding::{Alike, Effect, Excerpt, Finding, Group, Kind, Location, Part, Reason, RuleId, Status, SuppressedBy};
pub use fingerprint::{Fingerprint, RepoKey, SecretId};
pub use home::{Home, common};
pub use origin::{Commit, History, KeptBy, Origin, Provenance, Side};
pub use path::RepoPath;
pub use remedy::{Applicability, Edit, Elsewhere, Fix, Phase, Remedy, Step};
pub use report::{Coverage, EntryUse, Gap, LeftOut, Notice, Patch, Report, Skip, SkipReason, Stats, Verdict};
pub use secret::{Reveal, Secret};
pub use severity::{Confidence, Severity};
pub use span::{LineCol, Span};
