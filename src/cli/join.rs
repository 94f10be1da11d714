//! One report out of several: paths under different configurations are scanned apart.

use std::collections::BTreeMap;

use crate::model::{Finding, Group, Report, Verdict};

/// All of them in one. Findings keep their groups, which are told apart.
pub(super) fn reports(reports: Vec<Report>) -> Report {
    let mut all = Report::default();
    let mut groups = 0;
    if let [report] = reports.as_slice() {
        all.below.clone_from(&report.below);
    }
    for mut report in reports {
        let first = groups;
        for finding in &mut report.findings {
            finding.group = Group(first + finding.group.0);
            groups = groups.max(finding.group.0 + 1);
        }
        all.findings.append(&mut report.findings);
        all.skips.append(&mut report.skips);
        all.notices.append(&mut report.notices);
        all.coverage.merge(report.coverage);
        all.facts.merge(report.facts);
        all.stats.merge(report.stats);
        all.patches.append(&mut report.patches);
    }
    all.findings = one_secret_once(all.findings);
    all.findings.sort_by(|a, b| (&a.location, &a.rule).cmp(&(&b.location, &b.rule)));
    all.skips.sort();
    all.notices.sort();
    all.coverage.gaps.sort();
    all
}

/// A secret that stands in files and in the history is one: in the file, with the history's places and story.
fn one_secret_once(findings: Vec<Finding>) -> Vec<Finding> {
    let (past, mut present): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| finding.history.is_some());
    let mut known = BTreeMap::new();
    for (at, finding) in present.iter().enumerate() {
        if let Some(id) = finding.secret_id {
            known.entry((finding.rule.slug.clone(), id)).or_insert(at);
        }
    }
    for finding in past {
        let same = finding.secret_id.and_then(|id| known.get(&(finding.rule.slug.clone(), id)));
        let Some(&at) = same else {
            present.push(finding);
            continue;
        };
        let here = &mut present[at];
        here.also_at.push(finding.location);
        here.also_at.extend(finding.also_at);
        here.history = finding.history;
    }
    present
}

/// The gravest: a finding is a fact, whatever else went wrong.
pub(super) fn verdicts(verdicts: Vec<Verdict>) -> Verdict {
    let has = |wanted| verdicts.contains(&wanted);
    if has(Verdict::Findings) {
        Verdict::Findings
    } else if has(Verdict::Incomplete) {
        Verdict::Incomplete
    } else {
        Verdict::Clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Coverage, RepoPath, Skip};

    #[test]
    fn the_gravest_verdict_counts() {
        use Verdict::{Clean, Findings, Incomplete};
        for (list, verdict) in [
            (vec![], Clean),
            (vec![Clean, Clean], Clean),
            (vec![Clean, Incomplete], Incomplete),
            (vec![Incomplete, Findings, Clean], Findings),
        ] {
            assert_eq!(verdicts(list.clone()), verdict, "{list:?}");
        }
    }

    #[test]
    fn nothing_of_any_report_is_lost() {
        let one = |name: &str, blobs| Report {
            skips: vec![Skip::unreadable(RepoPath::new(name.as_bytes()), &"gone")],
            coverage: Coverage { blobs, ..Coverage::default() },
            ..Report::default()
        };
        let all = reports(vec![one("b", 2), one("a", 3)]);
        let names: Vec<_> = all.skips.iter().map(|skip| skip.path.shown().into_owned()).collect();
        assert_eq!((names, all.coverage.blobs), (vec!["a".to_owned(), "b".into()], 5));
    }
}
