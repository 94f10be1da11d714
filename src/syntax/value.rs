//! What an argument is: a literal, an environment read, a vault read …
//!
//! Names are followed within the file: constants, variables, fields, default arguments, to the
//! assignment before their use. What does not resolve is a parameter. Whether a literal is a
//! placeholder is not decided here.

use std::collections::HashMap;

use super::tree::{Id, NodeKind, Tree};
use crate::document::layer::LayerSpan;

/// Names that lead to names are followed so far.
const HOPS: u8 = 6;

/// Assignments of a name that are looked at on either side of its use.
const NEAREST: usize = 32;

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

/// What names of a file stand for.
#[derive(Debug, Default)]
pub struct Bindings(HashMap<String, Vec<(u32, Id)>>);

impl Bindings {
    /// Every assignment of a tree, by the last word of its target.
    pub fn of(tree: &Tree, text: &[u8]) -> Self {
        let mut all: HashMap<String, Vec<(u32, Id)>> = HashMap::new();
        for (id, node) in tree.iter() {
            let name = tree.name(id, text);
            if node.kind == NodeKind::Assign && !name.is_empty() {
                let value = *node.kids.last().expect("an assignment has a target and a value");
                let places = all.entry(name.to_owned()).or_default();
                // Nearly always at the end: children come before parents, statements in order.
                let at = places.partition_point(|(start, _)| *start <= node.span.start);
                places.insert(at, (node.span.start, value));
            }
        }
        Self(all)
    }

    /// The value a name has at a node: by the last assignment before it, else by the first one after. Variables
    /// of other functions are other variables.
    pub fn value(&self, tree: &Tree, id: Id, name: &str) -> Option<Id> {
        let all = self.0.get(name)?;
        let at = tree.get(id).span.start;
        let functions: Vec<Id> = tree.above(id).filter(|up| tree.get(*up).kind == NodeKind::Function).collect();
        let is_in_reach = |value: Id| {
            let assignment = tree.get(value).parent;
            let target = tree.get(assignment).kids.first().map(|target| tree.get(*target).kind);
            let home = tree.above(assignment).find(|up| tree.get(*up).kind == NodeKind::Function);
            target != Some(NodeKind::Name) || home.is_none_or(|home| functions.contains(&home))
        };
        // The nearest ones: a name that is set a thousand times is followed in constant time.
        let here = all.partition_point(|(start, _)| *start < at);
        let near = &all[here.saturating_sub(NEAREST)..(here + NEAREST).min(all.len())];
        let places: Vec<(u32, Id)> = near.iter().copied().filter(|(_, value)| is_in_reach(*value)).collect();
        let before = places.partition_point(|(start, _)| *start < at);
        let place = if before > 0 { places[before - 1] } else { *places.first()? };
        Some(place.1)
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

    fn call(&self, id: Id, hops: u8) -> Value {
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

    fn command(&self, id: Id) -> Value {
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
    fn substitution(&self, id: Id, hops: u8) -> Value {
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
    fn pipe(&self, id: Id, hops: u8) -> Value {
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

/// By words of a path that say where settings come from.
fn by_words(path: &[&str]) -> Option<ValueClass> {
    let mut class = None;
    for (index, word) in path.iter().enumerate() {
        let lower = word.to_ascii_lowercase();
        let word = lower.trim_start_matches('_');
        if matches!(word, "environ" | "_env" | "env" | "_server" | "getenv") && (path.len() > 1 || word != "env") {
            return Some(ValueClass::Env);
        }
        if word == "secrets" && path.get(index + 1).is_some() && path.first().is_some_and(|w| *w == "dbutils") {
            return Some(ValueClass::Vault);
        }
        let says = |part: &str| word.contains(part);
        let is_last = index + 1 == path.len();
        let is_settings = says("config")
            || says("setting")
            || word == "cfg"
            || word == "conf"
            || word == "props"
            || word == "properties"
            || says("options")
            || word == "opts"
            || word == "env_vars";
        if is_settings && (!is_last || path.len() == 1) {
            class = Some(ValueClass::Config);
        }
    }
    class
}

fn is_vault_read(name: &str) -> bool {
    matches!(
        name,
        "GetSecret"
            | "GetSecretAsync"
            | "getSecret"
            | "get_secret"
            | "GetSecretValue"
            | "getSecretValue"
            | "get_secret_value"
            | "GetSecretValueAsync"
            | "getSecretAsync"
            | "read_secret"
            | "GetSecretBundle"
    )
}

fn is_env_read(name: &str, path: &[&str]) -> bool {
    let says = |word: &str| path.contains(&word);
    matches!(
        name,
        "getenv"
            | "GetEnvironmentVariable"
            | "Getenv"
            | "LookupEnv"
            | "getEnv"
            | "get_env"
            | "env_var"
            | "secure_getenv"
            | "requireEnv"
            | "getEnvVar"
            | "mustGetenv"
            | "MustGetenv"
            | "getEnvironmentVariable"
            | "GetEnv"
    ) || (matches!(name, "get" | "fetch" | "str" | "pop" | "setdefault")
        && (says("environ") || says("ENV") || says("env")))
        || (matches!(name, "var" | "var_os") && says("env"))
        || (matches!(name, "env" | "option_env"))
}

fn is_config_read(name: &str) -> bool {
    matches!(
        name,
        "GetValue"
            | "GetConnectionString"
            | "GetSection"
            | "getProperty"
            | "GetRequiredSection"
            | "GetSetting"
            | "getSetting"
            | "GetAppSetting"
            | "get_setting"
            | "config"
            | "get_config"
            | "getRequiredProperty"
    )
}

/// Calls that give back what they get.
fn is_wrapper(name: &str) -> bool {
    is_getter(name)
        || matches!(
            name,
            "str"
                | "String"
                | "string"
                | "byte"
                | "valueOf"
                | "requireNonNull"
                | "must"
                | "from"
                | "of"
                | "format"
                | "ToString"
                | "toString"
                | "to_string"
                | "GetBytes"
                | "getBytes"
                | "encode"
                | "decode"
                | "Secret"
                | "SecureString"
                | "NetworkCredential"
                | "PSCredential"
                | "FromBase64String"
                | "b64decode"
                | "quote"
                | "ToSecureString"
                | "CSEC"
                | "SecretString"
                | "SecretBox"
                | "Uri"
                | "URL"
                | "ptr"
                | "Ptr"
                | "new"
                | "AzureKeyCredential"
                | "SecretSettingsValue"
                | "ApiKeyCredential"
                | "Some"
                | "Optional"
                | "StorageSharedKeyCredential"
                | "AzureSasCredential"
                | "SecretStr"
        )
}

/// Calls on a value that give back the value.
fn is_getter(name: &str) -> bool {
    matches!(
        name,
        "trim"
            | "Trim"
            | "strip"
            | "rstrip"
            | "unwrap"
            | "expect"
            | "into"
            | "to_owned"
            | "clone"
            | "as_str"
            | "toCharArray"
            | "block"
            | "GetAwaiter"
            | "GetResult"
            | "getValue"
            | "get"
            | "ConfigureAwait"
            | "get_secret_value_str"
            | "c_str"
            | "TrimEnd"
            | "TrimStart"
            | "as_deref"
            | "Replace"
            | "replace"
            | "as_bytes"
            | "AsMemory"
            | "chomp"
            | "join"
            | "expose_secret"
    )
}
