//! What a scan did not look at, as notifications.
//!
//! An error makes the scan incomplete: it could not read something it was asked to
//! read. A warning is for the user to mend. A note is policy: counted, not listed.

use super::log::{DescriptorReference, Level, Location, Notification, NotificationDescriptor, Text};
use super::rules::sentence;
use super::{limits, place};
use crate::model::{Report, SkipReason};
use crate::report::safe;

/// All kinds, in the order of their index: id, name, what it is.
const KINDS: [(&str, &str, &str); 6] = [
    ("not-read", "NotRead", "Something asked for could not be read."),
    ("not-seen", "NotSeen", "A part of the project could not be seen at all."),
    ("interrupted", "Interrupted", "The scan was stopped before its end."),
    ("directive", "Directive", "A comment or an entry that suppresses findings is wrong or stale."),
    ("left-out", "LeftOut", "Items that were not scanned by policy."),
    ("too-many", "TooMany", "Entries that are not in this file because of its size."),
];
const NOT_READ: usize = 0;
const NOT_SEEN: usize = 1;
const INTERRUPTED: usize = 2;
const DIRECTIVE: usize = 3;
const LEFT_OUT: usize = 4;
const TOO_MANY: usize = 5;

/// What stands in `tool.driver.notifications`.
pub(super) fn descriptors() -> Vec<NotificationDescriptor> {
    let of = |(id, name, text): (&'static str, &'static str, &str)| NotificationDescriptor {
        id,
        name,
        short_description: Text::new(text),
    };
    KINDS.into_iter().map(of).collect()
}

/// What stands in the invocation. `dropped` results are not in the file.
pub(super) fn of(report: &Report, dropped: usize) -> Vec<Notification> {
    let mut notes = Vec::new();
    if report.coverage.interrupted {
        notes.push(note(INTERRUPTED, Level::Error, "the scan was stopped before its end", None));
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
    notes.extend(policy(report));
    notes
}

fn policy(report: &Report) -> Option<Notification> {
    let skipped = |reason| report.skips.iter().filter(|skip| skip.reason == reason).count() as u64;
    let left_out = &report.coverage.left_out;
    let counts = [
        (left_out.ignored, "ignored"),
        (left_out.excluded.values().sum(), "excluded"),
        (skipped(SkipReason::Binary), "binary"),
        (skipped(SkipReason::TooLarge), "too large"),
        (skipped(SkipReason::NotAFile), "not a file"),
        (left_out.links, "links"),
    ];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    (!told.is_empty()).then(|| note(LEFT_OUT, Level::Note, &format!("left out: {}", told.join(", ")), None))
}

fn note(kind: usize, level: Level, text: &str, location: Option<Location>) -> Notification {
    Notification {
        descriptor: DescriptorReference { id: KINDS[kind].0, index: kind },
        level,
        message: Text::new(limits::clip(&sentence(&safe::line(text)), limits::TEXT)),
        locations: location.into_iter().collect(),
    }
}
