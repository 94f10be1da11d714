//! From a check's name in a rule file to the function that runs it.

use crate::check::class::{self, Class, HASH, PASSWORD_HASH, RESOURCE};
use crate::check::decoy::{self, Decoy};
use crate::check::entropy::{self, Grade};
use crate::check::password::Beside;
use crate::check::{self, Checked, Outcome, reference, words};
use crate::model::Day;
use crate::rule::spec::CheckSpec;

use super::remembered::Remembered;
use super::settings;

/// A value with what stands about it.
pub(super) struct Candidate<'a> {
    pub(super) value: &'a [u8],
    /// Everything before the value in its layer.
    pub(super) before: &'a [u8],
    /// The whole match.
    pub(super) whole: &'a [u8],
    /// The key it was assigned to.
    pub(super) name: Option<&'a [u8]>,
    pub(super) quoted: bool,
    pub(super) user: Option<String>,
    pub(super) host: Option<String>,
    pub(super) today: Day,
}

impl Candidate<'_> {
    fn name(&self) -> Option<&str> {
        self.name.and_then(|name| std::str::from_utf8(name).ok())
    }

    fn now(&self) -> i64 {
        self.today.days_since(Day::from_unix(0)) * 86_400
    }
}

/// The shared test of placeholders, references, published constants and identifiers.
///
/// `passwords`: the rule grades weak passwords itself. `names`: identifiers and hashes are let through, as
/// the rule's own shape or checks decide about them.
pub(super) fn classify(
    candidate: &Candidate<'_>,
    passwords: bool,
    names: bool,
    remembered: &mut Remembered,
) -> Checked {
    let Candidate { value, name, quoted, .. } = candidate;
    let class = remembered.class((value, name, quoted), || class::classify(value, candidate.name(), *quoted));
    match class {
        Class::Identifier(PASSWORD_HASH) => Checked::new(Outcome::Refuted, class.reason()),
        Class::Identifier(HASH | RESOURCE) if passwords => Checked::new(Outcome::Refuted, class.reason()),
        // Some people take one as a password.
        Class::Identifier("GUID") if passwords => Checked::new(Outcome::Doubtful, class.reason()),
        Class::Literal => Checked::new(Outcome::Plausible, "a literal"),
        // `cGFzc3dvcmQ=` of a Kubernetes secret.
        Class::WeakPassword if passwords && !check::password::is_well_known(candidate.value) => {
            Checked::new(Outcome::Doubtful, "base64 of a well-known password")
        }
        Class::WeakPassword if passwords => Checked::new(Outcome::Plausible, class.reason()),
        Class::Identifier(_) | Class::Path if names => Checked::new(Outcome::Plausible, class.reason()),
        _ => Checked::new(Outcome::Refuted, class.reason()),
    }
}

/// For rules that stand on a name alone: what the name says against the value.
pub(super) fn named(candidate: &Candidate<'_>) -> Checked {
    let strong = || entropy::grade(candidate.value) == Grade::Strong;
    match candidate.name().and_then(decoy::of) {
        Some(Decoy::Identifier) if candidate.name().is_some_and(is_bare_key) && is_key_of_64_bytes(candidate.value) => {
            Checked::new(Outcome::Plausible, "64 bytes in base64, as keys of accounts are")
        }
        Some(Decoy::Identifier) => Checked::new(Outcome::Refuted, "the name of something public"),
        Some(Decoy::Hidden) => Checked::new(Outcome::Doubtful, "the name says that it is no clear text"),
        Some(Decoy::Invented) if !strong() => Checked::new(Outcome::Doubtful, "the name says that it is none"),
        _ => Checked::new(Outcome::Plausible, "no name of something else"),
    }
}

/// Does the name say that the value is no clear text? `HashedClientSecret`.
pub(super) fn is_hidden(name: &[u8]) -> bool {
    std::str::from_utf8(name).ok().and_then(decoy::of) == Some(Decoy::Hidden)
}

/// `key` says nothing; a dictionary has one for each of its entries.
fn is_bare_key(name: &str) -> bool {
    name.rsplit(['.', ':', '>']).next().is_some_and(|last| {
        last.trim_end_matches(|c: char| c.is_ascii_digit()).trim_matches('_').eq_ignore_ascii_case("key")
    })
}

fn is_key_of_64_bytes(value: &[u8]) -> bool {
    value.len() == 88 && value.ends_with(b"==") && check::base64::bytes(value, 64).outcome != Outcome::Refuted
}

/// How much of the value is a literal?
pub(super) fn whole(candidate: &Candidate<'_>) -> Checked {
    if is_constant(candidate.value) {
        return Checked::new(Outcome::Refuted, "the name of a setting");
    }
    if let Some(what) = settings::without_secret(candidate.value) {
        return Checked::new(Outcome::Refuted, what);
    }
    match reference::literal_length(candidate.value) {
        Some(0..6) => Checked::new(Outcome::Refuted, "put together when it is needed"),
        Some(_) => Checked::new(Outcome::Doubtful, "a part of it is put in when it is needed"),
        None => Checked::new(Outcome::Plausible, "a whole literal"),
    }
}

/// Runs one check, unless it is known what it says; the name is told in reasons and counts.
pub(super) fn run(spec: &CheckSpec, candidate: &Candidate<'_>, remembered: &mut Remembered) -> (&'static str, Checked) {
    let is_graded = match spec {
        CheckSpec::Graded => true,
        CheckSpec::Password => false,
        _ => return run_anew(spec, candidate),
    };
    let Candidate { value, name, quoted, user, host, .. } = candidate;
    // Of a value without a name, what stands before it is asked.
    match name {
        None => run_anew(spec, candidate),
        Some(name) => remembered.checked((is_graded, value, name, quoted, user, host), || run_anew(spec, candidate)),
    }
}

fn run_anew(spec: &CheckSpec, candidate: &Candidate<'_>) -> (&'static str, Checked) {
    let value = candidate.value;
    match spec {
        CheckSpec::Base64Bytes(count) => ("base64-bytes", check::base64::bytes(value, *count as usize)),
        CheckSpec::NotDigest => ("not-digest", check::base64::not_digest(candidate.before, value)),
        CheckSpec::HisV1 => ("his-v1", check::his::check(value)),
        CheckSpec::KeyRole(role) => ("key-role", check::his::has_role(value, role)),
        CheckSpec::Cask => ("cask", check::cask::check(value, candidate.today)),
        CheckSpec::EntraSecret => ("entra-secret", check::entra::secret(value)),
        CheckSpec::EntraSecretLegacy => ("entra-secret-legacy", check::entra::legacy(value)),
        CheckSpec::DevopsPat => ("devops-pat", check::base32_pat::check(value)),
        CheckSpec::Jwt => ("jwt", check::jwt::check(value, candidate.now())),
        CheckSpec::JwtEntra => ("jwt-entra", check::jwt::entra(value, candidate.now())),
        CheckSpec::EntraRefreshToken => ("entra-refresh-token", check::refresh_token::check(value)),
        CheckSpec::StorageSas => ("storage-sas", check::sas::storage(candidate.whole, candidate.now())),
        CheckSpec::ServiceSas => ("service-sas", check::sas::service(candidate.whole, candidate.now())),
        CheckSpec::PrivateKey => ("private-key", check::pem::check(value)),
        CheckSpec::Pfx => ("pfx", check::pfx::check(value)),
        CheckSpec::Random => ("random", check::entropy::random(value)),
        CheckSpec::Graded if is_password(candidate) => ("password", password(candidate)),
        CheckSpec::Graded if is_token(value) => ("graded", token(value, candidate.now())),
        CheckSpec::Graded => ("graded", check::entropy::graded(value, candidate.name())),
        CheckSpec::Password => ("password", password(candidate)),
        CheckSpec::AzurePassword => ("azure-password", check::password::azure(value)),
        CheckSpec::NotGuid => ("not-guid", check::guid::not_guid(value)),
        CheckSpec::MixedCase => ("mixed-case", check::entropy::mixed_case(value)),
        CheckSpec::Authorization => ("authorization", authorization(candidate)),
        CheckSpec::BasicAuth => ("basic-auth", check::basic::check(value)),
        CheckSpec::Crc(provider) => ("crc", check::crc::check(provider, value)),
        CheckSpec::AwsKeyId => ("aws-key-id", check::aws::key_id(value)),
        CheckSpec::Bech32(human) => ("bech32", check::bech32::check(human, value)),
        CheckSpec::Mnemonic => ("mnemonic", check::mnemonic::check(value)),
        CheckSpec::Nkey => ("nkey", check::nkey::check(value)),
        CheckSpec::Base64Begins(text) => ("base64-begins", check::base64::begins(value, text.as_bytes())),
    }
}

/// Does the name say that people choose the value? Then it need not look made by a machine.
fn is_password(candidate: &Candidate<'_>) -> bool {
    const NAMES: [&str; 4] = ["password", "passwd", "passphrase", "pwd"];
    let name = candidate.name().or_else(|| variable(candidate.before)).unwrap_or_default();
    let name = name.trim_end_matches(['"', '\'', ']']).to_ascii_lowercase();
    NAMES.iter().any(|word| name.ends_with(word))
}

/// `##vso[task.setvariable variable=NAME;issecret=true]`: the name, if the value stands behind one.
fn variable(before: &[u8]) -> Option<&str> {
    let near = &before[before.len().saturating_sub(240)..];
    let from = memchr::memmem::rfind(near, b" variable=").filter(|_| near.ends_with(b"]"))? + 10;
    let length = near[from..].iter().position(|b| matches!(b, b';' | b']'))?;
    std::str::from_utf8(&near[from..from + length]).ok()
}

/// By the scheme before it: user and password of `Basic`, a token of `Bearer`, a password alone.
fn authorization(candidate: &Candidate<'_>) -> Checked {
    // `new AuthenticationHeaderValue("Bearer", "v")`
    let end = candidate.before.iter().rposition(|b| !matches!(b, b'"' | b'\'' | b',' | b' ')).map_or(0, |at| at + 1);
    let scheme = &candidate.before[..end];
    let is = |word: &str| {
        scheme.len() >= word.len() && scheme[scheme.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
    };
    if is("basic") {
        return check::basic::check(candidate.value);
    }
    if !is("bearer") {
        return password(candidate);
    }
    if is_token(candidate.value) {
        token(candidate.value, candidate.now())
    } else {
        entropy::graded(candidate.value, None)
    }
}

/// Does it begin like a JSON Web Token, and have its three parts?
pub(super) fn is_token(value: &[u8]) -> bool {
    value.starts_with(b"eyJ") && matches!(value.iter().filter(|&&b| b == b'.').count(), 1 | 2)
}

/// A token under a name that promises one; it proves no more than that it is well made.
fn token(value: &[u8], now: i64) -> Checked {
    let mut checked = check::jwt::check(value, now);
    if checked.outcome == Outcome::Proved {
        checked.outcome = Outcome::Plausible;
    }
    checked
}

fn password(candidate: &Candidate<'_>) -> Checked {
    // Spring's way to say that it is clear text.
    let plain_text = candidate.value.strip_prefix(b"{noop}").unwrap_or(candidate.value);
    // A line of a test's output: `PASS: all of them`.
    if candidate.name.is_some_and(|name| name.eq_ignore_ascii_case(b"pass"))
        && !candidate.quoted
        && plain_text.contains(&b' ')
    {
        return Checked::new(Outcome::Refuted, "prose");
    }
    // `password: "Password"` is a label, or a blank.
    let plain = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
    };
    if candidate.name.is_some_and(|name| plain(name) == plain(candidate.value)) {
        return Checked::new(Outcome::Refuted, "the name itself");
    }
    if let Some(what) = no_password(candidate.value) {
        return Checked::new(Outcome::Refuted, what);
    }
    if is_outcome(candidate) {
        return Checked::new(Outcome::Refuted, "an outcome or an option");
    }
    let (user, host) = (candidate.user.as_deref(), candidate.host.as_deref());
    check::password::check(plain_text, &Beside { name: candidate.name(), user, host })
}

/// `PASS=0/FAIL=1`, ``Pass `allow_pickle=False` to …``: the word is also that of an outcome, and what one does with options.
fn is_outcome(candidate: &Candidate<'_>) -> bool {
    let name = candidate.name().unwrap_or_default();
    name.eq_ignore_ascii_case("pass") && candidate.value.contains(&b'=') && !check::password::is_made(candidate.value)
}

/// Literals that stand under a password's name in code and are none.
fn no_password(value: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    // `$HOME/x`, `${DIR}/y`, `$PROTO://host`: a text that is put together when it is needed.
    if let Some(rest) = text.strip_prefix('$') {
        let name = rest.trim_start_matches('{').trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if name.trim_start_matches('}').starts_with(['/', ':']) {
            return Some("built from a variable");
        }
    }
    if text.starts_with("ms-resource:") {
        return Some("a resource of translations");
    }
    if text.chars().any(|c| !c.is_ascii() && c.is_alphabetic()) {
        return Some("prose in another language");
    }
    // `"@inquirer/password": "^5.1.1"`
    let range = text.trim_start_matches(['^', '~', '>', '<', '=', ' ']);
    if range.len() < text.len()
        && !range.is_empty()
        && range.bytes().all(|b| b.is_ascii_digit() || b".-x*".contains(&b))
    {
        return Some("versions of a package");
    }
    // `password = func(x) {`: code of a language that is not known.
    if text.ends_with('{') && text.contains('(') && text.contains(')') {
        return Some("code");
    }
    if text.starts_with('#') && text.contains(".graph.") {
        return Some("a type of an interface");
    }
    const RULES: [&str; 8] = ["required|", "nullable|", "sometimes|", "string|", "confirmed|", "min:", "max:", "bail|"];
    if RULES.iter().any(|rule| text.starts_with(rule)) {
        return Some("a rule of validation");
    }
    // `Username & password`
    let words = || text.split(' ').filter(|word| *word != "&");
    if (2..4).contains(&words().count())
        && words().all(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
        && words().any(|word| matches!(word, "password" | "passwords" | "passphrase"))
    {
        return Some("a label");
    }
    // `ldap.domains.{DOMAIN}.password`
    let filled: String = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
    let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.' || c == '-' || c.is_ascii_digit();
    let names = ["password", "passphrase", "username", "secret_key", "token"];
    let divided = filled.contains(['_', '.', '-']);
    (divided
        && filled.chars().all(plain)
        && names.iter().any(|name| filled.contains(name))
        && (filled.len() < text.len() || value.iter().all(|b| !b.is_ascii_uppercase())))
    .then_some("the name of a field")
}

/// `DB_ADMIN_PASSWORD`: capitals and words alone.
fn is_constant(value: &[u8]) -> bool {
    let letters = value.iter().filter(|b| b.is_ascii_uppercase()).count();
    value.contains(&b'_')
        && value.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
        && letters * 3 >= value.len() * 2
        // `MBEDTLS_ECP_DP_SECP192R1`: no machine makes capitals in four pieces.
        && (words::coverage(value) >= 0.4 || value.split(|b| *b == b'_').filter(|piece| piece.len() >= 2).count() >= 4)
}
