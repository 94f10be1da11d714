//! Sections that ask for the same work at different resources, as one: five function apps whose keys leak are one
//! piece of work, not five pages.

use super::{Item, Section, Task};

/// Resources named before the commands keep a placeholder for them.
const NAMED: usize = 6;

/// A section, and the name of its resource if it is of one.
pub(super) type Of = (Section, Option<String>);

/// Diffs that are shown of one kind of change.
const DIFFS: usize = 2;

/// Stands for the name of a resource while sections are compared.
const HOLE: &str = "\u{1}";

/// Each kind of work once, in the order in which they are met.
pub(super) fn merged(all: Vec<Of>) -> Vec<Section> {
    let mut kinds: Vec<(Option<String>, Vec<Of>)> = Vec::new();
    for (section, name) in all {
        // An application is named by its directory.
        let name = name.or_else(|| section.name.strip_prefix("application ").map(str::to_owned));
        let kind = name.as_deref().and_then(|name| kind(&section, name));
        match kinds.iter_mut().find(|(other, _)| kind.is_some() && *other == kind) {
            Some((_, alike)) => alike.push((section, name)),
            None => kinds.push((kind, vec![(section, name)])),
        }
    }
    kinds.into_iter().map(|(_, alike)| one(alike)).collect()
}

/// What is to be done, without the name.
fn kind(section: &Section, name: &str) -> Option<String> {
    let label = section.name.strip_suffix(name)?;
    let codes: Vec<&str> = section.leaks.iter().chain(&section.needs).map(|item| item.code.as_str()).collect();
    let tasks = section.stages.iter().flat_map(|stage| stage.changes.iter().chain(&stage.steps));
    let tasks: Vec<String> = tasks
        .map(|task| format!("{}\n{}", task.text, renamed(task.command.as_deref().unwrap_or_default(), name, HOLE)))
        .collect();
    let ways: Vec<&str> = section.ways.iter().flat_map(|way| [way.title.as_str(), way.because.as_str()]).collect();
    Some([label, &codes.join(" "), &tasks.join("\n"), &ways.join("\n"), &section.still_secret.join("\n")].join("\u{2}"))
}

fn one(mut alike: Vec<Of>) -> Section {
    let rest = alike.split_off(1);
    let (mut section, first) = alike.remove(0);
    let Some(first) = first.filter(|_| !rest.is_empty()) else { return section };
    let others = rest.iter().filter_map(|(_, name)| name.clone());
    let names: Vec<String> = std::iter::once(first.clone()).chain(others).collect();
    let label = section.name.strip_suffix(&first).unwrap_or(&section.name).trim_end().to_owned();
    section.name = format!("{} {label}s: {}", names.len(), names.join(", "));
    for (other, _) in rest {
        join(&mut section.leaks, other.leaks);
        join(&mut section.needs, other.needs);
        let mine = section.stages.iter_mut().flat_map(|stage| &mut stage.changes);
        let theirs = other.stages.into_iter().flat_map(|stage| stage.changes);
        for (task, other) in mine.zip(theirs) {
            let room = DIFFS.saturating_sub(task.diffs.len());
            task.diffs.extend(other.diffs.into_iter().take(room));
        }
    }
    if !section.effort.contains("; each") {
        section.effort.push_str("; each");
    }
    for task in section.stages.iter_mut().flat_map(|stage| &mut stage.steps) {
        for_each(task, &first, &names);
    }
    section
}

fn join(items: &mut [Item], others: Vec<Item>) {
    for other in others {
        if let Some(item) = items.iter_mut().find(|item| item.code == other.code) {
            item.count += other.count;
            item.places.extend(other.places);
            item.lives.extend(other.lives);
        }
    }
}

/// The command for every one of them, or with a placeholder if they are many.
fn for_each(task: &mut Task, first: &str, names: &[String]) {
    let Some(command) = &task.command else { return };
    if renamed(command, first, HOLE) == *command {
        return;
    }
    task.command = Some(if names.len() <= NAMED {
        names.iter().map(|name| renamed(command, first, name)).collect::<Vec<_>>().join("\n")
    } else {
        task.text.push_str(", for each of them");
        renamed(command, first, "<name>")
    });
}

/// A text with another word where a whole word stands.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, behind) = (&rest[..at], &rest[at + from.len()..]);
        let is_whole = !before.ends_with(is_part) && !behind.starts_with(is_part);
        out.push_str(before);
        out.push_str(if is_whole { to } else { from });
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Templates say what resources take, applications what opens them: what a section of an application tells already
/// is not told again for the templates, which are changed after it.
pub(super) fn told_once(sections: &mut [Section]) {
    let tasks = |section: &Section| -> Vec<(String, Vec<Task>)> {
        let stages = section.stages.iter();
        vec![(section.name.clone(), stages.flat_map(|stage| stage.steps.clone()).collect())]
    };
    let is_of_templates = |section: &Section| section.name.starts_with("templates");
    // What texts teach is carried out by whoever reads them: nobody does it before the templates.
    let is_of_others = |section: &&Section| !is_of_templates(section) && !section.name.starts_with("texts");
    let known: Vec<(String, Vec<Task>)> = sections.iter().filter(is_of_others).flat_map(tasks).collect();
    for section in sections.iter_mut().filter(|one| is_of_templates(one)) {
        let mut with = Vec::new();
        for stage in &mut section.stages {
            stage.steps.retain(|task| {
                let same = |(_, others): &&(String, Vec<Task>)| {
                    others.iter().any(|other| (&other.text, &other.command) == (&task.text, &task.command))
                };
                let elsewhere = known.iter().find(same);
                with.extend(elsewhere.map(|(name, _)| name.clone()));
                elsewhere.is_none()
            });
        }
        section.stages.retain(|stage| !stage.steps.is_empty() || !stage.changes.is_empty());
        with.sort();
        with.dedup();
        section.with = with;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_names() {
        for (text, from, expected) in [
            ("az functionapp keys delete -n app -g x", "app", "az functionapp keys delete -n Z -g x"),
            ("-n my-app -a app", "app", "-n my-app -a Z"),
            ("", "app", ""),
        ] {
            assert_eq!(renamed(text, from, "Z"), expected, "{text}");
        }
    }
}
