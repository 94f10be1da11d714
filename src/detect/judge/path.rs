//! What the path of a file says of a match in it.

use super::super::{Match, gate, lint};
use super::{Case, Ended, Judge};
use crate::check::password::is_made;
use crate::document::context::Context;
use crate::document::kind::Kind;
use crate::model::{Confidence, Effect, Severity};
use crate::rule::spec::{CheckSpec, RuleSpec, Shape};

impl Judge<'_, '_> {
    /// What the file is for, and what the module of Rust is for that the match stands in.
    pub(in crate::detect) fn place(&self, found: &Match) -> Context {
        let context = self.doc.context();
        let at = || self.doc.in_text(found.layer, found.code.unwrap_or(found.whole)).start as usize;
        if self.doc.kind() == Kind::Rust && is_in_tests(self.doc.text().get(..at()).unwrap_or_default()) {
            return context | Context::TEST;
        }
        context
    }

    /// What the path says: generated text holds no names to believe, prose and labels little.
    pub(super) fn path_context(&self, found: &Match, spec: &RuleSpec, case: &mut Case) -> Result<(), Ended> {
        let context = self.doc.context();
        // Keys that everybody has, so that everybody computes the same with them.
        let is_key = || spec.tags.iter().any(|tag| *tag == "private-key");
        if context.has(Context::VECTORS) && !spec.is_lint() && (spec.shape == Shape::Generic || is_key()) {
            case.confidence = Confidence::Low;
            case.reason("path", Effect::Lowered, "vectors of a test");
        }
        // Made for the test, which could not run without it: no server of anybody's opens with it.
        if context.has(Context::TEST) && !spec.is_lint() && is_key() && case.severity > Severity::Medium {
            case.step(Severity::Medium, "path", "a key that a test runs with");
        }
        // Others' tests, copied in with their code: nobody here can change or use what stands there.
        if context.has(Context::VENDORED) && context.has(Context::TEST) && !case.proved && !spec.is_lint() {
            case.confidence = Confidence::Low;
            case.reason("path", Effect::Lowered, "a test of others' code");
        }
        // A token that nobody has issued opens nothing where code is tried or explained.
        let tried = Context::TEST | Context::DOCS | Context::SAMPLE;
        let is_token = || {
            let value = found.secret.map(|secret| &self.doc.layer(found.secret_layer)[secret.range()]);
            value.is_some_and(gate::is_token) && spec.tags.iter().any(|tag| *tag == "generic")
        };
        let of_anybody = || (spec.shape != Shape::Exact || spec.checks.contains(&CheckSpec::Jwt)) && is_token();
        if context.has(tried) && !case.proved && of_anybody() {
            case.confidence = Confidence::Low;
            case.reason("path", Effect::Lowered, "a token without an issuer, in a test or documentation");
        }
        if case.proved || spec.shape == Shape::Exact {
            return Ok(());
        }
        if spec.is_lint() {
            let literal = found.literal.and_then(|place| self.doc.layer(found.layer).get(place.range()));
            if self.place(found).has(Context::TEST) && is_key() && case.severity > Severity::Low {
                case.step(Severity::Low, "path", "a key that a test runs with");
                return Ok(());
            }
            if let Some(literal) = found.literal
                && lint::is_too_short(self.doc.layer(found.layer), literal.range())
                && case.severity > Severity::Low
            {
                case.step(Severity::Low, "value", "too short for a key");
                return Ok(());
            }
            return lint_place(self.place(found), literal, case);
        }
        if self.is_written_by_a_tool(context) {
            return Err(Ended("generated"));
        }
        let Some((layer, key)) = found.key else {
            let typed = found.secret.is_some_and(|s| !is_made(&self.doc.layer(found.secret_layer)[s.range()]));
            // Beside the name of a server that may be somebody's it is more than an example.
            let placed = case.parts.iter().any(|(name, ..)| matches!(name.as_str(), "host" | "server"));
            let shown = context.has(Context::DOCS | Context::SAMPLE) && !placed;
            if typed && shown && spec.checks.contains(&CheckSpec::Password) {
                case.lower("path", "documentation or sample");
            }
            return Ok(());
        };
        // What a machine made is no label, and nobody makes up an example that way. The token against
        // forged requests that a page carries is random, but of no use to anybody else.
        let made = || found.secret.is_some_and(|secret| is_made(&self.doc.layer(found.secret_layer)[secret.range()]));
        let forgery = |key: &[u8]| [&b"verification"[..], b"csrf", b"xsrf", b"forgery"].iter().any(|w| holds(key, w));
        if context.has(Context::LOCALISATION | Context::UI)
            && (!made() || forgery(&self.doc.layer(layer)[key.range()].to_ascii_lowercase()))
        {
            return Err(Ended("label"));
        }
        if spec.shape == Shape::Generic && (self.is_search_key(found) || self.is_channel(found)) {
            return Err(Ended("public"));
        }
        if context.has(Context::TEST) && spec.shape == Shape::Generic && self.is_vector(found) {
            case.lower("near", "its salt and its hash stand beside it");
        }
        if context.has(Context::DOCS | Context::SAMPLE) && !made() {
            case.lower("path", "documentation or sample");
        }
        Ok(())
    }

    /// `docsearch({ apiKey: "…", indexName: "docs" })`: a page carries it for everybody who searches there.
    fn is_search_key(&self, found: &Match) -> bool {
        let Some(secret) = found.secret else { return false };
        let value = &self.doc.layer(found.secret_layer)[secret.range()];
        let hex = value.len() == 32 && value.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let near = || self.doc.text().get(self.text_window(found, 4)).unwrap_or_default();
        hex && (holds(near(), b"indexName") || holds(near(), b"docsearch(") || holds(near(), b"index_name"))
    }

    /// `https://bn2.notify.windows.com/?token=…`: the address of a device, which only its application may write to.
    fn is_channel(&self, found: &Match) -> bool {
        let Some(secret) = found.secret else { return false };
        // The layer of percent-encoding begins behind the host.
        let at = self.doc.in_text(found.secret_layer, secret).start as usize;
        let before = self.doc.text().get(..at).unwrap_or_default();
        holds(&before[before.len().saturating_sub(40)..], b".notify.windows.com/")
    }

    /// `"passwd": "…", "salt": "…", "pwhash": "…"`: what a function of hashing is tested with.
    fn is_vector(&self, found: &Match) -> bool {
        let near = self.doc.text().get(self.text_window(found, 6)).unwrap_or_default();
        holds(near, b"\"salt\"") && (holds(near, b"hash\"") || holds(near, b"\"iter"))
    }

    fn is_written_by_a_tool(&self, context: Context) -> bool {
        let by_path = context.has(Context::LOCK | Context::GENERATED | Context::VENDORED);
        let by_path = self.options.written.as_ref().map_or(by_path, |written| written.by_a_tool(self.path, by_path));
        by_path || self.options.minified && context.has(Context::MINIFIED)
    }
}

/// A lint is about code that somebody here can change; where it can do less harm it is one step less urgent.
/// A literal stays what it is, and settings of a developer's own machine need no identity.
fn lint_place(context: Context, literal: Option<&[u8]>, case: &mut Case) -> Result<(), Ended> {
    let others = [
        Context::LOCK,
        Context::MINIFIED,
        Context::GENERATED,
        Context::VENDORED,
        Context::SCANNER_RULES,
        Context::RECORDING,
    ];
    if others.iter().any(|&one| context.has(one)) {
        return Err(Ended("generated"));
    }
    if let Some(literal) = literal {
        let part = lint::secret_part(literal);
        if context.has(Context::TEST) && lint::is_made_up(part) {
            case.placeholder = true;
            case.step(Severity::Info, "value", "made up for a test");
        } else if context.has(Context::DOCS) && !is_made(part) {
            case.step(case.severity.lower(), "path", "documentation");
        }
        return Ok(());
    }
    if context.has(Context::LOCAL_DEV) {
        return Err(Ended("local development"));
    }
    if [Context::TEST, Context::DOCS, Context::SAMPLE].iter().any(|&one| context.has(one)) {
        case.severity = case.severity.lower();
        case.reason("path", Effect::Lowered, "a test, documentation or a sample");
    }
    Ok(())
}

/// `#[cfg(test)] mod tests {` before it: by custom the last of a file.
fn is_in_tests(before: &[u8]) -> bool {
    const MARK: &[u8] = b"#[cfg(test)]";
    memchr::memmem::rfind(before, MARK).is_some_and(|at| {
        let mut rest = before[at + MARK.len()..].trim_ascii_start();
        while rest.starts_with(b"#[") {
            let Some(end) = memchr::memchr(b'\n', rest) else { return false };
            rest = rest[end..].trim_ascii_start();
        }
        let rest = rest.strip_prefix(b"pub(crate) ").unwrap_or(rest);
        let opens = memchr::memchr(b'{', &rest[..rest.len().min(80)]).filter(|_| rest.starts_with(b"mod "));
        opens.is_some_and(|opens| is_open(&rest[opens..]))
    })
}

/// Has the block that begins here not ended yet? Braces in texts come in pairs, as a rule.
fn is_open(block: &[u8]) -> bool {
    let mut depth = 0_u32;
    memchr::memchr2_iter(b'{', b'}', block).all(|at| {
        depth = if block[at] == b'{' { depth + 1 } else { depth.saturating_sub(1) };
        depth > 0
    })
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}
