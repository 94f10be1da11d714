//! Objects that name their value beside it: `{"name": "CLIENT_SECRET", "value": "v"}`.
//!
//! Kubernetes, ARM app settings, pipeline variables and many more write settings so.
//! The value gets the name as an extra key; without a name it is also given to the
//! key that the object stands under: `"adminPassword": {"value": "v"}`.

use super::draft::Draft;

/// The last one names only what nothing else does: `{"id": "1", "key": "X", "value": "v"}`.
const NAMES: [&str; 5] = ["name", "key", "settingName", "objectName", ID];
const ID: &str = "id";
const VALUES: [&str; 7] =
    ["value", "defaultValue", "default", "connectionString", "settingValue", "designTimeValue", "variableValue"];

/// Names longer than this are prose.
const LONGEST_NAME: usize = 200;

/// What one object has shown of itself so far.
#[derive(Debug, Default)]
pub(super) struct Members {
    name: Option<usize>,
    /// The name is only an id.
    numbered: bool,
    values: Vec<usize>,
}

impl Members {
    /// A value stands directly in the object, under `key`.
    pub(super) fn see(&mut self, draft: &Draft<'_>, key: u32, item: usize) {
        let member = draft.name(key);
        if is_value(member) {
            self.values.push(item);
        } else if is_name(member)
            && (self.name.is_none() || self.numbered)
            && is_one_name(draft.item(item).bytes(draft.text()))
        {
            self.numbered = member.eq_ignore_ascii_case(ID);
            self.name = Some(item);
        }
    }

    /// The object ends; it stands under `container`.
    pub(super) fn join(self, draft: &mut Draft<'_>, container: Option<u32>) {
        if self.values.is_empty() {
            return;
        }
        let key = match self.name {
            Some(name) => {
                let name = draft.item(name).clone();
                Some(draft.key(container, name.value.range(), name.decoded.as_ref().map(|name| &*name.bytes)))
            }
            None => container,
        };
        let Some(key) = key else { return };
        for value in self.values {
            draft.give_also(key, value);
        }
    }
}

/// Does a member of this name name its object?
pub(super) fn is_name(member: &str) -> bool {
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(member))
}

/// Does a member of this name hold its object's value?
pub(super) fn is_value(member: &str) -> bool {
    VALUES.iter().any(|value| value.eq_ignore_ascii_case(member))
}

/// One short line?
pub(super) fn is_one_name(name: &[u8]) -> bool {
    (1..=LONGEST_NAME).contains(&name.len()) && !name.contains(&b'\n')
}
