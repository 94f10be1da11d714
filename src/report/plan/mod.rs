//! A plan for a team: what to do about everything that was found, resource by resource
//! and application by application, in an order that keeps production running.
//!
//! Grant before switch, switch before revoke, revoke before keys are switched off. It
//! has boxes to tick, and counts that reach zero. No secret is in it. What it says is
//! made once, in [`mod@document`]; Markdown, HTML and JSON only write it.

mod document;
mod html;
mod markdown;
mod places;
mod resources;

use std::io::{self, Write};

use super::{Output, View, safe};
use crate::model::Report;
use document::Document;

/// The plan of a report, as Markdown.
pub(super) struct Plan;

/// The same as one page for a browser or a printer.
pub(super) struct PlanHtml;

/// The same for programs: `keyless-plan/1`.
pub(super) struct PlanJson;

impl Output for Plan {
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(markdown::written(&document(report, view)).as_bytes())
    }
}

impl Output for PlanHtml {
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(html::written(&document(report, view)).as_bytes())
    }
}

impl Output for PlanJson {
    fn write(&self, report: &Report, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        safe::json_document(&document(report, view), out)
    }
}

fn document(report: &Report, view: &View<'_>) -> Document {
    if view.revoke_only { Document::revocations(report) } else { Document::plan(report, view.pages) }
}

/// What the first section says to whoever reads it.
const DANGER: &str = "Was this repository ever public, or do you not know who read it? Then revoke these now, from the top, and take the outage. Otherwise follow the order of the sections, which keeps production running.";

/// What the sections say to whoever reads them.
const ORDER: &str = "The order within each keeps production running. Until a step of \"Revoke\" is done, the way back is to deploy the version before; afterwards it is a new key, put into a vault, never into a file.";

/// What stands above the values to fill in.
const FILL: &str = "The files do not tell these, or tell several.";

/// What asks where code runs.
const QUESTION: &str = "No file shows where this code runs, or several places show, so that its identity is not chosen yet. Answer once, and write the plan again:";

/// What stands above the ways back.
const BACK: &str = "The way back from each step:";

/// What the history says to whoever reads it.
const HISTORY: &str = "Once every value above is worthless, the history holds nothing that opens anything. Rewriting it is then a choice, not a remedy: clones, forks and pull requests keep what they have.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_the_one_the_types_give() {
        let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
        let mut schema = serde_json::to_string_pretty(&generator.into_root_schema_for::<Document>())
            .expect("a schema is plain data");
        schema.push('\n');
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/keyless-plan.schema.json");
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
