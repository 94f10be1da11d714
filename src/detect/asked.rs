//! Hits of one layer, handed out to those who asked for them.

use super::anchors::{AnchorHit, Anchors, Hit};
use crate::rule::anchors::User;

/// The hits of one layer by who looked for them, each list by place.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) regex: Vec<(u16, Hit)>,
    pub(super) assignment: Vec<Hit>,
    pub(super) connection: Vec<Hit>,
    pub(super) url: Vec<Hit>,
    pub(super) directive: Vec<u32>,
    /// Where anything was seen that a secret may stand beside, each place once. Anchors of lints are left out: they are
    /// common words, and what is decoded beside them no lint would read.
    pub(super) secrets: Vec<u32>,
    /// Numbers of matchers of configuration, each once.
    pub(super) config: Vec<u16>,
    /// Numbers of matchers of code, each once.
    pub(super) code: Vec<u16>,
}

impl Asked {
    pub(super) fn fill(&mut self, anchors: &Anchors, text: &[u8], hits: &[AnchorHit]) {
        self.regex.clear();
        self.assignment.clear();
        self.connection.clear();
        self.url.clear();
        self.directive.clear();
        self.secrets.clear();
        self.config.clear();
        self.code.clear();
        for &seen in hits {
            let (users, hit) = anchors.users(seen);
            let mut is_for_secrets = false;
            for user in users {
                is_for_secrets |= match user {
                    User::Assignment => {
                        let names = anchors.may_name(text, seen);
                        self.assignment.extend(names.then_some(hit));
                        names
                    }
                    User::Regex(number) => {
                        self.regex.push((*number, hit));
                        true
                    }
                    User::Connection => {
                        self.connection.push(hit);
                        true
                    }
                    User::Url => {
                        self.url.push(hit);
                        true
                    }
                    User::Escape => true,
                    User::Directive => {
                        self.directive.push(hit.start);
                        false
                    }
                    User::Config(number) => {
                        self.config.push(*number);
                        false
                    }
                    User::Code(number) => {
                        self.code.push(*number);
                        false
                    }
                };
            }
            if is_for_secrets && self.secrets.last() != Some(&hit.start) {
                self.secrets.push(hit.start);
            }
        }
        self.config.sort_unstable();
        self.config.dedup();
        self.code.sort_unstable();
        self.code.dedup();
    }
}
