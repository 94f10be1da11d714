//! Placeholders of the commands, and where a team finds what belongs there.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Document, Fill, Task};

/// Each placeholder that several steps share, and where its value comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    from: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    placeholder: Vec<Row>,
}

static KNOWN: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let text = include_str!("../../../../rules/tables/placeholders.toml");
    toml::from_str::<Table>(text).expect("a test reads the same file").placeholder
});

/// Those that the plan's commands and texts have, in the order of the table.
pub(super) fn needed(plan: &Document) -> Vec<Fill> {
    let stages = plan.sections.iter().flat_map(|section| &section.stages);
    let of_sections = stages.flat_map(|stage| stage.changes.iter().chain(&stage.steps));
    let of_revocations = plan.revoke.iter().flat_map(|row| &row.steps).filter(|_| plan.sections.is_empty());
    let tasks: Vec<&Task> = of_sections.chain(of_revocations).chain(&plan.history).collect();
    let commands: BTreeSet<&str> = tasks.iter().filter_map(|task| task.command.as_deref()).collect();
    let is_there = |name: &str| commands.iter().any(|command| command.contains(&format!("<{name}>")));
    let known = KNOWN.iter().filter(|row| is_there(&row.name));
    known.map(|row| Fill { placeholder: format!("<{}>", row.name), from: row.from.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_commands_leave_open_is_explained_once() {
        let tables = [
            include_str!("../../../../rules/tables/routes.toml"),
            include_str!("../../../../rules/tables/revoke.toml"),
            include_str!("../../../../rules/tables/roles.toml"),
        ];
        let mut uses = std::collections::BTreeMap::new();
        for line in tables.iter().flat_map(|text| text.lines()).filter(|line| line.contains("command =")) {
            let line = line.replace(['{', '<'], "\u{1}").replace(['}', '>'], "\u{2}");
            for piece in line.split('\u{1}').skip(1) {
                let Some((word, _)) = piece.split_once('\u{2}') else { continue };
                if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !word.is_empty() {
                    *uses.entry(word.to_owned()).or_insert(0) += 1;
                }
            }
        }
        // Values that are told where they stand, or made by whoever runs the command.
        let plain = ["identity", "path", "service", "store", "new-password", "user", "site-id", "setting", "key"];
        let missing: Vec<_> = uses
            .iter()
            .filter(|(word, many)| **many > 2 && !plain.contains(&word.as_str()))
            .filter(|(word, _)| KNOWN.iter().all(|known| known.name != **word))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(KNOWN.windows(2).all(|pair| pair[0].name < pair[1].name), "sorted by name");
    }
}
