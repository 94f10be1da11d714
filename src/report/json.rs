//! One JSON document with everything a scan has to say: `keyless-report/1`.
//!
//! The model's types are the format; this file adds the name of the schema and the
//! verdict. Suppressed findings are in it, marked by their `status`. Fields are only
//! ever added. The schema is `src/report/keyless-report.schema.json`, made from the
//! types by the test below.

use std::io::{self, Write};

use serde::Serialize;

use super::posture::Posture;
use super::{Output, View, safe};
use crate::model::{Report, Verdict};

/// Name and version of the format.
pub(super) const SCHEMA: &str = "keyless-report/1";

/// A report as one document.
pub(super) struct Json;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "keyless report"))]
struct Document<'a> {
    /// Name and version of this format.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    schema: &'static str,
    #[serde(flatten)]
    report: &'a Report,
    /// What the exit code says.
    verdict: Verdict,
    /// How far the project is from needing no secret.
    posture: Posture,
}

impl Output for Json {
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        let posture = Posture::of(report, view.pages);
        safe::json_document(&Document { schema: SCHEMA, report, verdict: view.verdict, posture }, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_the_one_the_types_give() {
        let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
        let mut schema = serde_json::to_string_pretty(&generator.into_root_schema_for::<Document<'_>>())
            .expect("a schema is plain data");
        schema.push('\n');
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/keyless-report.schema.json");
        if std::env::var_os("KEYLESS_UPDATE").is_some() {
            std::fs::write(file, &schema).expect("the source tree is writable when it is updated");
        }
        let committed = std::fs::read_to_string(file).expect("the schema is committed");
        assert!(
            committed == schema,
            "{file} differs from the types; run again with KEYLESS_UPDATE=1 and read the change"
        );
    }
}
