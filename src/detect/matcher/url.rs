//! URLs with a password in them, parsed at `://`.

use crate::detect::anchors::Hit;
use crate::detect::{Match, Piece};
use crate::document::Document;
use crate::document::layer::{Layer, LayerId, LayerSpan};
use crate::document::url::{self, Url};
use crate::rule::RuleIndex;
use crate::rule::spec::{Text, UrlSpec};

use super::regex::LazyPattern;

/// One `[[match.url]]`.
#[derive(Debug)]
pub(in crate::detect) struct UrlMatcher<'r> {
    rule: RuleIndex,
    spec: &'r UrlSpec,
    host: Option<LazyPattern>,
    password: Option<LazyPattern>,
}

impl<'r> UrlMatcher<'r> {
    pub(in crate::detect) fn new(rule: RuleIndex, spec: &'r UrlSpec) -> Self {
        let host = spec.host.as_deref().map(|pattern| LazyPattern::new(&format!("(?i){pattern}")));
        Self { rule, spec, host, password: spec.password.as_deref().map(LazyPattern::whole) }
    }

    fn to_match(&self, text: &[u8], layer: LayerId, url: &Url) -> Option<Match> {
        let scheme = text[url.scheme.range()].to_ascii_lowercase();
        // `jdbc:` goes in front, a driver's name behind a `+`.
        let scheme = scheme.split(|&byte| byte == b'+').next().unwrap_or(&scheme);
        let named = self.spec.schemes.is_empty() || self.spec.schemes.iter().any(|name| name.as_bytes() == scheme);
        if !named || self.host.as_ref().is_some_and(|host| !host.get().is_match(&text[url.host.range()])) {
            return None;
        }
        let secret = match url.password {
            Some(password) if !password.is_empty() => password,
            _ if self.spec.user_is_secret => url.user,
            _ => return None,
        };
        let plain = url.decoded.as_ref().map_or(&text[secret.range()], |decoded| &decoded.bytes);
        if secret.is_empty() || self.password.as_ref().is_some_and(|pattern| !pattern.get().is_match(plain)) {
            return None;
        }
        let mut found = Match::new(self.rule, layer, url.whole);
        found.secret = Some(secret);
        found.shaped = self.password.is_some();
        found.confidence = self.spec.confidence;
        found.quoted = true;
        found.parts.push(Piece { name: Text::Borrowed("host"), span: url.host });
        if secret != url.user && !url.user.is_empty() {
            found.parts.push(Piece { name: Text::Borrowed("user"), span: url.user });
        }
        Some(found)
    }
}

/// Parses each URL once and offers it to every matcher.
pub(in crate::detect) fn run(
    matchers: &[UrlMatcher<'_>],
    doc: &mut Document<'_>,
    layer: LayerId,
    hits: &[Hit],
    out: &mut Vec<Match>,
) {
    for hit in hits {
        let text = doc.layer(layer);
        let Some(parsed) = url::at(text, hit.start as usize) else { continue };
        let first = out.len();
        out.extend(matchers.iter().filter_map(|matcher| matcher.to_match(text, layer, &parsed)));
        if out.len() > first
            && let Some(decoded) = parsed.decoded
        {
            use_decoded(doc, layer, decoded, parsed.password, &mut out[first..]);
        }
    }
}

/// The secret is the password as the server sees it, not as the URL spells it.
fn use_decoded(
    doc: &mut Document<'_>,
    layer: LayerId,
    decoded: crate::document::assign::Decoded,
    password: Option<LayerSpan>,
    found: &mut [Match],
) {
    let Some(span) = LayerSpan::new(0, decoded.bytes.len()) else { return };
    let layer = Layer { parent: layer, how: decoded.how, bytes: decoded.bytes, map: decoded.map };
    let Some(id) = doc.push(layer) else { return };
    for one in found.iter_mut().filter(|one| one.secret == password) {
        one.secret = Some(span);
        one.secret_layer = id;
    }
}
