//! Values that are looked up somewhere else: variables, templates, vaults, calls.
//!
//! The first byte decides which few tests run. The *whole* value must be a
//! reference; [`contains`] is for one in the middle, [`default_of`] for the literal
//! that stands in for a missing variable.

mod prefix;

use super::placeholder::is_blank;
use super::{shape, words};
use prefix::{ENCRYPTED, by_prefix, starts_ignoring_case};

/// What kind of reference the whole value is. `quoted`: it stood in quotes, so it is not code.
pub fn of(value: &[u8], quoted: bool) -> Option<&'static str> {
    let first = *value.first()?;
    match first {
        b'$' => dollar(value),
        b'%' => percent(value),
        b'!' => bang(value),
        b'#' if value.starts_with(b"#/") => Some("place in the document"),
        // Its own quotes ended it: `"#{config["password"]}"`.
        b'#' if value.starts_with(b"#{") && !value.contains(&b'}') => Some("template"),
        b'#' | b'.' if quoted && shape::is_selector(value) => Some("a field of a page"),
        b'#' => (enclosed(value, b"#{", b"}") || enclosed(value, b"#{", b"}#") || delimited(value, b"#"))
            .then_some("template"),
        b'_' => delimited(value, b"__").then_some("token to be replaced"),
        b'~' => (delimited(value, b"~") && !value.contains(&b'/')).then_some("token to be replaced"),
        b'@' => at_sign(value),
        b'[' => bracket(value),
        b'{' => brace(value),
        b'<' => (enclosed(value, b"<%", b"%>") || enclosed(value, b"<?", b"?>") || enclosed(value, b"<<", b">>"))
            .then_some("template"),
        b'(' if !quoted && is_condition(value) => Some("condition"),
        b'(' => (value.ends_with(b")") && is_command(&value[1..value.len() - 1])).then_some("command"),
        b'`' => (value.len() > 2 && value.ends_with(b"`")).then_some("command"),
        b'&' if is_glue(value) => Some("code between two literals"),
        b'&' => enclosed(value, b"&lt;%", b"%&gt;").then_some("template"),
        b'0'..=b'9' if is_sealed(value) => Some(ENCRYPTED),
        b',' | b'+' if is_between(value) => Some("code between two literals"),
        b' ' | b'.' | b'+' if is_glue(value) => Some("code between two literals"),
        _ => by_prefix(value).or_else(|| code(value, quoted)),
    }
}

/// Bytes of the value outside of the references in it, if there are any: `abc-${ID}` has 4.
pub fn literal_length(value: &[u8]) -> Option<usize> {
    const PAIRS: [(&[u8], &[u8]); 7] =
        [(b"${", b"}"), (b"$(", b")"), (b"{{", b"}}"), (b"{$", b"}"), (b"#{", b"}"), (b"<%", b"%>"), (b"%(", b")s")];
    let (mut at, mut length, mut holes) = (0, 0, 0);
    while at < value.len() {
        let rest = &value[at..];
        let closed = PAIRS.iter().filter(|(open, _)| rest.starts_with(open)).find_map(|(open, close)| {
            memchr::memmem::find(&rest[open.len()..], close).map(|n| open.len() + n + close.len())
        });
        // Cut at an inner quote: `e${toLower(replace(guid(id), `. And `vmPa-$randomIdentifier`: a variable ends it.
        let open = || (rest.starts_with(b"${") && !rest.contains(&b'}')).then_some(rest.len());
        let last = || (at > 0 && matches!(value[at - 1], b'-' | b'_') && ends_in_name(rest)).then_some(rest.len());
        match closed.or_else(|| verb(rest)).or_else(open).or_else(last) {
            Some(hole) => {
                at += hole;
                holes += 1;
            }
            None => {
                at += 1;
                length += 1;
            }
        }
    }
    (holes > 0).then_some(length)
}

/// `$randomIdentifier`, and nothing behind it.
fn ends_in_name(rest: &[u8]) -> bool {
    matches!(rest, [b'$', first, name @ ..]
        if first.is_ascii_alphabetic() && name.len() >= 5 && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_'))
}

/// The length of `%s`, `%d`, `%[2]s`, `$NAME` at the beginning.
fn verb(text: &[u8]) -> Option<usize> {
    match text {
        [b'%', b's' | b'd' | b'v', ..] => Some(2),
        [b'%', b'[', digit, b']', b's' | b'd' | b'v' | b'q', ..] if digit.is_ascii_digit() => Some(5),
        // `prefix-$RANDOM`: a variable of a shell.
        [b'$', name @ ..] => {
            let length = name.iter().take_while(|b| b.is_ascii_uppercase() || **b == b'_').count();
            let ends = !name.get(length).is_some_and(u8::is_ascii_alphanumeric);
            (length >= 4 && ends).then_some(1 + length)
        }
        _ => None,
    }
}

/// Does a reference stand somewhere in it? `Server=x;Password={{ password }}`
pub fn contains(value: &[u8]) -> bool {
    const OPENINGS: [&[u8]; 8] = [b"${", b"$(", b"{{", b"#{", b"<%", b"$[", b"%(", b"@Microsoft.KeyVault("];
    value.windows(2).any(|pair| OPENINGS.iter().any(|o| o.len() == 2 && *o == pair))
        || OPENINGS.iter().any(|o| o.len() > 2 && value.windows(o.len()).any(|w| w == *o))
}

/// The default of `${X:-default}`, `${X:default}`, `${X-default}`: a candidate of its own.
pub fn default_of(value: &[u8]) -> Option<&[u8]> {
    let inside = value.strip_prefix(b"${")?.strip_suffix(b"}")?;
    let name = inside.iter().take_while(|&&b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
    let rest = &inside[name..];
    let default = [b":-".as_slice(), b":=", b":", b"-", b"="].iter().find_map(|mark| rest.strip_prefix(*mark))?;
    (name > 0 && !default.is_empty() && default[0] != b'?').then_some(default)
}

fn dollar(value: &[u8]) -> Option<&'static str> {
    if value.starts_with(b"$ANSIBLE_VAULT") {
        return Some(ENCRYPTED);
    }
    match value.get(1)? {
        b'{' if value.ends_with(b"}") => Some("variable"),
        b'(' if value.ends_with(b")") => Some("variable or command"),
        // Cut at an inner quote: `"$(cat "$FILE")"`.
        b'(' if !value.contains(&b')') => Some("command"),
        b'[' if value.ends_with(b"]") => Some("pipeline expression"),
        // Cut off by its own quotes: `$(encode "$PASSWORD")`.
        b'{' | b'(' if !value.contains(&if value[1] == b'{' { b'}' } else { b')' }) => Some("variable or command"),
        b'{' | b'(' => joined(value).then_some("variables joined"),
        b'$' => {
            (delimited(value, b"$$") || is_variable(&value[2..]) || dollar(&value[1..]).is_some()).then_some("variable")
        }
        // What a server shows instead of what it keeps.
        _ if value == b"$encrypted$" => Some(ENCRYPTED),
        _ => (is_variable(&value[1..]) || is_row_of_variables(value)).then_some("variable"),
    }
}

/// `$adminPassword$randomIdentifier`
fn is_row_of_variables(value: &[u8]) -> bool {
    let mut names = value.split(|b| *b == b'$');
    let named = |name: &[u8]| {
        name.len() >= 3 && name[0].is_ascii_alphabetic() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    names.next() == Some(&b""[..]) && value.len() > 8 && names.clone().count() >= 2 && names.all(named)
}

/// `2.iv==|text==|mac==` of Bitwarden: a digit for the way it is encrypted, and base64.
fn is_sealed(value: &[u8]) -> bool {
    let [_, b'.', rest @ ..] = value else { return false };
    rest.len() >= 22
        && rest.ends_with(b"=")
        && rest.iter().all(|&b| b.is_ascii_alphanumeric() || b"+/=|".contains(&b))
        && (rest.contains(&b'|') || rest.len() % 4 == 0)
}

/// `name`, `env:NAME`, `x.y`, `_ENV['X']`, `obj->field`; nothing a password would rather have.
fn is_variable(name: &[u8]) -> bool {
    let start = name.iter().take_while(|&&b| b.is_ascii_alphanumeric() || b == b'_').count();
    let rest = &name[start..];
    start > 0
        && (rest.is_empty()
            || b".:[-{(\",".contains(&rest[0])
                && rest.iter().all(|&b| b.is_ascii_alphanumeric() || b"_.:[]{}()'\"->$ ,/=".contains(&b)))
}

/// `(!options.file || !options.name)`
fn is_condition(value: &[u8]) -> bool {
    let joined = |sign: &[u8]| memchr::memmem::find(value, sign).is_some();
    value.ends_with(b")") && (joined(b" || ") || joined(b" && "))
}

/// `, password, sep=` between `"Pwd="` and `""`, `, parameters(` of `'-p ', parameters('x')`: what stands there was
/// code, not text.
fn is_between(value: &[u8]) -> bool {
    let rest = value[1..].trim_ascii_start();
    value.last().is_some_and(|b| matches!(b, b' ' | b'=' | b',' | b'+' | b'('))
        && rest.len() + 1 < value.len()
        && rest.first().is_some_and(u8::is_ascii_alphabetic)
        && rest.iter().all(|&b| b.is_ascii_alphanumeric() || b"_., +=()[]$".contains(&b))
        && rest.trim_ascii_end().last().is_some_and(|b| matches!(b, b',' | b'=' | b'+' | b'('))
}

/// `${A}-${B}`: references, and between them at most a word.
fn joined(value: &[u8]) -> bool {
    let mut rest = value;
    let mut literal = 0;
    while let Some((&first, after)) = rest.split_first() {
        let close = match after.first() {
            Some(b'{') if first == b'$' => b'}',
            Some(b'(') if first == b'$' => b')',
            _ => {
                literal += 1;
                rest = after;
                continue;
            }
        };
        let Some(end) = after.iter().position(|&b| b == close) else { return false };
        rest = &after[end + 1..];
    }
    literal <= 8
}

fn percent(value: &[u8]) -> Option<&'static str> {
    if delimited(value, b"%%") || delimited(value, b"%") || enclosed(value, b"{%", b"%}") {
        return Some("variable");
    }
    let verb = value.len() <= 12 && value.last().is_some_and(u8::is_ascii_alphabetic) && !value[1..].contains(&b'%');
    let named = value.starts_with(b"%(") && (value.ends_with(b")s") || value.ends_with(b")d"));
    let plain = value[1..].iter().rev().skip(1).all(|&b| b.is_ascii_digit() || b".[]-+#".contains(&b));
    (named || verb && plain || enclosed(value, b"%env(", b")%")).then_some("format string")
}

fn bang(value: &[u8]) -> Option<&'static str> {
    #[rustfmt::skip]
    const TAGS: [&[u8]; 9] = [
        b"!Ref ", b"!Sub ", b"!GetAtt ", b"!ImportValue ", b"!Join ", b"!vault", b"!reference ", b"!env ",
        b"!secret ",
    ];
    if value.starts_with(b"!!enc:") {
        return Some(ENCRYPTED);
    }
    // `!!!SET PASSWORD!!!`, and what is left of it at a space.
    if let Some(order) = value.strip_prefix(b"!!!")
        && order.iter().all(|b| b.is_ascii_uppercase() || b" _!".contains(b))
    {
        return Some("token to be replaced");
    }
    (TAGS.iter().any(|tag| value.starts_with(tag)) || delimited(value, b"!")).then_some("variable")
}

fn at_sign(value: &[u8]) -> Option<&'static str> {
    if starts_ignoring_case(value, b"@microsoft.keyvault(")
        || starts_ignoring_case(value, b"@microsoft.appconfiguration(")
    {
        return Some("vault reference");
    }
    let template = delimited(value, b"@@")
        || delimited(value, b"@")
        || enclosed(value, b"@{", b"}")
        || enclosed(value, b"@(", b")")
        // Of the data API builder; its quotes may end the value early.
        || value.starts_with(b"@env(")
        || is_workflow(value)
        || value.starts_with(b"@secure()");
    template.then_some("token to be replaced")
}

/// `@appsetting('smtp_password')`, `@body('Get_secret')?['value']`: an expression of a workflow.
fn is_workflow(value: &[u8]) -> bool {
    let name = value[1..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let rest = &value[1 + name..];
    name >= 3
        && (rest.starts_with(b"('") || rest.starts_with(b"()"))
        && matches!(value.last(), Some(b')' | b']' | b'}'))
}

fn bracket(value: &[u8]) -> Option<&'static str> {
    if enclosed(value, b"[[", b"]]") && is_blank(&value[2..value.len() - 2]) {
        return Some("template");
    }
    if enclosed(value, b"[enc:", b":enc]") {
        return Some("encrypted value");
    }
    if value.starts_with(b"[Environment]::") || value.starts_with(b"[System.Environment]::") {
        return Some("variable");
    }
    // An ARM expression: `[parameters('x')]`, `[listKeys(…).keys[0].value]`.
    let inside = value.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let name = inside.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    (name >= 2 && inside.get(name) == Some(&b'(')).then_some("deployment expression")
}

fn brace(value: &[u8]) -> Option<&'static str> {
    // Quotes within an expression end the value early.
    if value.starts_with(b"{{") || enclosed(value, b"{%", b"%}") {
        return Some("template");
    }
    const SCHEMES: [&[u8]; 5] = [b"{cipher}", b"{bcrypt}", b"{ssha", b"{pbkdf2", b"{argon2"];
    if SCHEMES.iter().any(|scheme| starts_ignoring_case(value, scheme)) {
        return Some("encrypted value");
    }
    if is_format(value) {
        return Some("a format string");
    }
    // `{HttpUtility.UrlEncode(password)}` of an interpolated text, which its parenthesis ended early.
    let member = &value[1..];
    let cut = member.iter().all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
        && member.first().is_some_and(u8::is_ascii_alphabetic)
        && (member.contains(&b'.') || words::coverage(member) >= 0.8);
    if cut {
        return Some("template");
    }
    enclosed(value, b"{resolve:", b"}").then_some("vault reference")
}

/// `{username}:{password}@{address}`: two names or more in braces, and signs between them.
fn is_format(value: &[u8]) -> bool {
    let mut rest = value;
    let mut names = 0;
    while let Some(inside) = rest.strip_prefix(b"{") {
        let length = inside.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
        if length == 0 || inside.get(length) != Some(&b'}') {
            return false;
        }
        names += 1;
        rest = &inside[length + 1..];
        rest = &rest[rest.iter().take_while(|b| b":@/.-_ ".contains(b)).count()..];
    }
    rest.is_empty() && names >= 2
}

/// `. db_param() .`, `+ password +`: what stands between two literals, which its quotes do not belong to.
fn is_glue(value: &[u8]) -> bool {
    let inside = value.trim_ascii();
    let (Some(&first), Some(&last)) = (inside.first(), inside.last()) else { return false };
    first == last
        && b".+&".contains(&first)
        && inside.len() >= 5
        && inside[1] == b' '
        && inside[inside.len() - 2] == b' '
}

/// Member access, calls, `Verb-Noun` commands. In quotes only what cannot be a literal.
fn code(value: &[u8], quoted: bool) -> Option<&'static str> {
    #[rustfmt::skip]
    const ROOTS: [&[u8]; 13] = [
        b"var.", b"local.", b"data.", b"module.", b"each.value", b"random_password.", b"random_string.",
        b"azurerm_", b"azuread_", b"secrets.", b"settings.", b"self.", b"this.",
    ];
    const CALLS: [&[u8]; 6] = [b"file(", b"sensitive(", b"templatefile(", b"nonsensitive(", b"lookup(", b"coalesce("];
    if ROOTS.iter().any(|root| value.starts_with(root)) && (shape::is_dotted_name(value) || shape::is_call(value)) {
        return Some("member of another value");
    }
    if CALLS.iter().any(|call| value.starts_with(call)) && value.ends_with(b")") {
        return Some("call");
    }
    if quoted {
        return None;
    }
    if shape::is_call(value) {
        Some("call")
    } else if is_command(value) {
        Some("command")
    } else {
        shape::is_dotted_name(value).then_some("member of another value")
    }
}

/// `Get-Secret name`, `get_secret('x')`, `az keyvault …`.
fn is_command(text: &[u8]) -> bool {
    const VERBS: [&[u8]; 7] = [b"get-", b"read-", b"convertto-", b"convertfrom-", b"new-", b"import-", b"invoke-"];
    let noun = |verb: &[u8]| text.get(verb.len()).is_some_and(u8::is_ascii_alphabetic);
    VERBS.iter().any(|verb| starts_ignoring_case(text, verb) && noun(verb)) && text[0].is_ascii_uppercase()
        || text.starts_with(b"az ")
        || shape::is_call(text)
}

fn enclosed(value: &[u8], open: &[u8], close: &[u8]) -> bool {
    value.len() > open.len() + close.len() && value.starts_with(open) && value.ends_with(close)
}

/// `__Name__`, `%NAME%`: a name between two equal marks.
fn delimited(value: &[u8], mark: &[u8]) -> bool {
    enclosed(value, mark, mark) && {
        let inside = &value[mark.len()..value.len() - mark.len()];
        inside.iter().all(|&b| b.is_ascii_alphanumeric() || b"_.-:".contains(&b))
            && inside.iter().any(u8::is_ascii_alphabetic)
            && inside.iter().filter(|b| b.is_ascii_digit()).count() * 4 <= inside.len()
    }
}

#[cfg(test)]
mod tests;
