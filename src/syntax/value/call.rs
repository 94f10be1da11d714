//! What a call, a command or a substitution gives.

use crate::syntax::tree::{Id, NodeKind};

use super::names::{by_words, is_config_read, is_env_read, is_getter, is_vault_read, is_wrapper};
use super::{Classifier, Value, ValueClass};

impl Classifier<'_> {
    pub(super) fn call(&self, id: Id, hops: u8) -> Value {
        let node = self.tree.get(id);
        let name = self.tree.name(id, self.text);
        let path = node.kids.first().map(|callee| self.tree.path(*callee, self.text)).unwrap_or_default();
        let arguments = node.kids.get(1..).unwrap_or_default();
        if is_vault_read(name) {
            return Value::of(ValueClass::Vault);
        }
        if is_env_read(name, &path) {
            let default = arguments.get(1).map(|other| self.at(*other, hops));
            return default
                .filter(|value| value.literal.is_some_and(|l| !l.is_empty()))
                .unwrap_or(Value::of(ValueClass::Env));
        }
        let receiver = node.kids.first().and_then(|callee| {
            let callee = self.tree.get(*callee);
            (callee.kind == NodeKind::Member).then(|| callee.kids[0])
        });
        if matches!(name, "orElse" | "unwrap_or" | "unwrap_or_else" | "getOrElse" | "orElseGet" | "unwrap_or_default")
            && let Some(receiver) = receiver
        {
            let all: Vec<Id> = std::iter::once(receiver).chain(arguments.first().copied()).collect();
            return self.either(&all, hops);
        }
        if is_config_read(name) {
            return Value::of(ValueClass::Config);
        }
        if let Some(class) = by_words(&path) {
            return Value::of(class);
        }
        if is_wrapper(name) {
            let inner = receiver.filter(|_| arguments.is_empty() || is_getter(name)).or(arguments.last().copied());
            return inner.or(receiver).map_or(Value::of(ValueClass::Param), |inner| self.at(inner, hops));
        }
        Value::of(ValueClass::Param)
    }

    pub(super) fn command(&self, id: Id) -> Value {
        let whole = self.tree.text(id, self.text).to_ascii_lowercase();
        let class = if whole.contains("get-azkeyvaultsecret")
            || whole.contains("get-azurekeyvaultsecret")
            || whole.contains("keyvault secret show")
            || whole.starts_with("get-secret ")
            || whole.starts_with("vault ")
        {
            ValueClass::Vault
        } else if whole.starts_with("printenv") {
            ValueClass::Env
        } else if whole.starts_with("get-automationvariable") || whole.starts_with("get-automationpscredential") {
            ValueClass::Config
        } else {
            ValueClass::Param
        };
        Value::of(class)
    }

    /// `$(Name)` of Azure Pipelines looks like a command without arguments.
    pub(super) fn substitution(&self, id: Id, hops: u8) -> Value {
        let kids = &self.tree.get(id).kids;
        match kids[..] {
            [only] if self.tree.get(only).kind == NodeKind::Command && self.tree.get(only).kids.len() == 1 => {
                let name = self.tree.name(only, self.text);
                let is_word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.' || b == b'-');
                Value::of(if is_word { ValueClass::CiSecret } else { ValueClass::Param })
            }
            [only] => self.at(only, hops),
            _ => self.pipe(id, hops),
        }
    }

    /// The first command of a pipe says where the text is from.
    pub(super) fn pipe(&self, id: Id, hops: u8) -> Value {
        let first = self.tree.get(id).kids.first();
        let value = first.map_or(Value::of(ValueClass::Param), |first| self.at(*first, hops));
        match value.class {
            ValueClass::Vault | ValueClass::Env | ValueClass::Config | ValueClass::CiSecret | ValueClass::Literal => {
                value
            }
            _ => Value::of(ValueClass::Param),
        }
    }
}
