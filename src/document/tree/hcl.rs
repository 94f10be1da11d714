//! HCL: Terraform, its variables, backends, Packer.
//!
//! A block's type and labels are maps in one another, so that a resource stands at
//! `resource.azurerm_storage_account.main`. The content of a `dynamic` block is the block.

use super::Shape;
use super::build::Builder;
use super::expression::{Dialect, Reader};

/// Reads everything; answers where something could not be read.
pub(super) fn read(builder: &mut Builder<'_>, from: usize) -> Option<usize> {
    builder.begin(None, Shape::Map, from);
    let mut reader = Reader::new(builder, from, Dialect::Hcl);
    reader.items(false);
    let (broken, end) = (reader.broken, reader.at);
    builder.end(end);
    broken
}

impl Reader<'_, '_> {
    /// An attribute, a block, or a member of a map.
    pub(super) fn hcl_item(&mut self, closing: bool) {
        let start = self.at;
        // A key that is worked out has no name: `(var.x) = 1`.
        if self.peek() == Some(b'(') {
            return self.computed();
        }
        let Some(name) = self.key() else { return self.line() };
        if closing && &*name.text == "for" {
            return self.each();
        }
        self.blanks(false);
        match self.peek() {
            Some(b'=') if self.text.get(self.at + 1) != Some(&b'=') => {
                self.at += 1;
                self.value(Some(name));
            }
            Some(b':') => {
                self.at += 1;
                self.value(Some(name));
            }
            Some(b'{' | b'"') => self.block(name),
            Some(byte) if byte.is_ascii_alphabetic() => self.block(name),
            _ => {
                self.broken.get_or_insert(start);
                self.line();
            }
        }
    }

    /// `{ for k, v in x : k => { … } }`: what each member becomes.
    fn each(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string();
                    continue;
                }
                b'(' | b'[' | b'{' => open += 1,
                b'}' if open == 0 => return,
                b')' | b']' | b'}' => open = open.saturating_sub(1),
                b':' if open == 0 => {
                    self.at += 1;
                    self.blanks(true);
                    return self.value(None);
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn computed(&mut self) {
        self.at += 1;
        self.value(None);
        while let Some(byte) = self.peek() {
            match byte {
                b'=' | b':' => {
                    self.at += 1;
                    return self.value(None);
                }
                b'\n' | b'}' => return,
                _ => self.at += 1,
            }
        }
    }

    /// `type "label" "label" { … }`
    fn block(&mut self, first: super::Name) {
        let mut names = vec![first];
        while self.peek() != Some(b'{') {
            let Some(label) = self.key() else {
                self.broken.get_or_insert(self.at);
                return self.line();
            };
            names.push(label);
            self.blanks(false);
        }
        let is_dynamic = &*names[0].text == "dynamic" && names.len() == 2;
        let is_content = &*names[0].text == "content" && names.len() == 1;
        if is_dynamic {
            names.remove(0);
        }
        if self.builder.depth() + names.len() >= super::super::assign::DEEPEST {
            self.broken.get_or_insert(self.at);
            self.at = self.text.len();
            return;
        }
        let begin = self.at;
        let depth = if is_content { 0 } else { names.len() };
        if !is_content {
            for name in names {
                self.builder.begin(Some(name), Shape::Map, begin);
            }
        }
        self.at += 1;
        self.items(true);
        for _ in 0..depth {
            self.builder.end(self.at);
        }
    }
}
