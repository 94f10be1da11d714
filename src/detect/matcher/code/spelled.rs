//! Could a source hold a call of this name? Asked of its text, before it is parsed.
//!
//! Most sources that hold a word of a lint only name a type, or call something longer. To parse them costs a
//! hundred times what it costs to see that.

use crate::rule::spec::Text;
use crate::syntax::Language;

/// Is one of the calls spelled somewhere? `lower` is the source in small letters.
pub(super) fn any(calls: &[Text], language: Language, lower: &[u8]) -> bool {
    calls.iter().any(|name| {
        let last = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        if last.contains('*') {
            let literal = last.split('*').max_by_key(|piece| piece.len()).unwrap_or_default();
            return memchr::memmem::find(lower, literal.as_bytes()).is_some();
        }
        memchr::memmem::find_iter(lower, last.as_bytes()).any(|at| is_call(lower, at, at + last.len(), language))
    })
}

/// Is it a whole name, and does what follows let it be called, or be given another name?
fn is_call(text: &[u8], start: usize, end: usize, language: Language) -> bool {
    let is_of_name = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    if is_of_name(start.checked_sub(1).and_then(|at| text.get(at))) || is_of_name(text.get(end)) {
        return false;
    }
    // Here arguments need no brackets, or stand behind the name of a variable.
    if language.is_shell() || matches!(language, Language::Ruby | Language::Cpp) {
        return true;
    }
    let is_script = matches!(language, Language::JavaScript | Language::TypeScript | Language::Tsx);
    let rest = text[end..].trim_ascii_start();
    match rest.first() {
        // The last ones: a comment, a pointer to a name, `import A as B`, `using B = x.A;`, `new A;`.
        Some(b'(' | b'<' | b'{' | b'[' | b'!' | b'?' | b'`' | b'/' | b'#' | b'\\' | b';') => true,
        // `A::new(…)`, `const { A: B } = require("x")`
        Some(b':') => rest.starts_with(b"::") || is_script,
        Some(b'a') if rest.starts_with(b"as") && rest.get(2).is_some_and(u8::is_ascii_whitespace) => true,
        // `DefaultAzureCredential name = new();`
        Some(b'a'..=b'z' | b'_' | b'@') => language == Language::CSharp && has_target_typed_new(rest),
        _ => false,
    }
}

/// `new(…)` without a type stands somewhere behind.
fn has_target_typed_new(rest: &[u8]) -> bool {
    memchr::memmem::find_iter(rest, b"new").any(|at| rest[at + 3..].trim_ascii_start().first() == Some(&b'('))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_told_from_a_type_and_from_longer_names() {
        let calls = [Text::from("x.ClientSecretCredential"), Text::from("Create*Async")];
        for (language, text, expected) in [
            (Language::CSharp, "new clientsecretcredential (a)", true),
            (Language::CSharp, "clientsecretcredential credential = null;", false),
            (Language::CSharp, "clientsecretcredential credential\n    = new(a, b, c);", true),
            (Language::CSharp, "list<clientsecretcredential> all", false),
            (Language::CSharp, "new clientsecretcredentialoptions()", false),
            (Language::CSharp, "using secret = azure.identity.clientsecretcredential;", true),
            (Language::Python, "from azure.identity import clientsecretcredential as c", true),
            (Language::Python, "from azure.identity import clientsecretcredential, x", false),
            (Language::Rust, "clientsecretcredential::<x>(a)", true),
            (Language::Rust, "azure_identity::clientsecretcredential::new(a)", true),
            (Language::Cpp, "clientsecretcredential credential(a)", true),
            (Language::CSharp, "await createitasync", true),
        ] {
            assert_eq!(any(&calls, language, text.as_bytes()), expected, "{text}");
        }
    }
}
