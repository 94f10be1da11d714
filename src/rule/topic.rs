//! Topics: pages about ways to have no secret, beside the pages of rules.
//!
//! One Markdown file each under `rules/topics/`; the build script finds them there.

include!(concat!(env!("OUT_DIR"), "/topics.rs"));

/// A page about one way, one limit or one mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// File stem: `managed-identity`.
    pub slug: &'static str,
    /// The page, Markdown.
    pub text: &'static str,
}

impl Topic {
    /// The first heading.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
}

/// All of them, sorted by slug.
pub fn all() -> impl Iterator<Item = Topic> {
    TOPICS.iter().map(|&(slug, text)| Topic { slug, text })
}

/// The topic of this name.
pub fn find(slug: &str) -> Option<Topic> {
    all().find(|topic| topic.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_title_and_names_only_pages_that_exist() {
        assert!(all().count() >= 20);
        for topic in all() {
            assert!(topic.text.starts_with("# "), "{}", topic.slug);
            for (_, rest) in
                topic.text.match_indices("keyless explain ").map(|(at, word)| topic.text.split_at(at + word.len()))
            {
                let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                assert!(find(&name).is_some(), "{} sends its reader to {name}", topic.slug);
            }
        }
    }
}
