//! The same change for code that has no managed identity where it runs: a pod has a workload identity.
//!
//! Rules write their changes for Azure compute. Where the code runs is known when everything was read, so both
//! are planned, and remedies choose.

use std::borrow::Cow;

use crate::rule::spec::{CallEdit, FixSpec, ImportEdit, List, NodeEdit, StatementEdit, Text, TextEdit};

/// Platforms, as `rules/tables/routes.toml` knows them, whose pods have a workload identity.
pub(super) const PODS: [&str; 2] = ["aks", "kubernetes"];

/// What rules write, and what a pod needs instead; in this order.
const WORDS: [(&str, &str); 5] = [
    ("ManagedIdentityCredential(ManagedIdentityId.SystemAssigned)", "WorkloadIdentityCredential()"),
    ("ManagedIdentityId.SystemAssigned", ""),
    ("ManagedIdentityCredential", "WorkloadIdentityCredential"),
    ("the managed identity of where the code runs", "the pod's workload identity"),
    ("the managed identity", "the pod's workload identity"),
];

/// Does a fix make code sign in as the managed identity of its host?
pub(super) fn relies_on_host(fix: &FixSpec) -> bool {
    let of = |text: &Text| text.contains("ManagedIdentityCredential");
    let of_some = |text: &Option<Text>| text.as_ref().is_some_and(of);
    fix.call.iter().any(|call| of_some(&call.rename) || of_some(&call.arguments))
        || fix.text.iter().any(|text| of(&text.content))
        || fix.node.iter().any(|node| of_some(&node.set) || of(&node.value))
        || fix.statement.iter().any(|lines| of_some(&lines.above) || of_some(&lines.below))
}

/// The fix for a pod.
pub(super) fn of_pod(fix: &FixSpec) -> FixSpec {
    let of_some = |text: &Option<Text>| text.as_ref().map(worded);
    let call = |call: &CallEdit| CallEdit {
        rename: of_some(&call.rename),
        arguments: of_some(&call.arguments),
        typed: call.typed.iter().map(worded).collect(),
        ..call.clone()
    };
    let import = |one: &ImportEdit| ImportEdit {
        name: worded(&one.name),
        statement: of_some(&one.statement),
        required: of_some(&one.required),
        ..one.clone()
    };
    let node = |node: &NodeEdit| NodeEdit { set: of_some(&node.set), value: worded(&node.value), ..node.clone() };
    let statement =
        |one: &StatementEdit| StatementEdit { above: of_some(&one.above), below: of_some(&one.below), ..one.clone() };
    let text = |text: &TextEdit| TextEdit { content: worded(&text.content), ..text.clone() };
    FixSpec {
        title: worded(&fix.title),
        call: list(&fix.call, call),
        import: list(&fix.import, import),
        node: list(&fix.node, node),
        text: list(&fix.text, text),
        statement: list(&fix.statement, statement),
        ..fix.clone()
    }
}

fn list<T: Clone>(all: &List<T>, change: impl Fn(&T) -> T) -> List<T> {
    Cow::Owned(all.iter().map(change).collect())
}

fn worded(text: &Text) -> Text {
    let changed = WORDS.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to));
    Cow::Owned(changed)
}
