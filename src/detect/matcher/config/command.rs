//! `[[match.command]]`: command lines, wherever a script stands.

use crate::detect::Match;
use crate::detect::matcher::regex::LazyPattern;
use crate::document::kind::Kind;
use crate::document::layer::{LayerId, LayerSpan};
use crate::document::shell::{self, Command, Output, Shell, Word};
use crate::document::tree::{NodeId, Shape, Tree};
use crate::rule::RuleIndex;
use crate::rule::spec::{CommandSpec, FileKind, OutputKind, ValueKind};
use crate::syntax::{self, Language};

use super::condition::pattern;
use super::{File, constant, held, value};

/// Names under which a script stands.
const SCRIPTS: [&str; 19] = [
    "run",
    "script",
    "bash",
    "pwsh",
    "powershell",
    "inlinescript",
    "inline",
    "before_script",
    "after_script",
    "command",
    "commands",
    "scriptcontent",
    "cmds",
    "initializecommand",
    "oncreatecommand",
    "updatecontentcommand",
    "postcreatecommand",
    "poststartcommand",
    "postattachcommand",
];

/// How a rule names options that a command is handed in a table.
const SPLATTED: &str = "-@";

/// One of them, ready to run.
#[derive(Debug)]
pub(super) struct CommandMatcher<'r> {
    spec: &'r CommandSpec,
    runs: Vec<Vec<Vec<String>>>,
    option: Vec<Wanted>,
    with: Vec<Wanted>,
    without: Vec<Wanted>,
    is: Option<LazyPattern>,
    not: Option<LazyPattern>,
    near: Option<LazyPattern>,
    not_near: Option<LazyPattern>,
}

/// `--name`, `--name=pattern`, a word.
#[derive(Debug)]
struct Wanted {
    name: String,
    value: Option<LazyPattern>,
}

/// Of `name=value` the value, as `--from-literal` and `--build-arg` take it.
fn named_value(text: &str) -> Option<&str> {
    let (name, value) = text.split_once('=')?;
    let is_name =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let value = value.trim_matches(['"', '\'']);
    (is_name && !value.is_empty() && !value.contains([';', '='])).then_some(value)
}

impl Wanted {
    fn parse(text: &str) -> Self {
        match text.split_once('=') {
            Some((name, value)) if name.starts_with('-') => {
                Self { name: name.to_ascii_lowercase(), value: Some(LazyPattern::new(&format!("(?i){value}"))) }
            }
            _ => Self { name: text.to_ascii_lowercase(), value: None },
        }
    }
}

impl<'r> CommandMatcher<'r> {
    pub(super) fn new(spec: &'r CommandSpec) -> Self {
        let wanted = |texts: &[crate::rule::spec::Text]| texts.iter().map(|text| Wanted::parse(text)).collect();
        let words = |run: &str| -> Vec<Vec<String>> {
            run.split(' ').map(|word| word.split('|').map(str::to_ascii_lowercase).collect()).collect()
        };
        Self {
            spec,
            runs: spec.run.iter().map(|run| words(run)).collect(),
            option: wanted(&spec.option),
            with: wanted(&spec.with),
            without: wanted(&spec.without),
            is: pattern(spec.is.as_ref()),
            not: pattern(spec.not.as_ref()),
            near: pattern(spec.near.as_ref()),
            not_near: pattern(spec.not_near.as_ref()),
        }
    }

    pub(super) fn run(&self, file: &File<'_>, rule: RuleIndex, out: &mut Vec<Match>) {
        let spec = self.spec;
        if !spec.files.is_empty() && !file.files.any(&spec.files) || file.files.any(&spec.not_files) {
            return;
        }
        for command in file.commands() {
            if let Some(found) = self.on(file, command, rule) {
                out.push(found);
            }
        }
    }

    fn on(&self, file: &File<'_>, command: &Command, rule: RuleIndex) -> Option<Match> {
        let text = file.doc.text();
        let verbs = self.runs.iter().find_map(|run| verbs(command, run))?;
        let whole = &text[command.span.clone()];
        let holds = |pattern: &Option<LazyPattern>| pattern.as_ref().map(|pattern| pattern.get().is_match(whole));
        if holds(&self.is) == Some(false) || holds(&self.not) == Some(true) || !self.goes_there(command) {
            return None;
        }
        if self.spec.holds_secret && !held::stands_in(file.held(), &command.script, whole) {
            return None;
        }
        let find = |wanted: &Wanted| option(command, wanted);
        if !self.with.iter().all(|wanted| find(wanted).is_some())
            || self.without.iter().any(|wanted| find(wanted).is_some())
        {
            return None;
        }
        let about = || {
            let lines = |at| file.doc.lines_around(at, 6);
            &text[lines(command.span.start).start..lines(command.span.end).end]
        };
        if self.near.as_ref().is_some_and(|near| !near.get().is_match(about()))
            || self.not_near.as_ref().is_some_and(|near| near.get().is_match(about()))
        {
            return None;
        }
        if self.option.is_empty() {
            let span = LayerSpan::new(command.words[0].span.start, command.words[verbs].span.end)?;
            let mut found = Match::new(rule, LayerId::TEXT, span);
            found.code = LayerSpan::new(command.span.start, command.span.end);
            (found.severity, found.confidence) = (self.spec.severity, self.spec.confidence);
            return Some(found);
        }
        let (word, given) = self.option.iter().filter_map(find).min_by_key(|(word, _)| word.span.start)?;
        self.at_option(file, command, rule, word, given)
    }

    fn at_option(
        &self,
        file: &File<'_>,
        command: &Command,
        rule: RuleIndex,
        word: &Word,
        given: Option<(String, LayerSpan)>,
    ) -> Option<Match> {
        let name = word.text.split(['=', ':']).next().unwrap_or_default().len().min(word.span.len());
        let mut found =
            Match::new(rule, LayerId::TEXT, LayerSpan::new(word.span.start, word.span.start + name.max(1))?);
        found.code = LayerSpan::new(command.span.start, command.span.end);
        (found.severity, found.confidence) = (self.spec.severity, self.spec.confidence);
        if let Some((text, span)) = given {
            let kind_of = |text: &str| value::of_text(text, Some("password"), true, file.files);
            let is_literal = |(text, _): &(String, _)| kind_of(text) == ValueKind::Literal;
            let (text, span) = constant::of(file.doc.text(), command, &text).filter(is_literal).unwrap_or((text, span));
            let kind = kind_of(named_value(&text).unwrap_or(&text));
            if !self.spec.class.is_empty() && !self.spec.class.contains(&kind) {
                return None;
            }
            if matches!(kind, ValueKind::Literal | ValueKind::Partial) {
                found.severity = self.spec.literal.or(found.severity);
                found.literal = Some(span).filter(|_| self.spec.literal.is_some() || !self.spec.class.is_empty());
            }
            if kind == ValueKind::Placeholder && self.spec.literal.is_some() {
                return None;
            }
        }
        Some(found)
    }

    fn goes_there(&self, command: &Command) -> bool {
        let output = match command.output {
            Output::Shown => OutputKind::Shown,
            Output::Captured => OutputKind::Captured,
            Output::Piped => OutputKind::Piped,
            Output::Redirected => OutputKind::Redirected,
        };
        let last = command.piped_to.last();
        let ends = self.spec.into.is_empty() || last.is_some_and(|last| self.spec.into.iter().any(|into| into == last));
        ends && (self.spec.output.is_empty() || self.spec.output.contains(&output))
    }
}

/// Does the command begin with these words? Answers the place of the last of them.
fn verbs(command: &Command, run: &[Vec<String>]) -> Option<usize> {
    let program = command.words.first()?.text.to_ascii_lowercase();
    let program = program.rsplit(['/', '\\']).next().unwrap_or_default();
    // `@az login` of make and cmd.
    let program = program.trim_start_matches(['@', '-']);
    let program = program.strip_suffix(".exe").or_else(|| program.strip_suffix(".cmd")).unwrap_or(program);
    if !run[0].iter().any(|wanted| wanted == program) {
        return None;
    }
    let mut last = 0;
    for wanted in &run[1..] {
        // Options that all commands of a program take may stand between: `az --debug login`, `kubectl -n x create`.
        let mut words = command.words.iter().enumerate().skip(last + 1).filter(|(_, word)| !word.text.starts_with('-'));
        let is_wanted = |word: &Word| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(&word.text));
        let (at, _) = words.find(|(at, word)| is_wanted(word) || !is_given_to_option(command, *at))?;
        if !is_wanted(&command.words[at]) {
            return None;
        }
        last = at;
    }
    Some(last)
}

/// `x` of `-n x`
fn is_given_to_option(command: &Command, at: usize) -> bool {
    let before = &command.words[at - 1].text;
    before.starts_with('-') && !before.contains('=')
}

/// `@arguments` of PowerShell: options that stand in a table elsewhere.
fn is_splatted(word: &Word) -> bool {
    let rest = word.text.strip_prefix('@').filter(|_| !word.quoted);
    rest.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// The word of an option, and the value it is given with its place.
fn option<'c>(command: &'c Command, wanted: &Wanted) -> Option<(&'c Word, Option<(String, LayerSpan)>)> {
    let is_option = wanted.name.starts_with('-');
    // `/tp:value` of the programs that come from Windows.
    let takes_colon = is_option || wanted.name.starts_with('/');
    for (at, word) in command.words.iter().enumerate().skip(1) {
        if wanted.name == SPLATTED && is_splatted(word) {
            return Some((word, None));
        }
        // PowerShell takes the dash of a word processor too.
        let lower = word.text.to_ascii_lowercase().replace(['\u{2013}', '\u{2014}'], "-");
        let given = match lower.strip_prefix(&wanted.name) {
            Some("") => command
                .words
                .get(at + 1)
                .filter(|next| is_option && !(next.text.starts_with('-') && next.text.len() > 1 && !next.quoted))
                .and_then(|next| Some((next.text.clone(), LayerSpan::new(next.span.start, next.span.end)?))),
            // `export NAME=value`
            Some(rest) if rest.starts_with('=') || (takes_colon && rest.starts_with(':')) => {
                let from = word.span.end - (rest.len() - 1).min(word.span.len());
                let text = word.text[wanted.name.len() + 1..].to_owned();
                LayerSpan::new(from, word.span.end).map(|span| (text, span))
            }
            _ => continue,
        };
        let fits = match (&wanted.value, &given) {
            (None, _) => true,
            (Some(pattern), Some((text, _))) => pattern.get().is_match(text.as_bytes()),
            // A switch without a value is on.
            (Some(pattern), None) => pattern.get().is_match(b"true"),
        };
        if fits {
            return Some((word, given));
        }
    }
    None
}

/// Every command of every script in a file.
pub(super) fn all(file: &File<'_>) -> Vec<Command> {
    let text = file.doc.text();
    let whole = |shell| shell::commands(text, 0..text.len(), shell, false);
    match file.doc.kind() {
        Kind::Shell => return whole(Shell::Posix),
        Kind::Batch => return whole(Shell::Batch),
        Kind::PowerShell => return whole(Shell::PowerShell),
        Kind::Markdown => return fenced(text),
        _ => {}
    }
    let Some(tree) = &file.tree else { return Vec::new() };
    let mut found = Vec::new();
    for id in tree.ids() {
        let node = tree.node(id);
        if !matches!(node.shape, Shape::Text { .. }) || node.span.is_empty() {
            continue;
        }
        let Some(shell) = script(file, tree, id) else { continue };
        let folded = node.name.as_ref().is_some_and(|name| {
            let head = &text[name.span.range().end.min(node.span.range().start)..node.span.range().start];
            head.contains(&b'>') && !head.contains(&b'|')
        });
        found.extend(shell::commands(text, node.span.range(), shell, folded));
    }
    found
}

/// The commands that documentation shows.
fn fenced(text: &[u8]) -> Vec<Command> {
    let pieces = syntax::pieces(Kind::Markdown, b"", text).into_iter();
    let scripts = pieces.filter_map(|piece| match piece.language {
        Language::Bash => Some((Shell::Posix, piece.range)),
        Language::PowerShell => Some((Shell::PowerShell, piece.range)),
        _ => None,
    });
    scripts.flat_map(|(shell, range)| shell::commands(text, range, shell, false)).collect()
}

/// Is it a script, and of which shell?
fn script(file: &File<'_>, tree: &Tree<'_>, id: NodeId) -> Option<Shell> {
    let node = tree.node(id);
    // An element of a list stands under the list's name.
    let named = if node.name.is_some() { id } else { node.parent? };
    let name = tree.node(named).name.as_ref()?.text.to_ascii_lowercase();
    if file.doc.kind() == Kind::Dockerfile {
        return matches!(name.as_str(), "run" | "cmd" | "entrypoint").then_some(Shell::Posix);
    }
    // `"scripts": { "deploy": "az login …" }` of a package.
    let is_of_package = || {
        let above = tree.node(named).parent.and_then(|above| tree.node(above).name.as_ref());
        file.doc.kind() == Kind::Json && above.is_some_and(|above| &*above.text == "scripts")
    };
    if !SCRIPTS.contains(&name.as_str()) && !is_of_package() {
        return None;
    }
    let ci = [
        FileKind::Workflow,
        FileKind::Action,
        FileKind::Pipeline,
        FileKind::Gitlab,
        FileKind::OtherCi,
        FileKind::Other,
    ];
    let infra = [FileKind::Terraform, FileKind::Bicep, FileKind::Arm];
    let is_infra = file.files.any(&infra) && matches!(name.as_str(), "command" | "inline" | "scriptcontent");
    if !file.files.any(&ci) && !is_infra {
        return None;
    }
    let beside = tree.node(named).parent?;
    let says = |key: &str| tree.text_of(beside, key).map(|text| text.to_ascii_lowercase()).unwrap_or_default();
    let shell = says("shell") + &says("scriptType") + &says("azPSVersion") + &says("kind");
    let is_powershell = name == "pwsh"
        || name == "powershell"
        || ["pwsh", "powershell", "ps", "latestversion"].iter().any(|word| shell.contains(word));
    Some(if is_powershell {
        Shell::PowerShell
    } else if shell.contains("batch") || shell == "cmd" {
        Shell::Batch
    } else {
        Shell::Posix
    })
}
