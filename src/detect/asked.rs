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
    pub(super) fn fill(&mut self, anchors: &Anchors, hits: &[AnchorHit]) {
        self.regex.clear();
        self.assignment.clear();
        self.connection.clear();
        self.url.clear();
        self.directive.clear();
        self.secrets.clear();
        self.config.clear();
        self.code.clear();
        for &hit in hits {
            let (users, hit) = anchors.users(hit);
            let is_for_lints = |user: &User| matches!(user, User::Directive | User::Config(_) | User::Code(_));
            if !users.iter().all(is_for_lints) && self.secrets.last() != Some(&hit.start) {
                self.secrets.push(hit.start);
            }
            for user in users {
                match user {
                    User::Regex(number) => self.regex.push((*number, hit)),
                    User::Assignment => self.assignment.push(hit),
                    User::Connection => self.connection.push(hit),
                    User::Url => self.url.push(hit),
                    User::Directive => self.directive.push(hit.start),
                    User::Config(number) => self.config.push(*number),
                    User::Code(number) => self.code.push(*number),
                    User::Escape => {}
                }
            }
        }
        self.config.sort_unstable();
        self.config.dedup();
        self.code.sort_unstable();
        self.code.dedup();
    }
}
