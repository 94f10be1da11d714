//! A value that must be rotated. It shows itself masked.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};
use zeroize::Zeroize;

use super::mask;

/// The bytes of a secret, wiped when dropped.
///
/// `Debug`, `Display` and `Serialize` print the mask. The bytes leave through two
/// doors: [`Secret::expose`] for the engine and [`Secret::reveal`] for the user who asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Proof that the user asked to see secrets; made by the command line only.
#[derive(Clone, Copy, Debug)]
pub struct Reveal(());

impl Reveal {
    /// For the option `--show-secrets` on a terminal.
    pub fn asked_for_on_a_terminal() -> Self {
        Self(())
    }
}

impl Secret {
    /// Takes the decoded value.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes, for checks, identities and live validation. Never for an output.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The value, for a user who asked for it.
    pub fn reveal(&self, _: &Reveal) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    /// Length in characters; bytes that are not UTF-8 count one each.
    pub fn length(&self) -> usize {
        self.0.utf8_chunks().map(|c| c.valid().chars().count() + c.invalid().len()).sum()
    }

    /// `abc…`, or `…` if the value is short.
    pub fn masked(&self) -> String {
        mask::mask(&self.0)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.masked())
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Secret", 2)?;
        out.serialize_field("masked", &self.masked())?;
        out.serialize_field("length", &self.length())?;
        out.end()
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": {"masked": {"type": "string"}, "length": {"type": "integer", "minimum": 0}},
            "required": ["masked", "length"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_of_printing_shows_the_value() {
        let secret = Secret::new("a-long-value-nobody-should-see");
        for printed in [format!("{secret}"), format!("{secret:?}"), serde_json::to_string(&secret).expect("plain data")]
        {
            assert!(!printed.contains("long-value"), "{printed}");
        }
    }
}
