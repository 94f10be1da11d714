//! What a scan did not look at, as notifications.
//!
//! An error makes the scan incomplete: it could not read something it was asked to
//! read. A warning is for the user to mend. A note is policy: counted, not listed.

use super::log::{DescriptorReference, Help, Level, Location, Notification, NotificationDescriptor, Text};
use super::rules::ended;
use super::{limits, place};
use crate::model::Report;
use crate::report::{safe, told};

/// All kinds, in the order of their index: id, name, what it is, what it means for the reader.
const KINDS: [(&str, &str, &str, &str); 6] = [
    ("KN001", "NotRead", "Something asked for could not be read.", NOT_FOUND),
    ("KN002", "NotSeen", "A part of the project could not be seen at all.", NOT_FOUND),
    ("KN003", "Interrupted", "The scan was stopped before its end.", "Run it again to see the rest."),
    ("KN004", "Directive", "A comment or an entry that suppresses findings is wrong or stale.", "Mend or remove it."),
    ("KN005", "LeftOut", "Items were not scanned by policy.", "The configuration and the options decide which."),
    ("KN006", "TooMany", "Entries are missing from this file because of its size.", "The json format has all of them."),
];
const NOT_FOUND: &str = "A credential in it would not have been found.";
const NOT_READ: usize = 0;
const NOT_SEEN: usize = 1;
const INTERRUPTED: usize = 2;
const DIRECTIVE: usize = 3;
const LEFT_OUT: usize = 4;
const TOO_MANY: usize = 5;

/// What stands in `tool.driver.notifications`.
pub(super) fn descriptors() -> Vec<NotificationDescriptor> {
    let of = |(id, name, what, why): (&'static str, &'static str, &str, &str)| {
        let help = format!("{what} {why}");
        NotificationDescriptor {
            id,
            name,
            short_description: Text::new(what),
            full_description: Text::new(&help),
            help: Help { text: help.clone(), markdown: help },
        }
    };
    KINDS.into_iter().map(of).collect()
}

/// What stands in the invocation. `dropped` results are not in the file.
pub(super) fn of(report: &Report, dropped: usize) -> Vec<Notification> {
    let mut notes = Vec::new();
    if report.coverage.interrupted {
        notes.push(note(INTERRUPTED, Level::Error, "The scan was stopped before its end", None));
    }
    if dropped > 0 {
        let which = if dropped == 1 { "1 result is" } else { &format!("{dropped} results are") };
        let text = format!("{which} not in this file, the least severe; the json format has all");
        notes.push(note(TOO_MANY, Level::Warning, &text, None));
    }
    for gap in &report.coverage.gaps {
        notes.push(note(NOT_SEEN, Level::Error, &format!("{}: {}", gap.what, gap.detail), None));
    }
    for skip in report.skips.iter().filter(|skip| skip.is_failure()) {
        let text = format!("'{}' could not be read: {}", skip.path.shown(), skip.detail);
        notes.push(note(NOT_READ, Level::Error, &text, Some(place::file(&skip.path))));
    }
    for notice in &report.notices {
        notes.push(note(DIRECTIVE, Level::Warning, &notice.what, Some(place::line(&notice.path, notice.line))));
    }
    if notes.len() > limits::NOTIFICATIONS {
        let more = notes.len() - limits::NOTIFICATIONS;
        notes.truncate(limits::NOTIFICATIONS);
        notes.push(note(TOO_MANY, Level::Error, &format!("{more} more notifications are in the json format"), None));
    }
    notes.extend(told::left_out(report).map(|told| note(LEFT_OUT, Level::Note, &format!("Left out: {told}"), None)));
    notes
}

fn note(kind: usize, level: Level, text: &str, location: Option<Location>) -> Notification {
    Notification {
        descriptor: DescriptorReference { id: KINDS[kind].0, index: kind },
        level,
        message: Text::new(told::clip(&ended(&safe::line(text)), limits::TEXT)),
        locations: location.into_iter().collect(),
    }
}
