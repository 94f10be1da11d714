//! What an argument is: a literal, an environment read, a vault read …
//!
//! Names are followed within the file: constants, variables, fields, default arguments, to the
//! assignment before their use. What does not resolve is a parameter. Whether a literal is a
//! placeholder is not decided here.

mod bindings;
mod call;
mod names;

use crate::document::layer::LayerSpan;

use super::tree::{Id, NodeKind, Tree};
pub use bindings::Bindings;
use names::by_words;

/// Names that lead to names are followed so far.
const HOPS: u8 = 6;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueClass {
    /// Not known in this file.
    Param,
    /// Null, a number, nothing.
    Nothing,
    /// Application settings.
    Config,
    /// Environment variable.
    Env,
    /// A pipeline's secret store.
    CiSecret,
    /// Read from a vault when the program runs.
    Vault,
    /// Text around a literal secret.
    Partial,
    /// The text is in the file.
    Literal,
}

impl ValueClass {
    /// As rules and findings name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Param => "param",
            Self::Nothing => "nothing",
            Self::Config => "config",
            Self::Env => "env",
            Self::CiSecret => "ci-secret",
            Self::Vault => "vault",
            Self::Partial => "partial",
            Self::Literal => "literal",
        }
    }

    /// For sentences: `a client secret from the environment`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Param => "given by the caller",
            Self::Nothing => "no value",
            Self::Config => "from the configuration",
            Self::Env => "from the environment",
            Self::CiSecret => "from the pipeline's secrets",
            Self::Vault => "from a vault",
            Self::Partial => "partly a literal in the code",
            Self::Literal => "a literal in the code",
        }
    }
}

/// A value's class, and its text if that is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Where it comes from.
    pub class: ValueClass,
    /// The literal's place.
    pub literal: Option<LayerSpan>,
}

impl Value {
    fn of(class: ValueClass) -> Self {
        Self { class, literal: None }
    }
}

/// Classifies values of one tree.
#[derive(Debug)]
pub struct Classifier<'t> {
    /// The tree.
    pub tree: &'t Tree,
    /// The document's text.
    pub text: &'t [u8],
    /// Its names.
    pub bindings: &'t Bindings,
}

impl Classifier<'_> {
    /// Where a value comes from.
    pub fn classify(&self, id: Id) -> Value {
        self.at(id, HOPS)
    }

    /// The node that a name stands for, or the node itself.
    pub fn resolve(&self, id: Id) -> Id {
        let mut at = id;
        for _ in 0..HOPS {
            let node = self.tree.get(at);
            let is_own = node.kind == NodeKind::Name || (node.kind == NodeKind::Member && self.is_own_field(at));
            let next = if is_own { self.bindings.value(self.tree, at, self.tree.name(at, self.text)) } else { None };
            match next {
                Some(next) if next != at => at = next,
                _ => break,
            }
        }
        at
    }

    fn at(&self, id: Id, hops: u8) -> Value {
        let node = self.tree.get(id);
        let Some(hops) = hops.checked_sub(1) else { return Value::of(ValueClass::Param) };
        match node.kind {
            NodeKind::Str => self.string(node.name),
            NodeKind::Constant => Value::of(ValueClass::Nothing),
            NodeKind::Template | NodeKind::Concat => self.together(&node.kids, hops),
            NodeKind::Either => self.either(&node.kids, hops),
            NodeKind::Name => self.name(id, hops),
            NodeKind::Member => self.member(id, hops),
            NodeKind::Index => self.index(id, hops),
            NodeKind::Call | NodeKind::New => self.call(id, hops),
            NodeKind::Command => self.command(id),
            NodeKind::Substitution => self.substitution(id, hops),
            NodeKind::List | NodeKind::Other if node.kids.len() == 1 => self.at(node.kids[0], hops),
            NodeKind::Assign | NodeKind::Pair => {
                node.kids.last().map_or(Value::of(ValueClass::Param), |value| self.at(*value, hops))
            }
            // A pipe: what goes in, goes on.
            NodeKind::Other => self.pipe(id, hops),
            _ => Value::of(ValueClass::Param),
        }
    }

    fn string(&self, place: LayerSpan) -> Value {
        let text = super::tree::str_of(self.text, place);
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Value::of(ValueClass::Nothing);
        }
        if trimmed.starts_with("${{") {
            return Value::of(ValueClass::CiSecret);
        }
        if trimmed.starts_with("$(") && trimmed.ends_with(')') {
            return Value::of(ValueClass::CiSecret);
        }
        if text.starts_with("@Microsoft.KeyVault(") {
            return Value::of(ValueClass::Vault);
        }
        if text.starts_with("${") && text.ends_with('}') {
            return Value::of(ValueClass::Config);
        }
        Value { class: ValueClass::Literal, literal: Some(place) }
    }

    /// Pieces put together: a literal only if a secret stands in one, or all are literals.
    fn together(&self, kids: &[Id], hops: u8) -> Value {
        for &kid in kids {
            if self.tree.get(kid).kind == NodeKind::Str
                && let Some(secret) = secret_within(self.text, self.tree.get(kid).name)
            {
                return Value { class: ValueClass::Partial, literal: Some(secret) };
            }
        }
        let values: Vec<Value> = kids.iter().map(|kid| self.at(*kid, hops)).collect();
        let literals = values.iter().all(|value| value.class == ValueClass::Literal);
        if literals && let (Some(first), Some(last)) = (values.first(), values.last()) {
            let (first, last) = (first.literal.unwrap_or_default(), last.literal.unwrap_or_default());
            let span = if first.start <= last.end { LayerSpan { start: first.start, end: last.end } } else { first };
            return Value { class: ValueClass::Literal, literal: Some(span) };
        }
        let known = values.iter().filter(|value| value.class < ValueClass::Partial);
        Value::of(known.map(|value| value.class).max().unwrap_or(ValueClass::Param))
    }

    /// A literal among the alternatives decides, unless it is empty.
    fn either(&self, kids: &[Id], hops: u8) -> Value {
        let values: Vec<Value> = kids.iter().map(|kid| self.at(*kid, hops)).collect();
        let says = |value: &&Value| value.literal.is_some_and(|place| !place.is_empty());
        let first = values.iter().find(|value| value.class != ValueClass::Nothing && value.literal.is_none());
        values.iter().find(says).or(first).copied().unwrap_or(Value::of(ValueClass::Param))
    }

    fn name(&self, id: Id, hops: u8) -> Value {
        let whole = self.tree.text(id, self.text);
        if whole.len() > 5 && whole.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("$env:")) {
            return Value::of(ValueClass::Env);
        }
        if whole.starts_with("${{") {
            let says_secret = whole.contains("secrets.");
            return Value::of(if says_secret { ValueClass::CiSecret } else { ValueClass::Param });
        }
        let name = self.tree.name(id, self.text);
        let language = self.tree.language();
        let bound = self.bindings.value(self.tree, id, name).filter(|value| *value != id);
        if let Some(value) = bound {
            return self.at(value, hops);
        }
        let is_shell = language == super::Language::Bash;
        let is_positional = name.bytes().all(|b| b.is_ascii_digit()) || matches!(name, "@" | "*" | "#" | "?");
        if is_shell && !is_positional {
            return Value::of(ValueClass::Env);
        }
        Value::of(by_words(&[name]).unwrap_or(ValueClass::Param))
    }

    /// `this.x`, `self.x`: a field of the file.
    fn is_own_field(&self, id: Id) -> bool {
        let base = self.tree.get(id).kids.first().map(|base| self.tree.text(*base, self.text));
        matches!(base, Some("this" | "self" | "$this" | "base"))
    }

    fn member(&self, id: Id, hops: u8) -> Value {
        let node = self.tree.get(id);
        let path = self.tree.path(id, self.text);
        if let Some(class) = by_words(&path) {
            return Value::of(class);
        }
        if self.is_own_field(id) {
            let name = self.tree.name(id, self.text);
            return match self.bindings.value(self.tree, id, name).filter(|value| *value != id) {
                Some(value) => self.at(value, hops),
                None => Value::of(ValueClass::Param),
            };
        }
        let base = node.kids[0];
        let value = self.at(base, hops);
        // `x.Value` of a text is a text; another property of it is something else.
        if value.class == ValueClass::Nothing { Value::of(ValueClass::Param) } else { value }
    }

    fn index(&self, id: Id, hops: u8) -> Value {
        let node = self.tree.get(id);
        let Some(&base) = node.kids.first() else { return Value::of(ValueClass::Param) };
        let path = self.tree.path(base, self.text);
        if let Some(class) = by_words(&path) {
            return Value::of(class);
        }
        let key = node.kids.last().map(|key| self.tree.name(*key, self.text)).unwrap_or_default();
        let object = self.resolve(base);
        if self.tree.get(object).kind == NodeKind::Object {
            let pair = self.tree.get(object).kids.iter().find(|kid| self.tree.name(**kid, self.text) == key);
            return pair.map_or(Value::of(ValueClass::Param), |pair| self.at(*pair, hops));
        }
        let value = self.at(base, hops);
        if value.literal.is_some() { Value::of(ValueClass::Param) } else { value }
    }
}

/// A literal secret behind `AccountKey=` and its like, up to the next `;` or `&`.
fn secret_within(text: &[u8], place: LayerSpan) -> Option<LayerSpan> {
    let all = super::tree::str_of(text, place);
    let lower = all.to_ascii_lowercase();
    let keys = ["accountkey=", "sharedaccesskey=", "accesskey=", "password=", "pwd=", "sharedsecretvalue=", "sig="];
    keys.iter().find_map(|key| {
        let from = lower.find(key)? + key.len();
        let rest = all.get(from..)?;
        let length = rest.find([';', '&', '"', '\'', '{', '<', '$', ' ', '%']).unwrap_or(rest.len());
        let start = place.start as usize + from;
        (length >= 4).then(|| LayerSpan::new(start, start + length))?
    })
}
