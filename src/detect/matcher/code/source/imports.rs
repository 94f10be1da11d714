//! What a source imports, and whether a name comes from there.

use crate::document::layer::LayerSpan;
use crate::rule::spec::Text;
use crate::syntax::{Id, Language, NodeKind};

use super::Source;
use super::words::word_at;

impl<'t> Source<'t> {
    /// `from x import A as B`, `import { A as B }`, `const { A: B } = require("x")`, `using B = x.A`: a call of `B`
    /// is one of `A`.
    pub(super) fn call_by_alias(&mut self) {
        for &import in &self.imports {
            for (name, alias) in aliases(self.tree.text(import, self.text)) {
                let called = self.calls.get(alias).cloned().unwrap_or_default();
                self.calls.entry(name).or_default().extend(called);
            }
        }
    }

    /// `require("x")` and `Import-Module X` are imports too.
    pub(super) fn find_other_imports(&mut self) {
        for name in ["require", "import", "require_relative"] {
            for &id in self.calls.get(name).map(Vec::as_slice).unwrap_or_default() {
                let statement = self.tree.above(id).take(3).find(|up| self.tree.get(*up).kind == NodeKind::Assign);
                self.imports.push(statement.unwrap_or(id));
            }
        }
        let is_import = |id: Id| {
            let name = self.tree.name(id, self.text);
            name.eq_ignore_ascii_case("Import-Module") || name.eq_ignore_ascii_case("Install-Module")
        };
        let commands = self.tree.iter().filter(|(_, node)| node.kind == NodeKind::Command).map(|(id, _)| id);
        let found: Vec<Id> = commands.filter(|id| is_import(*id)).collect();
        self.imports.extend(found);
    }

    /// Import statements that hold one of these.
    pub(in crate::detect::matcher::code) fn imports_of<'s>(
        &'s self,
        texts: &'s [Text],
    ) -> impl Iterator<Item = (Id, LayerSpan)> + 's {
        self.imports.iter().filter_map(move |&id| {
            let node = self.tree.get(id);
            let whole = self.tree.text(id, self.text);
            let at = texts.iter().find_map(|text| Some((word_at(whole, text)?, text.len())))?;
            let start = node.span.start as usize + at.0;
            Some((id, LayerSpan::new(start, start + at.1)?))
        })
    }

    /// Is the name imported by a path that begins in the file's own directory?
    pub(super) fn is_from_beside(&self, name: &str) -> bool {
        self.imports.iter().any(|&import| {
            let statement = self.tree.text(import, self.text);
            let is_beside = ["'./", "'../", "\"./", "\"../", "`./", "`../"].iter().any(|path| statement.contains(path))
                || statement.starts_with("from .");
            is_beside && word_at(statement, name).is_some()
        })
    }

    /// Does the name come from one of these packages, as far as the file tells?
    pub(in crate::detect::matcher::code) fn is_from(&self, id: Id, packages: &[Text]) -> bool {
        let node = self.tree.get(id);
        let path = node.kids.first().map(|callee| self.tree.path(*callee, self.text)).unwrap_or_default();
        let whole = node.kids.first().map(|callee| self.tree.text(*callee, self.text)).unwrap_or_default();
        let is_python = self.language() == Language::Python;
        let wanted = |text: &str| {
            packages.iter().any(|package| holds_package(text, package))
                || (is_python
                    && module_from(text).is_some_and(|text| packages.iter().any(|one| holds_package(&text, one))))
        };
        if wanted(whole) {
            return true;
        }
        if self.language() == Language::Go && node.kind == NodeKind::Call && path.len() == 1 {
            // A function of another package has its package before it, unless all its names were imported.
            return self.imports.iter().any(|&import| {
                let statement = self.tree.text(import, self.text);
                statement.contains(". \"") && wanted(statement)
            });
        }
        let words = [self.tree.name(id, self.text), path.first().copied().unwrap_or_default()];
        let mut any = false;
        let mut named = None;
        for &import in &self.imports {
            let statement = self.tree.text(import, self.text);
            let is_wanted = wanted(statement);
            any |= is_wanted;
            if words.iter().any(|word| !word.is_empty() && word_at(statement, word).is_some()) {
                named = Some(named.unwrap_or(false) || is_wanted);
            }
        }
        match named {
            Some(from) if self.language() == Language::CSharp => from || any,
            Some(from) => from,
            None => any || self.imports.is_empty() || self.language().imports_are_elsewhere(),
        }
    }
}

/// Names and what an import statement calls them.
fn aliases(statement: &str) -> Vec<(&str, &str)> {
    let word = |b: char| b.is_ascii_alphanumeric() || b == '_';
    let last = |text| str::trim_end(text).rsplit(|b| !word(b)).next().unwrap_or_default();
    let first = |text| str::trim_start(text).split(|b| !word(b)).next().unwrap_or_default();
    let mut found: Vec<_> =
        statement.match_indices(" as ").map(|(at, _)| (last(&statement[..at]), first(&statement[at + 4..]))).collect();
    if statement.starts_with("using ")
        && let Some((alias, name)) = statement.split_once('=')
    {
        found.push((last(name.trim_end().trim_end_matches(';')), last(alias)));
    }
    // `const { A: B } = require("x")`.
    if (statement.contains("require(") || statement.contains("import("))
        && let Some((names, _)) = statement.split_once('}')
        && let Some((_, names)) = names.split_once('{')
    {
        let pairs = names.split(',').filter_map(|pair| pair.split_once(':'));
        found.extend(pairs.map(|(name, alias)| (last(name), first(alias))));
    }
    found.retain(|(name, alias)| !name.is_empty() && !alias.is_empty() && name != alias);
    found
}

/// `from azure import identity` imports `azure.identity`.
fn module_from(statement: &str) -> Option<String> {
    let (package, names) = statement.strip_prefix("from ")?.split_once(" import ")?;
    let names = names.split(',').map(|name| name.trim().split(' ').next().unwrap_or_default());
    Some(names.map(|name| format!("{}.{name}\n", package.trim())).collect())
}

/// `Azure.Identity` in `Azure::Identity::X` and `azure/identity` too.
fn holds_package(text: &str, package: &str) -> bool {
    if text.contains(package) {
        return true;
    }
    let plain = |text: &str| text.to_ascii_lowercase().replace("::", ".").replace(['\\', '/', '_'], ".");
    plain(text).contains(&plain(package))
}
