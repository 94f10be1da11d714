//! A match becomes a finding, or is refuted: classifier, checks, context, parts.
//!
//! Every gate that a match passes is kept as a reason; every gate that ends one is
//! counted by name.

mod block;
mod case;
mod path;

use std::cell::RefCell;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::check;
use crate::check::Checked;
use crate::document::Document;
use crate::document::layer::{LayerId, LayerSpan};
use crate::model::{Effect, RepoPath, Secret, Severity, Stats};
use crate::rule::spec::{CheckSpec, ContextSpec, Missing, RuleSpec, Shape};
use crate::rule::{RuleIndex, RuleSet};

use super::gate::{self, Candidate};
use super::matcher::regex::LazyPattern;
use super::remembered::Remembered;
use super::{Detected, LintPlaces, Match, Options, Tried};
pub(in crate::detect) use case::{Case, Ended};

/// What judging a rule's matches needs, compiled on first use.
#[derive(Debug)]
struct Prepared {
    near: Vec<LazyPattern>,
    raise: Vec<LazyPattern>,
    words: OnceLock<AhoCorasick>,
}

/// For all rules, by index.
#[derive(Debug)]
pub(super) struct Judges(Vec<Prepared>);

impl Judges {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let prepare = |spec: &RuleSpec| Prepared {
            near: spec.near.iter().map(|near| LazyPattern::new(&near.pattern)).collect(),
            raise: spec.raise.iter().map(|raise| LazyPattern::new(&raise.is)).collect(),
            words: OnceLock::new(),
        };
        Self(rules.iter().map(|(_, rule)| prepare(rule.spec())).collect())
    }

    fn of(&self, rule: RuleIndex) -> &Prepared {
        &self.0[usize::from(rule.0)]
    }
}

impl Prepared {
    fn words(&self, context: &ContextSpec) -> &AhoCorasick {
        self.words.get_or_init(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(context.words.iter().map(|word| word.as_bytes()))
                .expect("a few words fit an automaton")
        })
    }
}

/// Judges the matches of one document.
pub(super) struct Judge<'a, 'd> {
    pub(super) rules: &'a RuleSet,
    pub(super) judges: &'a Judges,
    pub(super) doc: &'a Document<'d>,
    pub(super) path: &'a RepoPath,
    pub(super) options: &'a Options,
    pub(super) remembered: &'a RefCell<Remembered>,
}

impl Judge<'_, '_> {
    /// The finding, or a count of the gate that ended it.
    ///
    /// `tried` takes what was refused, where somebody asks for it.
    pub(super) fn judge(&self, found: Match, stats: &mut Stats, tried: &mut Option<Vec<Tried>>) -> Option<Detected> {
        let spec = self.rules.get(found.rule).spec();
        let mut case = Case {
            severity: found.severity.unwrap_or(spec.severity).into(),
            placeholder: false,
            confidence: found.confidence.unwrap_or(spec.confidence).into(),
            proved: false,
            because: Vec::new(),
            refused: None,
            parts: Vec::new(),
        };
        match self.gates(&found, spec, &mut case) {
            Ok(()) => self.detected(&found, case),
            Err(Ended(gate)) => {
                *stats.refuted.entry(gate.to_owned()).or_default() += 1;
                if let Some(tried) = tried {
                    let in_text = match found.secret {
                        Some(secret) => self.doc.in_text(found.secret_layer, secret),
                        None => self.doc.in_text(found.layer, found.whole),
                    };
                    let detail = case.refused.unwrap_or_default();
                    tried.push(Tried { rule: found.rule, in_text, gate, detail, because: case.because });
                }
                None
            }
        }
    }

    fn gates(&self, found: &Match, spec: &RuleSpec, case: &mut Case) -> Result<(), Ended> {
        for piece in &found.parts {
            let text = String::from_utf8_lossy(&self.doc.layer(found.layer)[piece.span.range()]).into_owned();
            case.part(piece.name.to_string(), text, self.doc.span(found.layer, piece.span));
        }
        self.checks(found, spec, case)?;
        self.surroundings(found, spec, case)?;
        self.near(found, spec, case);
        self.certificate(found, spec, case);
        self.value_steps(found, case)?;
        self.literal_gate(found)?;
        self.raise(spec, found.rule, case);
        self.ends(found, spec, case)?;
        self.expired_token(found, case);
        let by_code = found.value.is_some() || found.literal.is_none() && !spec.matchers.code.is_empty();
        if spec.is_lint() && by_code {
            self.lint_context(found, spec, case)
        } else {
            self.path_context(found, spec, case)
        }
    }

    fn checks(&self, found: &Match, spec: &RuleSpec, case: &mut Case) -> Result<(), Ended> {
        let Some(secret) = found.secret else { return Ok(()) };
        let layer = self.doc.layer(found.secret_layer);
        let name = found.key.map(|(layer, span)| &self.doc.layer(layer)[span.range()]);
        let part = |wanted: &str| case.parts.iter().find(|(name, ..)| name == wanted).map(|(_, text, _)| text.clone());
        let candidate = Candidate {
            value: &layer[secret.range()],
            before: &layer[..secret.start as usize],
            whole: &self.doc.layer(found.layer)[found.whole.range()],
            name,
            // What was spelled out and stands under no name is a text, whatever else it looks like.
            quoted: found.quoted || spec.shape == Shape::Exact && found.key.is_none(),
            user: part("user"),
            host: part("host").or_else(|| part("server")),
            today: self.options.today,
        };
        if !spec.keep_placeholders {
            let grades = |check: &CheckSpec| matches!(check, CheckSpec::Password | CheckSpec::Graded);
            let passwords = spec.checks.iter().any(grades);
            // A shape that was asked for, or a checksum, says more than a name for the shape.
            // The widest shapes are none: any value under a name that says `secret`.
            let generic = spec.shape == Shape::Generic;
            let names = spec.shape == Shape::Exact || found.shaped && !generic;
            let remembered = &mut self.remembered.borrow_mut();
            case.take("placeholder", gate::classify(&candidate, passwords, names, remembered))?;
            if generic && candidate.name.is_some() {
                case.take("name", gate::named(&candidate))?;
            }
            if generic || passwords {
                case.take("whole", gate::whole(&candidate))?;
            }
        }
        for check in spec.checks.iter() {
            let (name, checked) = gate::run(check, &candidate, &mut self.remembered.borrow_mut());
            case.take(name, checked)?;
        }
        // Generic rules asked the name before.
        if !case.proved && spec.shape != Shape::Generic && name.is_some_and(gate::is_hidden) {
            case.take("name", Checked::doubtful("the name says that it is no clear text"))?;
        }
        // Nothing says what it is but a proof.
        if found.must_prove && !case.proved {
            return Err(Ended("unproved"));
        }
        Ok(())
    }

    /// The words that a rule wants about its match.
    fn surroundings(&self, found: &Match, spec: &RuleSpec, case: &mut Case) -> Result<(), Ended> {
        let Some(context) = &spec.context else { return Ok(()) };
        if case.proved {
            return Ok(());
        }
        let automaton = self.judges.of(found.rule).words(context);
        let here = self.text_window(found, context.lines);
        let text = self.doc.text().get(here.clone()).unwrap_or_default();
        // A short word stands by chance within the secret itself.
        let secret = found.secret.map(|secret| self.doc.in_text(found.secret_layer, secret));
        let within = |seen: &aho_corasick::Match| {
            secret.is_some_and(|secret| {
                secret.start as usize <= here.start + seen.start() && here.start + seen.end() <= secret.end as usize
            })
        };
        let own = if found.layer == LayerId::TEXT { &[][..] } else { self.doc.layer(found.layer) };
        let word = automaton
            .find_iter(text)
            .find(|seen| !within(seen))
            .or_else(|| [own, self.path.as_bytes()].iter().find_map(|text| automaton.find(text)))
            .map(|seen| &context.words[seen.pattern().as_usize()]);
        match (word, context.missing) {
            (Some(word), _) => case.reason("context", Effect::Passed, format!("`{word}` stands near")),
            (None, Missing::Drop) => return Err(Ended("context")),
            (None, Missing::Lower) => case.lower("context", "nothing near says what it is for"),
        }
        Ok(())
    }

    /// Bytes of the text layer within some lines of a match; 0 lines: all of it.
    fn text_window(&self, found: &Match, lines: u32) -> Range<usize> {
        let at = self.doc.in_text(found.layer, found.whole);
        if lines == 0 {
            0..self.doc.text().len()
        } else {
            {
                let n = lines as usize;
                self.doc.lines_around(at.start as usize, n).start..self.doc.lines_around(at.end as usize, n).end
            }
        }
    }

    /// Pieces that are looked up about the match; the nearest one is taken.
    fn near(&self, found: &Match, spec: &RuleSpec, case: &mut Case) {
        for (near, pattern) in spec.near.iter().zip(&self.judges.of(found.rule).near) {
            if case.parts.iter().any(|(name, ..)| *name == near.part) {
                continue;
            }
            let window = self.text_window(found, near.lines);
            let at = self.doc.in_text(found.layer, found.whole);
            let inside = (found.layer != LayerId::TEXT)
                .then(|| self.nearest(found.layer, 0..self.doc.layer(found.layer).len(), found.whole, pattern));
            let seen = inside.flatten().or_else(|| self.nearest(LayerId::TEXT, window, at, pattern));
            if let Some((layer, span)) = seen {
                let text = String::from_utf8_lossy(&self.doc.layer(layer)[span.range()]).into_owned();
                case.part(near.part.to_string(), text, self.doc.span(layer, span));
            }
        }
    }

    /// Until when the certificate is valid that stands near a private key.
    fn certificate(&self, found: &Match, spec: &RuleSpec, case: &mut Case) {
        if found.secret.is_none() || !spec.checks.contains(&CheckSpec::PrivateKey) {
            return;
        }
        // They stand together: of a file of a thousand keys each has its own.
        const NEAR: usize = 64 * 1024;
        let (bytes, at) = (self.doc.layer(found.layer), found.whole.range());
        let near = &bytes[at.start.saturating_sub(NEAR)..bytes.len().min(at.end.saturating_add(NEAR))];
        if let Some(day) = check::certificate::ends(near) {
            case.part("expires".to_owned(), day.to_string(), None);
        }
    }

    fn nearest(
        &self,
        layer: LayerId,
        window: Range<usize>,
        at: LayerSpan,
        pattern: &LazyPattern,
    ) -> Option<(LayerId, LayerSpan)> {
        let bytes = self.doc.layer(layer);
        let pieces = pattern.get().captures_iter(bytes.get(window.clone())?).filter_map(|captures| {
            let piece = captures.name("value").or_else(|| captures.get(0))?;
            // What everybody's application or Microsoft's own tenant is called says nothing of this secret.
            let own = !check::known::is_public_guid(piece.as_bytes());
            own.then(|| piece.start() + window.start..piece.end() + window.start)
        });
        let (pieces, at): (Vec<_>, _) = (pieces.collect(), at.range());
        // What stands in the same block comes before what is nearer and in another one.
        let together = block::together(bytes, &at, &pieces);
        let distance = |piece: &Range<usize>| {
            if piece.end <= at.start { at.start - piece.end } else { piece.start.saturating_sub(at.end) }
        };
        let (piece, _) = pieces.iter().zip(together).min_by_key(|(piece, is_near)| (!is_near, distance(piece)))?;
        Some((layer, LayerSpan::new(piece.start, piece.end)?))
    }

    fn raise(&self, spec: &RuleSpec, rule: RuleIndex, case: &mut Case) {
        for (raise, pattern) in spec.raise.iter().zip(&self.judges.of(rule).raise) {
            let holds =
                case.parts.iter().any(|(name, text, _)| *name == raise.part && pattern.get().is_match(text.as_bytes()));
            if holds {
                let severity = Severity::from(raise.severity);
                let effect = if severity >= case.severity { Effect::Raised } else { Effect::Lowered };
                case.severity = severity;
                case.reason("part", effect, format!("{} says {}", raise.part, severity.as_str()));
            }
        }
    }

    fn detected(&self, found: &Match, case: Case) -> Option<Detected> {
        let whole = self.doc.span(found.layer, found.whole)?;
        let (span, value) = match found.secret {
            None => (None, None),
            Some(secret) => {
                let bytes = &self.doc.layer(found.secret_layer)[secret.range()];
                (Some(self.doc.span(found.secret_layer, secret)?), Some(bytes))
            }
        };
        let mut parts = case.parts;
        // A part is shown in clear: one that holds the secret, or most of it, would give it away. The tenant
        // within the address of a webhook does not.
        if let (Some(span), Some(value)) = (span, value) {
            parts.retain(|(_, text, place)| {
                !place.is_some_and(|place| place.overlaps(span) && text.len() * 2 > value.len())
                    && memchr::memmem::find(text.as_bytes(), value).is_none()
            });
        }
        Some(Detected {
            rule: found.rule,
            whole: span.map_or(whole, |span| whole.join(span)),
            span,
            in_text: match found.secret {
                Some(secret) => self.doc.in_text(found.secret_layer, secret),
                None => self.doc.in_text(found.layer, found.whole),
            },
            packed: found.secret.and_then(|secret| self.doc.packed(found.secret_layer, secret)),
            secret: value.map(Secret::new),
            whole_text: matches!(self.doc.layer_how(found.secret_layer), "xml" | "joined"),
            parts,
            severity: case.severity,
            confidence: case.confidence,
            proved: case.proved,
            because: case.because,
            lint: self.rules.get(found.rule).spec().is_lint().then(|| LintPlaces {
                code: self.doc.in_text(found.layer, found.code.unwrap_or(found.whole)),
                literal: found.literal.map(|literal| self.doc.in_text(found.layer, literal)),
                spot: found.spot,
            }),
            fixes: Vec::new(),
        })
    }
}
