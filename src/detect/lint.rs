//! The steps of a lint: by where its value comes from, and by what the file is for.

use crate::check::class::{self, Class};
use crate::document::context::Context;
use crate::model::{Effect, Severity};
use crate::rule::spec::RuleSpec;
use crate::syntax::value::ValueClass;

use super::Match;
use super::judge::{Case, Ended, Judge};

impl Judge<'_, '_> {
    /// A literal is one step worse and a vault one better; a placeholder is worth a note.
    pub(super) fn value_steps(&self, found: &Match, case: &mut Case) -> Result<(), Ended> {
        let Some(value) = found.value else { return Ok(()) };
        case.part("value".to_owned(), value.as_str().to_owned(), None);
        match value {
            ValueClass::Literal | ValueClass::Partial => {
                let text =
                    found.literal.map(|literal| &self.doc.layer(found.layer)[literal.range()]).unwrap_or_default();
                match class::classify(text, None, true) {
                    Class::Literal | Class::WeakPassword => {
                        case.step(case.severity.higher(), "value", value.words());
                    }
                    Class::Known(_) => return Err(Ended("placeholder")),
                    other => {
                        case.placeholder = true;
                        case.step(Severity::Info, "value", other.reason());
                    }
                }
            }
            ValueClass::Nothing => {
                case.placeholder = true;
                case.step(Severity::Info, "value", value.words());
            }
            ValueClass::Vault => case.step(case.severity.lower(), "value", value.words()),
            ValueClass::Param => case.lower("value", value.words()),
            _ => case.reason("value", Effect::Passed, value.words()),
        }
        Ok(())
    }

    /// Tests and samples weigh less unless a literal stands in them; others' code is not judged.
    pub(super) fn lint_context(&self, found: &Match, spec: &RuleSpec, case: &mut Case) -> Result<(), Ended> {
        let context = self.doc.context();
        let others = [Context::LOCK, Context::MINIFIED, Context::GENERATED, Context::VENDORED];
        if others.iter().any(|&one| context.has(one)) {
            return Err(Ended("generated"));
        }
        let is_literal = matches!(found.value, Some(ValueClass::Literal | ValueClass::Partial)) && !case.placeholder;
        if context.has(Context::LOCAL_DEV) && !is_literal && spec.severity != crate::rule::spec::Level::Critical {
            return Err(Ended("local development"));
        }
        if context.has(Context::TEST) && !is_literal {
            case.step(case.severity.lower(), "path", "a test");
        } else if context.has(Context::DOCS) || context.has(Context::SAMPLE) {
            case.step(case.severity.lower(), "path", "documentation or sample");
        }
        Ok(())
    }
}
