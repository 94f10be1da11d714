//! Shared access signatures: what they allow and until when.
//!
//! The fields of a query or of a `SharedAccessSignature …` header are read with
//! `&`, `&amp;` and `\u0026` between them and percent-encoding in them.

use super::{Checked, base64, known, percent, placeholder};
use crate::model::{Day, Severity};

const YEAR: i64 = 365 * 86_400;

/// A signature of a storage account: fields, permissions, expiry.
///
/// `text` is the whole query (or URL), not only the value of `sig`, from which
/// nothing can be learned. `now` is seconds since 1970.
pub fn storage(text: &[u8], now: i64) -> Checked {
    let fields = Fields::read(text);
    if fields.get("sp").is_some_and(|sp| sp.starts_with('/')) {
        return Checked::refuted("the trigger of a workflow, not a storage signature");
    }
    let signed = match fields.signature() {
        Ok(signed) => signed,
        Err(refusal) => return refusal,
    };
    let version = fields.get("sv").is_some_and(|sv| Day::parse(sv).is_some());
    let expires = [fields.get("se"), fields.get("ske")].into_iter().flatten().filter_map(seconds).min();
    let scoped = fields.has("si") || fields.has("sp");
    if !version && !scoped && expires.is_none() && !fields.has("sr") && !fields.has("ss") {
        return Checked::refuted("a signature alone, of whatever service");
    }
    if !signed || !version || expires.is_none() && !scoped {
        let missing = Checked::doubtful("storage signature, but its other fields are missing or broken");
        return with_expiry(missing, expires, now);
    }
    let kind = fields.kind();
    let mut checked = Checked::proved(format!("{kind} shared access signature, fields fit"))
        .severity(fields.severity(kind, expires, now))
        .part("kind", kind);
    for (field, part) in [("sp", "permissions"), ("ss", "services"), ("srt", "resource-types"), ("sr", "resource")] {
        if let Some(text) = fields.get(field) {
            checked = checked.part(part, text);
        }
    }
    with_expiry(checked, expires, now)
}

/// `sr=…&sig=…&se=…&skn=…` of Service Bus, Event Hubs, Relay, IoT Hub and IoT Central.
pub fn service(text: &[u8], now: i64) -> Checked {
    let fields = Fields::read(text);
    let signed = match fields.signature() {
        Ok(signed) => signed,
        Err(refusal) => return refusal,
    };
    // IoT Central writes milliseconds.
    let expires = fields.get("se").and_then(|se| se.parse::<i64>().ok());
    let expires = expires.map(|at| if at > 100_000_000_000 { at / 1_000 } else { at }).filter(|&at| at > 0);
    if !signed || expires.is_none() || !fields.has("sr") {
        let missing = Checked::doubtful("service signature, but its other fields are missing or broken");
        return with_expiry(missing, expires, now);
    }
    let policy = fields.get("skn").unwrap_or("");
    let all = ["rootmanagesharedaccesskey", "iothubowner", "provisioningserviceowner"];
    let severity = if all.contains(&policy.to_ascii_lowercase().as_str()) { Severity::High } else { Severity::Medium };
    let mut checked = Checked::proved("service shared access signature, fields fit").severity(severity);
    for (field, part) in [("sr", "resource"), ("skn", "policy")] {
        if let Some(text) = fields.get(field).filter(|text| !text.is_empty()) {
            checked = checked.part(part, text);
        }
    }
    with_expiry(checked, expires, now)
}

fn with_expiry(checked: Checked, expires: Option<i64>, now: i64) -> Checked {
    let Some(expires) = expires else { return checked };
    let day = Day::from_unix(expires);
    let mut checked = checked.part("expires", day.to_string());
    if expires < now {
        checked.detail = format!("{}, expired {day}", checked.detail).into();
        checked = checked.severity(Severity::Low);
    }
    checked
}

/// `2027-01-01`, `2027-01-01T00:00Z`, `2027-01-01T00:00:00.000Z`; UTC.
fn seconds(text: &str) -> Option<i64> {
    let day = Day::parse(text)?.days_since(Day::from_unix(0));
    let mut clock = text.get(11..).unwrap_or("").split([':', '.', 'Z', '+']).map(|n| n.parse::<i64>().unwrap_or(0));
    let mut next = |most: i64| clock.next().unwrap_or(0).clamp(0, most);
    Some(day * 86_400 + next(23) * 3_600 + next(59) * 60 + next(59))
}

/// Decoded fields in the order they stand; at most 40 are read.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text).replace("&amp;", "&").replace("\\u0026", "&");
        let query = text.split_once('?').map_or(text.as_str(), |(_, query)| query);
        let query = query.trim_matches(['"', '\'', ' ']);
        let query = query.strip_prefix("SharedAccessSignature").unwrap_or(query);
        let query = query.trim_start_matches([' ', '=']);
        let decoded = |text: &str| String::from_utf8_lossy(&percent::decode(text.as_bytes())).into_owned();
        let pairs = query.split('&').take(40).filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(key, value)| (key.to_ascii_lowercase(), decoded(value))).collect())
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| !value.is_empty())
    }

    /// Is there a `sig` of 32 bytes? A placeholder or published one is refused.
    fn signature(&self) -> Result<bool, Checked> {
        // A space is a plus sign that somebody decoded twice.
        let Some(sig) = self.get("sig").map(|sig| sig.replace(' ', "+")) else {
            return Err(Checked::refuted("no signature in it"));
        };
        if let Some(name) = known::constant(sig.as_bytes()) {
            return Err(Checked::refuted(name));
        }
        if let Some(reason) = placeholder::of(sig.as_bytes(), None) {
            return Err(Checked::refuted(reason));
        }
        if sig.len() < 20 {
            return Err(Checked::refuted("its signature is too short"));
        }
        Ok(base64::decode(sig.as_bytes()).is_some_and(|bytes| bytes.len() == 32))
    }

    fn kind(&self) -> &'static str {
        if self.has("skoid") || self.has("sks") {
            "user delegation"
        } else if self.has("ss") && self.has("srt") {
            "account"
        } else {
            "service"
        }
    }

    fn severity(&self, kind: &str, expires: Option<i64>, now: i64) -> Severity {
        let permissions = self.get("sp").unwrap_or("");
        let writes = permissions.contains(['w', 'd', 'c', 'a', 'u', 'p', 'x', 'y', 'm', 'o']) || self.has("si");
        let lasts = expires.is_none_or(|at| at - now >= YEAR);
        match kind {
            "user delegation" => Severity::Medium,
            "account" if writes || lasts => Severity::Critical,
            "account" => Severity::High,
            _ if writes => Severity::High,
            _ => Severity::Medium,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Outcome;

    /// 2026-09-21
    const NOW: i64 = 1_790_000_000;

    fn sig() -> String {
        let bytes: Vec<u8> = (0..32_u32).map(|i| (i * i * 91 + 17 * i + 5) as u8).collect();
        percent::encode(base64::encode(&bytes).as_bytes())
    }

    #[test]
    fn permissions_kind_and_expiry_set_the_severity() {
        for (query, severity) in [
            ("sv=2022-11-02&ss=bfqt&srt=sco&sp=rwdlacupiytfx&se=2027-01-01T00:00:00Z", Severity::Critical),
            ("sv=2022-11-02&ss=b&srt=o&sp=r&se=2026-12-01", Severity::High),
            ("?sv=2022-11-02&ss=b&srt=o&sp=r&se=2036-12-01", Severity::Critical),
            ("sp=r&se=2027-01-01T00%3A00%3A00Z&sv=2022-11-02&sr=b", Severity::Medium),
            ("sp=rw&amp;se=2027-01-01&amp;sv=2022-11-02&amp;sr=c", Severity::High),
            ("si=policy\\u0026sv=2022-11-02\\u0026sr=c", Severity::High),
            ("sv=2022-11-02&skoid=x&sks=b&ske=2026-09-22&sp=rw&sr=c&se=2026-10-01", Severity::Medium),
            ("sv=2022-11-02&skoid=x&sks=b&ske=2026-09-20&sp=rw&sr=c&se=2026-10-01", Severity::Low),
            ("https://a.blob.core.windows.net/c?sv=2020-01-01&sr=c&sp=r&se=2020-01-01T10:00Z", Severity::Low),
        ] {
            let checked = storage(format!("{query}&sig={}", sig()).as_bytes(), NOW);
            assert_eq!(checked.outcome, Outcome::Proved, "{query}");
            assert_eq!(checked.severity, Some(severity), "{query}");
        }
    }

    #[test]
    fn what_was_learned_is_told() {
        let text = format!("sp=rl&se=2027-03-04T05:06:07Z&sv=2022-11-02&sr=c&sig={}", sig());
        let parts = storage(text.as_bytes(), NOW).parts;
        for part in [("permissions", "rl"), ("expires", "2027-03-04"), ("kind", "service"), ("resource", "c")] {
            assert!(parts.contains(&(part.0, part.1.to_owned())), "{part:?} in {parts:?}");
        }
    }

    #[test]
    fn the_hour_of_expiry_counts() {
        let at = |clock: &str| {
            let text = format!("sp=r&sr=b&sv=2022-11-02&se=2026-09-21T{clock}&sig={}", sig());
            storage(text.as_bytes(), NOW).severity
        };
        assert_eq!(at("14:13:19Z"), Some(Severity::Low));
        assert_eq!(at("14:13:21Z"), Some(Severity::Medium));
    }

    #[test]
    fn placeholders_triggers_and_broken_ones_are_not_storage_signatures() {
        for (text, expected) in [
            ("sv=2022-11-02&sp=r&se=2027-01-01&sig=Sanitized".to_owned(), Outcome::Refuted),
            ("sv=2022-11-02&sp=r&se=2027-01-01&sig=%3Csignature%3E".to_owned(), Outcome::Refuted),
            ("sv=2022-11-02&sp=r&se=2027-01-01".to_owned(), Outcome::Refuted),
            (format!("sv=1.0&sp=%2Ftriggers%2Fmanual%2Frun&sig={}", sig()), Outcome::Refuted),
            (format!("sv=2022-11-02&sig={}", sig()), Outcome::Doubtful),
            (format!("sv=soon&sp=r&sig={}", sig()), Outcome::Doubtful),
            (format!("sv=2022-11-02&sp=r&sig={}", &sig()[..30]), Outcome::Doubtful),
        ] {
            assert_eq!(storage(text.as_bytes(), NOW).outcome, expected, "{text}");
        }
    }

    #[test]
    fn service_signatures_tell_policy_and_expiry() {
        for (rest, severity) in [
            ("se=1893456000&skn=RootManageSharedAccessKey", Severity::High),
            ("se=1893456000&skn=send", Severity::Medium),
            ("se=1893456000000&skn=device", Severity::Medium),
            ("se=1600000000&skn=RootManageSharedAccessKey", Severity::Low),
        ] {
            let text = format!("SharedAccessSignature sr=sb%3A%2F%2Fns%2F&sig={}&{rest}", sig());
            let checked = service(text.as_bytes(), NOW);
            assert_eq!((checked.outcome, checked.severity), (Outcome::Proved, Some(severity)), "{rest}");
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(value: Vec<u8>, se in "\\PC{0,24}", sig in "\\PC{0,50}") {
            storage(&value, NOW);
            service(&value, NOW);
            let text = format!("sv=2022-11-02&sp=r&se={se}&sig={sig}&sr=x");
            storage(text.as_bytes(), NOW);
            service(text.as_bytes(), NOW);
        }
    }
}
