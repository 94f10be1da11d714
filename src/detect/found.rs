//! What matchers find, and what is left of it once the checks have spoken.

use std::borrow::Cow;

use crate::document::Document;
use crate::document::layer::{LayerId, LayerSpan};
use crate::document::tree::NodeId;
use crate::model::{Confidence, Fix, Reason, Secret, Severity, Span};
use crate::rule::RuleIndex;
use crate::rule::spec::{Level, Sureness, Text};
use crate::syntax;
use crate::syntax::value::ValueClass;

/// A named piece of a match.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) name: Text,
    pub(crate) span: LayerSpan,
}

/// What a matcher found. No bytes, no verdict.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) rule: RuleIndex,
    /// The layer of `whole` and `parts`.
    pub(crate) layer: LayerId,
    /// What the reader should see.
    pub(crate) whole: LayerSpan,
    /// What must be rotated.
    pub(crate) secret: Option<LayerSpan>,
    /// The layer of `secret`: another one if it was decoded on its own.
    pub(crate) secret_layer: LayerId,
    pub(crate) parts: Vec<Piece>,
    /// The key it was assigned to.
    pub(crate) key: Option<(LayerId, LayerSpan)>,
    /// Did it stand in quotes, or in a form that holds text only?
    pub(crate) quoted: bool,
    /// Did the matcher spell the value out? Then its shape is no surprise.
    pub(crate) shaped: bool,
    /// The matcher's confidence, if not the rule's.
    pub(crate) confidence: Option<Sureness>,
    /// The matcher's severity, if not the rule's.
    pub(crate) severity: Option<Level>,
    /// Of a lint: the code that makes its identity. None: `whole`.
    pub(crate) code: Option<LayerSpan>,
    /// Of a lint: a literal in the code that must not be shown.
    pub(crate) literal: Option<LayerSpan>,
    /// Of a lint: where the value comes from that it is about.
    pub(crate) value: Option<ValueClass>,
    /// Of a lint: where it stands in the tree that it was found in.
    pub(crate) spot: Option<Spot>,
    /// Is it nothing unless a check proves it?
    pub(crate) must_prove: bool,
    /// What the project is noted to have, instead of a finding.
    pub(crate) fact: Option<Text>,
}

impl Match {
    pub(super) fn new(rule: RuleIndex, layer: LayerId, whole: LayerSpan) -> Self {
        Self {
            rule,
            layer,
            whole,
            secret: None,
            secret_layer: layer,
            parts: Vec::new(),
            key: None,
            quoted: false,
            shaped: false,
            confidence: None,
            severity: None,
            code: None,
            literal: None,
            value: None,
            spot: None,
            must_prove: false,
            fact: None,
        }
    }
}

/// A match that passed its checks, with places in the blob.
#[derive(Clone, Debug)]
pub struct Detected {
    /// The rule that names it.
    pub rule: RuleIndex,
    /// What the reader should see.
    pub whole: Span,
    /// Where the secret stands; none for a finding on a whole file.
    pub span: Option<Span>,
    /// The place of the secret, or of the whole, in the document's text layer.
    pub in_text: LayerSpan,
    /// Where in a packed text the secret stands: there all have the same `span`.
    pub packed: Option<(LayerId, LayerSpan)>,
    /// The decoded value.
    pub secret: Option<Secret>,
    /// Was it read as the program reads it, entities undone and pieces joined? The raw text holds it as well.
    pub whole_text: bool,
    /// Named pieces: text, and the place if it stands in the blob.
    pub parts: Vec<(String, String, Option<Span>)>,
    /// After checks and context.
    pub severity: Severity,
    /// After checks and context.
    pub confidence: Confidence,
    /// Did a check prove it?
    pub proved: bool,
    /// Gates passed and steps taken.
    pub because: Vec<Reason>,
    /// Of a lint; a secret has none.
    pub lint: Option<LintPlaces>,
    /// Changes that mend it.
    pub fixes: Vec<Fix>,
}

/// A match that was not believed, for whoever asks why.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The rule that matched.
    pub rule: RuleIndex,
    /// Where, in the document's text layer.
    pub in_text: LayerSpan,
    /// The gate that ended it.
    pub gate: &'static str,
    /// What it said.
    pub detail: Cow<'static, str>,
    /// Gates passed and steps taken before.
    pub because: Vec<Reason>,
}

/// Where the code stands that a lint is about, in the document's text layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintPlaces {
    /// What its identity is made of.
    pub code: LayerSpan,
    /// A literal that is covered when the code is shown; a secret found there shares the lint's group.
    pub literal: Option<LayerSpan>,
    /// Where it stands in its tree; none for a command line of a configuration file.
    pub spot: Option<Spot>,
}

/// Where a lint's match stands in the tree that it was found in: read again, the tree is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A node of a configuration file.
    Node(NodeId),
    /// A node of the piece of source that begins at a byte, and the argument that the lint is about.
    Code {
        /// Where the piece begins.
        piece: u32,
        /// The node.
        id: syntax::Id,
        /// The argument.
        argument: Option<syntax::Id>,
    },
}

/// What one document gave.
#[derive(Debug, Default)]
pub struct Detection {
    /// Sorted by place, no two on the same secret bytes.
    pub detected: Vec<Detected>,
    /// What the document says of the project, each with the value it speaks of.
    pub facts: Vec<(Text, String)>,
    /// Where `keyless:` was seen in the text, for directives.
    pub directives: Vec<u32>,
}

/// What another rule names better.
pub(super) fn outdone(all: Vec<Detected>, settled: &[Detected]) -> impl Iterator<Item = Tried> {
    let kept = |one: &Detected| settled.iter().any(|kept| (kept.rule, kept.in_text) == (one.rule, one.in_text));
    all.into_iter().filter(move |one| !kept(one)).map(|one| Tried {
        rule: one.rule,
        in_text: one.in_text,
        gate: "overlap",
        detail: Cow::Borrowed("another rule names the same text better"),
        because: one.because,
    })
}

/// Facts are no findings.
pub(super) fn take_facts(doc: &Document<'_>, found: &mut Vec<Match>) -> Vec<(Text, String)> {
    let of = |one: &Match| {
        let value = one.parts.iter().find(|piece| piece.name == "value");
        let text = value.and_then(|piece| doc.layer(one.layer).get(piece.span.range())).unwrap_or_default();
        Some((one.fact.clone()?, String::from_utf8_lossy(text).into_owned()))
    };
    let facts = found.iter().filter_map(of).collect();
    found.retain(|one| one.fact.is_none());
    facts
}
