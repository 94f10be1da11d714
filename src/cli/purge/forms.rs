//! The forms in which values stand in a history: cut from the objects themselves, as an encoder may have written them.

use std::collections::{BTreeMap, BTreeSet};

use super::files::salt;
use crate::model::{Finding, Location, Origin};
use crate::purge::{Form, Record, SHORTEST};
use crate::source::objects::{self, Store};

/// Every form of every value that must go.
pub(super) struct Forms {
    /// The bytes, and what is put in their place.
    pub(super) raw: Vec<(Vec<u8>, String)>,
    /// What is known of them without the bytes.
    pub(super) record: Record,
    /// Blobs that `git filter-repo --replace-text` leaves alone, because it takes them for binary.
    pub(super) binary: BTreeSet<String>,
    /// Values that are too short to be replaced everywhere, by how they are told.
    pub(super) too_short: Vec<String>,
    /// What could not be read, in sentences.
    pub(super) failures: Vec<String>,
}

impl Forms {
    /// Cuts them out of the objects of the findings' places.
    pub(super) fn of(findings: &[&Finding], store: &Store, key: String) -> Self {
        let salt = salt();
        let mut forms = Self {
            raw: Vec::new(),
            record: Record::new(&salt, key),
            binary: BTreeSet::new(),
            too_short: Vec::new(),
            failures: Vec::new(),
        };
        let mut by_object: BTreeMap<String, Vec<(&Finding, &Location)>> = BTreeMap::new();
        for finding in findings {
            let alike = finding.alike.iter().map(|other| &other.location);
            for place in std::iter::once(&finding.location).chain(&finding.also_at).chain(alike) {
                if let Some(id) = object(&place.origin) {
                    by_object.entry(id.to_owned()).or_default().push((finding, place));
                }
            }
        }
        let mut known = BTreeSet::new();
        for (id, places) in by_object {
            match store.read(&id) {
                Ok(bytes) => places.iter().for_each(|place| forms.cut(&id, &bytes, *place, &salt, &mut known)),
                Err(what) => forms.failures.push(what),
            }
        }
        forms
    }

    fn cut(
        &mut self,
        id: &str,
        object: &[u8],
        (finding, place): (&Finding, &Location),
        salt: &[u8],
        known: &mut BTreeSet<Vec<u8>>,
    ) {
        let is_message = matches!(place.origin, Origin::Message { .. });
        let text = if is_message { objects::message(object) } else { object };
        let (start, end) = (place.start.offset as usize, place.end.offset as usize);
        let Some(raw) = text.get(start..end).filter(|raw| !raw.is_empty()) else {
            self.failures.push(format!("object {id} does not hold what was found in it"));
            return;
        };
        // git filter-repo looks for a zero byte in as much.
        if !is_message && object[..object.len().min(8192)].contains(&0) {
            self.binary.insert(id.to_owned());
        }
        if !known.insert(raw.to_vec()) {
            return;
        }
        let masked = finding.secret.as_ref().map(|secret| secret.masked()).unwrap_or_default();
        if raw.len() < SHORTEST {
            self.too_short.push(format!("{} {masked} in {}:{}", finding.title, place.path.shown(), place.start.line));
            return;
        }
        let secret_id = finding.secret_id.map(|id| id.to_string()).unwrap_or_default();
        let shown = (finding.rule.code.as_str(), finding.title.as_str(), masked, secret_id);
        self.record.forms.push(Form::of(salt, raw, shown));
        self.raw.push((raw.to_vec(), format!("***REMOVED {}***", finding.rule.slug)));
    }
}

impl Drop for Forms {
    fn drop(&mut self) {
        use zeroize::Zeroize as _;
        self.raw.iter_mut().for_each(|(raw, _)| raw.zeroize());
    }
}

/// The object that a place is in.
fn object(origin: &Origin) -> Option<&str> {
    match origin {
        Origin::Commit { blob, .. } | Origin::Object { blob, .. } => Some(blob),
        Origin::Message { commit, .. } => Some(&commit.id),
        Origin::Archive { outer, .. } => object(outer),
        Origin::File { .. } | Origin::Index { .. } | Origin::Patch { .. } | Origin::Stdin { .. } => None,
    }
}
