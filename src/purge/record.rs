//! What is known of the values that must go, without the values: `keyless-purge/1`.

use serde::{Deserialize, Serialize};

use super::needle::{Needle, Needles};

/// Name and version of the format.
pub const SCHEMA: &str = "keyless-purge/1";

/// One form of a value, as it stands in an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The rule's code.
    pub code: String,
    /// What it is.
    pub title: String,
    /// How the value is shown.
    pub masked: String,
    /// The identity of the value, by which a scan knows it in other encodings.
    pub secret_id: String,
    /// Bytes of the form.
    pub length: usize,
    /// Sixteen bits of its sum.
    pub mark: u16,
    /// Keyed digest, 32 hex digits.
    pub digest: String,
}

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Name and version of the format.
    pub schema: String,
    /// The key of the digests, hex.
    pub salt: String,
    /// Which key identities were made under.
    pub key: String,
    /// In the order of the plan.
    pub forms: Vec<Form>,
}

/// Why a record is none.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It does not parse.
    #[error("it is no record of a purge: {0}")]
    Json(#[from] serde_json::Error),
    /// It is of another version, or its digits are none.
    #[error("{0}")]
    Other(String),
}

impl Record {
    /// Reads one.
    ///
    /// # Errors
    /// It is none, or of a version that is not known here.
    pub fn parse(text: &[u8]) -> Result<Self, RecordError> {
        let record: Self = serde_json::from_slice(text)?;
        if record.schema != SCHEMA {
            return Err(RecordError::Other(format!("`{}` is not known here, {SCHEMA} is", record.schema)));
        }
        Ok(record)
    }

    /// Ready to search with; numbers are those of [`Record::forms`].
    ///
    /// # Errors
    /// Digits that are none.
    pub fn needles(&self) -> Result<Needles, RecordError> {
        let wrong = |what: &str| RecordError::Other(format!("`{what}` is not what a digest looks like"));
        let salt = from_hex(&self.salt).ok_or_else(|| wrong(&self.salt))?;
        let one = |form: &Form| {
            let digest = from_hex(&form.digest).and_then(|bytes| bytes.try_into().ok());
            Ok(Needle { length: form.length, mark: form.mark, digest: digest.ok_or_else(|| wrong(&form.digest))? })
        };
        let needles = self.forms.iter().map(one).collect::<Result<Vec<_>, RecordError>>()?;
        Ok(Needles::new(&salt, &needles))
    }
}

impl Form {
    /// Of a value in one form; the value is forgotten.
    pub fn of(salt: &[u8], raw: &[u8], shown: (&str, &str, String, String)) -> Self {
        let Needle { length, mark, digest } = Needle::of(salt, raw);
        let (code, title, masked, secret_id) = shown;
        Self { code: code.to_owned(), title: title.to_owned(), masked, secret_id, length, mark, digest: hex(&digest) }
    }
}

/// Bytes as digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

impl Record {
    /// An empty one under a new salt.
    pub fn new(salt: &[u8], key: String) -> Self {
        Self { schema: SCHEMA.to_owned(), salt: hex(salt), key, forms: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_and_holds_no_value() {
        let salt = [7; 32];
        let value = b"a-long-value-nobody-should-see";
        let mut record = Record::new(&salt, "key".into());
        record.forms.push(Form::of(&salt, value, ("KS001", "a key", "a-l…".into(), "id".into())));
        let text = serde_json::to_string(&record).expect("plain data");
        assert!(!text.contains("long-value"), "{text}");
        let again = Record::parse(text.as_bytes()).expect("it was just written");
        assert_eq!(again, record);
        assert_eq!(again.needles().expect("whole digests").within(value), [0]);
        assert!(Record::parse(b"{}").is_err());
        assert!(Record::parse(text.replace("purge/1", "purge/9").as_bytes()).is_err());
    }
}
