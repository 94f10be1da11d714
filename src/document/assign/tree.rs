//! Where a reader of nested maps and lists stands: JSON and YAML.
//!
//! The parser says what it meets, the tree knows whether that is a key or a value and whose.

use std::ops::Range;

use super::draft::Draft;
use super::pairs::Members;
use super::{DEEPEST, Decoded};

/// The open maps and lists, outermost first.
#[derive(Debug, Default)]
pub(super) struct Tree {
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    /// The key that it stands under.
    key: Option<u32>,
    map: bool,
    next: Next,
    members: Members,
}

#[derive(Clone, Copy, Debug)]
enum Next {
    Key,
    /// A map's value, under this key if it has one that is text.
    Value(Option<u32>),
}

impl Tree {
    /// Is nothing open?
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Is the next thing a key?
    pub(super) fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|top| top.map && matches!(top.next, Next::Key))
    }

    /// Is the innermost open thing a list?
    pub(super) fn in_list(&self) -> bool {
        self.open.last().is_some_and(|top| !top.map)
    }

    /// A map or list begins; false if it stands too deep.
    pub(super) fn open(&mut self, map: bool) -> bool {
        let key = self.take();
        self.open.push(Open { key, map, next: Next::Key, members: Members::default() });
        self.open.len() <= DEEPEST
    }

    /// The innermost map or list ends; false if none of that sort was open.
    pub(super) fn close(&mut self, draft: &mut Draft<'_>, map: bool) -> bool {
        let Some(top) = self.open.pop_if(|top| top.map == map) else { return false };
        top.members.join(draft, top.key);
        true
    }

    /// Everything ends: the next document begins.
    pub(super) fn clear(&mut self) {
        self.open.clear();
    }

    /// A key in the innermost map.
    pub(super) fn key(&mut self, draft: &mut Draft<'_>, at: Range<usize>, decoded: Option<&Decoded>) {
        if let Some(top) = self.open.last_mut() {
            let key = draft.key(top.key, at, decoded.map(|decoded| &*decoded.bytes));
            top.next = Next::Value(Some(key));
        }
    }

    /// A value of the innermost map or list; what has no key is dropped.
    pub(super) fn value(
        &mut self,
        draft: &mut Draft<'_>,
        at: Range<usize>,
        quoted: bool,
        decoded: Option<Box<Decoded>>,
    ) {
        let Some(key) = self.take() else { return };
        let item = draft.value(key, at, quoted, decoded);
        if let Some(top) = self.open.last_mut().filter(|top| top.map) {
            top.members.see(draft, key, item);
        }
    }

    /// A key or a value that is no text: an alias, `null`, a comma without a value before it.
    pub(super) fn nothing(&mut self) {
        self.take();
    }

    /// The key that the next value stands under; moves on to what follows the value.
    fn take(&mut self) -> Option<u32> {
        let top = self.open.last_mut()?;
        if !top.map {
            return top.key;
        }
        let next = if matches!(top.next, Next::Key) { Next::Value(None) } else { Next::Key };
        match std::mem::replace(&mut top.next, next) {
            Next::Key => top.key,
            Next::Value(key) => key.or(top.key),
        }
    }
}
