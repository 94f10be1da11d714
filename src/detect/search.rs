//! One layer of a document: every matcher whose anchors stand in it.

use std::time::Instant;

use crate::document::Document;
use crate::document::context::Context;
use crate::document::decode::runs;
use crate::document::layer::LayerId;
use crate::model::Stats;

use super::anchors::Hit;
use super::cost::{self, Cost, Costs, Part};
use super::matcher::code::Wanting;
use super::{Buffers, Detector, Match, Seen, matcher};

impl Detector<'_> {
    /// Runs every matcher whose anchors stand in a layer.
    pub(super) fn search(
        &self,
        doc: &mut Document<'_>,
        layer: LayerId,
        seen: &Seen,
        buffers: &mut Buffers,
        stats: &mut Stats,
        out: &mut Vec<Match>,
    ) {
        stats.anchors_seen += seen.hits.len() as u64;
        let Buffers { asked, scratch, costs, .. } = buffers;
        asked.fill(&self.anchors, doc.layer(layer), &seen.hits);
        if self.options.without_prefilter {
            self.every_regex(doc.layer(layer).len(), &mut asked.regex);
        } else {
            self.look_beside(doc.layer(layer), &mut asked.regex, costs);
        }
        asked.regex.sort_unstable();
        for group in asked.regex.chunk_by(|a, b| a.0 == b.0) {
            self.search_pattern(doc, layer, group, costs, out);
        }
        // Lock files pair names of packages with hashes. What has a shape of its own is found there all the same.
        if !asked.assignment.is_empty() && self.is_lock_file(doc) {
            asked.assignment.clear();
        }
        let before = out.len();
        cost::part(costs, Part::Assignments, asked.assignment.len(), || {
            self.assignment.run(doc, layer, &asked.assignment, scratch, stats, out);
            ((), out.len() - before)
        });
        let before = out.len();
        cost::part(costs, Part::Connections, asked.connection.len(), || {
            matcher::connection::run(&self.connection, doc.layer(layer), layer, &asked.connection, out);
            ((), out.len() - before)
        });
        let before = out.len();
        cost::part(costs, Part::Urls, asked.url.len(), || {
            matcher::url::run(&self.url, doc, layer, &asked.url, out);
            ((), out.len() - before)
        });
        let before = out.len();
        cost::part(costs, Part::Runs, seen.runs.len(), || {
            self.search_runs(doc.layer(layer), layer, &seen.runs, out);
            ((), out.len() - before)
        });
    }

    fn search_runs(&self, text: &[u8], layer: LayerId, starts: &[u32], out: &mut Vec<Match>) {
        for matcher in &self.run {
            if self.options.without_prefilter {
                matcher.run(text, 0..text.len(), layer, out);
            } else {
                starts.iter().for_each(|&start| matcher.run(text, runs::at(text, start), layer, out));
            }
        }
    }

    fn is_lock_file(&self, doc: &Document<'_>) -> bool {
        let written = self.options.written.as_ref();
        doc.context().has(Context::LOCK) && written.is_none_or(|written| written.by_a_tool(doc.path(), true))
    }

    /// Runs the lints whose anchors stand in the text.
    pub(super) fn lint(&self, doc: &Document<'_>, buffers: &mut Buffers, stats: &mut Stats, out: &mut Vec<Match>) {
        let before = out.len();
        let numbers = (!self.options.without_prefilter).then_some(&buffers.asked.config);
        cost::part(&mut buffers.costs, Part::Config, numbers.map_or(0, Vec::len), || {
            if numbers.is_none_or(|numbers| !numbers.is_empty()) {
                self.config().run(doc, numbers, out);
            }
            ((), out.len() - before)
        });
        let before = out.len();
        let (begun, hits) = (buffers.costs.is_some().then(Instant::now), buffers.asked.code.len() as u64);
        self.lint_code(doc, buffers, stats, out);
        if let (Some(costs), Some(begun)) = (&mut buffers.costs, begun) {
            let matches = (out.len() - before) as u64;
            costs.add_part(Part::Code, Cost { hits, searched: hits, matches, time: begun.elapsed() });
        }
    }

    fn lint_code(&self, doc: &Document<'_>, buffers: &mut Buffers, stats: &mut Stats, out: &mut Vec<Match>) {
        let everywhere = self.options.without_prefilter;
        if everywhere {
            buffers.asked.code = (0..u16::try_from(self.code().len()).unwrap_or(u16::MAX)).collect();
        }
        if !buffers.asked.code.is_empty() {
            let wanted = Wanting { numbers: &buffers.asked.code, everywhere };
            matcher::code::run(self.code(), wanted, doc, &mut buffers.parsers, stats, &mut buffers.costs, out);
        }
    }

    /// Keeps the hits about which their pattern may match.
    fn look_beside(&self, text: &[u8], hits: &mut Vec<(u16, Hit)>, costs: &mut Option<Box<Costs>>) {
        if let Some(costs) = costs {
            for (number, _) in &*hits {
                costs.add_rule(self.regex[usize::from(*number)].rule, Cost { hits: 1, ..Cost::default() });
            }
        }
        cost::part(costs, Part::Beside, hits.len(), || {
            hits.retain(|(number, hit)| self.regex[usize::from(*number)].allows(text, *hit));
            ((), hits.len())
        });
    }

    /// Runs one pattern about its hits.
    fn search_pattern(
        &self,
        doc: &Document<'_>,
        layer: LayerId,
        group: &[(u16, Hit)],
        costs: &mut Option<Box<Costs>>,
        out: &mut Vec<Match>,
    ) {
        let matcher = &self.regex[usize::from(group[0].0)];
        if !matcher.files.include(doc.path()) {
            return;
        }
        // A lint is about text as it stands, not about what it decodes to; history has none.
        let speaks = self.options.lints && layer == LayerId::TEXT;
        if self.rules.get(matcher.rule).spec().is_lint() && !speaks {
            return;
        }
        let (before, begun) = (out.len(), costs.is_some().then(Instant::now));
        matcher.run(doc.layer(layer), layer, group.iter().map(|(_, hit)| *hit), out);
        if out.len() > before && !matcher.document_allows(doc.text()) {
            out.truncate(before);
        }
        if let (Some(costs), Some(begun)) = (costs, begun) {
            let (searched, matches) = (group.len() as u64, (out.len() - before) as u64);
            costs.add_rule(matcher.rule, Cost { hits: 0, searched, matches, time: begun.elapsed() });
        }
    }

    /// Hits of every pattern so dense that their windows touch: the whole text is searched.
    fn every_regex(&self, length: usize, hits: &mut Vec<(u16, Hit)>) {
        hits.clear();
        for number in 0..u16::try_from(self.regex.len()).unwrap_or(u16::MAX) {
            let all = (0..=u32::try_from(length).unwrap_or(u32::MAX)).step_by(crate::rule::verify::SHORTEST_ANCHOR);
            hits.extend(all.map(|at| (number, Hit { start: at, end: at })));
        }
    }
}
