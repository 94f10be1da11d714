//! The section that tells how far a project is from needing no secret.

use super::super::View;
use super::super::posture::{Place, Posture};
use super::paper::{Ink, Paper};
use crate::model::Report;

/// Places of one list before they are only counted.
const PLACES: usize = 20;

/// A heading, three lists, and the number to bring to zero.
pub(super) fn section(report: &Report, view: &View<'_>, paper: &mut Paper) {
    let posture = Posture::of(report, view.pages);
    for (heading, places) in posture.lists() {
        paper.line(Ink::Bold, &format!("{heading}: {}", places.len()));
        for place in places.iter().take(PLACES) {
            paper.line(Ink::Dim, &line(place));
        }
        if places.len() > PLACES {
            paper.line(Ink::Dim, &format!("  and {} more, all in the json format", places.len() - PLACES));
        }
        paper.gap();
    }
    let ink = if posture.to_zero == 0 { Ink::Green } else { Ink::Yellow };
    paper.note(ink, "posture", &format!("{} to bring to zero", posture.to_zero));
}

fn line(place: &Place) -> String {
    format!("  {}:{}  {} ({})", place.path, place.line, place.title, place.code)
}
