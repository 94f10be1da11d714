//! Where the output of a command goes, and what is given to it.

use crate::detect::matcher::code::source::Source;
use crate::syntax::value::ValueClass;
use crate::syntax::{Id, NodeKind};

/// `"text" | command`
pub(super) fn is_piped_literal(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let siblings = &tree.get(tree.get(id).parent).kids;
    let before = siblings.iter().position(|kid| *kid == id).and_then(|at| at.checked_sub(1)).map(|at| siblings[at]);
    let Some(before) = before else { return false };
    let gap = tree.get(before).span.end as usize..tree.get(id).span.start as usize;
    let is_pipe = source.text.get(gap).is_some_and(|gap| gap.trim_ascii() == b"|");
    is_pipe && source.classifier().classify(before).class == ValueClass::Literal
}

/// Does the output go into a file of ours? What the runner reads is none.
pub(super) fn is_redirected(source: &Source<'_>, id: Id) -> bool {
    goes_to_file(source, id).is_some_and(|target| !target.trim_start_matches(['"', '$', '{']).starts_with("GITHUB_"))
}

/// What follows `>` on the line, or the rest behind `| tee`.
pub(super) fn goes_to_file(source: &Source<'_>, id: Id) -> Option<String> {
    let end = source.tree.get(id).span.end as usize;
    let rest = source.text.get(end..).unwrap_or_default();
    let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let line = line.trim_start();
    let target = line.strip_prefix('>').map(|rest| rest.trim_start_matches('>').trim_start());
    if let Some(target) = target {
        let to_file = !["&", "/dev/null", "/dev/std"].iter().any(|known| target.starts_with(known));
        return to_file.then(|| target.to_owned());
    }
    let kept = ["| tee ", "| Out-File", "| Set-Content"].iter().any(|word| line.contains(word));
    kept.then(|| line.to_owned())
}

/// Does another command take the output?
pub(super) fn is_consumed(source: &Source<'_>, id: Id) -> bool {
    let end = source.tree.get(id).span.end as usize;
    let rest = source.text.get(end..).unwrap_or_default().trim_ascii_start();
    let is_piped = rest.starts_with(b"|") && !rest.starts_with(b"||");
    is_piped || source.tree.above(id).any(|up| source.tree.get(up).kind == NodeKind::Substitution)
}

/// `echo "$x"` in a function gives `$x` to its caller; `##vso[…]` and `::add-mask::` speak to the runner.
pub(super) fn is_return_value(source: &Source<'_>, id: Id) -> bool {
    let tree = source.tree;
    let text = tree.text(id, source.text);
    if text.contains("##vso[") || text.contains("::add-mask::") || text.contains("::set-output") {
        return true;
    }
    let node = tree.get(id);
    let only = node.kids.len() == 2 && {
        let given = tree.get(node.kids[1]);
        given.kind == NodeKind::Name || (given.kind == NodeKind::Template && given.kids.len() == 1)
    };
    only && tree.above(id).any(|up| tree.get(up).kind == NodeKind::Function)
}
