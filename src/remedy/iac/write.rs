//! The templates of `iac.toml`, filled in.

use std::collections::BTreeMap;

use super::{Emitted, Grant, Hosted, IAC, Iac, Service, Trust, Workload};
use crate::remedy::Tables;

/// Names and what stands in their places.
type Filled<'a> = Vec<(&'a str, String)>;

/// Versions of the provider that differ in what is written here.
const AZURERM: [(&str, &str); 2] = [("4", "4.0"), ("5", "5.0")];

/// Every file.
pub(super) fn all(iac: &Iac, workloads: &[Workload], hosted: Option<&Hosted>) -> Vec<Emitted> {
    let mut out = Vec::new();
    for one in workloads {
        let bicep = named(one, Bicep.file(iac, one, hosted));
        out.push(Emitted { path: format!("bicep/{}.bicep", one.name), text: bicep });
        out.push(Emitted { path: format!("az/{}.sh", one.name), text: named(one, Az.file(iac, one, hosted)) });
    }
    for (major, version) in AZURERM {
        let main = fill(&iac.terraform["main"], &vec![("version", version.to_owned())]);
        out.push(Emitted { path: format!("terraform-azurerm-{major}/main.tf"), text: main });
        for one in workloads {
            let text = named(one, Terraform(major).file(iac, one, hosted));
            out.push(Emitted { path: format!("terraform-azurerm-{major}/{}.tf", one.name), text });
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// With the app's own name, if it is known.
fn named(one: &Workload, text: String) -> String {
    match &one.app {
        Some(app) => text.replace("<app>", app),
        None => text,
    }
}

/// A way to write a workload down.
trait Language {
    fn texts<'i>(&self, iac: &'i Iac) -> &'i BTreeMap<String, String>;
    /// A value that is known, or the lack of one, where a parameter has its default.
    fn default(&self, value: Option<&str>) -> String;
    fn kind<'s>(&self, service: &'s Service) -> &'s str;
    fn comment(&self) -> &'static str;
    /// `storageAccount` as names are written.
    fn word(&self, word: &str) -> String {
        word.to_owned()
    }
    fn trusted(&self, _: &Iac, _: &Filled<'_>) -> String {
        String::new()
    }

    fn file(&self, iac: &Iac, one: &Workload, hosted: Option<&Hosted>) -> String {
        let texts = self.texts(iac);
        let about = about(iac, one);
        let mut out = fill(&texts["identity"], &about);
        let mut resources: Vec<(usize, Option<&String>, String)> = Vec::new();
        for (number, grant) in one.grants.iter().enumerate() {
            let key = (grant.service, grant.resource.as_ref());
            let service = &IAC.service[grant.service];
            let known =
                resources.iter().find(|(service, name, _)| (*service, *name) == key).map(|(_, _, word)| word.clone());
            let word = known.unwrap_or_else(|| {
                let others = resources.iter().filter(|(service, _, _)| *service == grant.service).count();
                let word = if others == 0 { service.word.clone() } else { format!("{}{}", service.word, others + 1) };
                resources.push((grant.service, grant.resource.as_ref(), word.clone()));
                let of = [self.of_grant(service, grant, &word, number), about.clone()].concat();
                out.push_str(&fill(&texts["resource"], &of));
                word
            });
            let text = if service.own_roles { "own-assignment" } else { "assignment" };
            let of = [self.of_grant(service, grant, &word, number), about.clone()].concat();
            out.push_str(&fill(&texts[text], &of));
        }
        for other in &one.others {
            out.push_str(&format!("\n{} Not an Azure role: {other}\n", self.comment()));
        }
        if let Some(trust) = iac.trust.iter().find(|trust| trust.place == one.row) {
            let of = [self.of_trust(trust, one, hosted), about.clone()].concat();
            let owner = self.trusted(iac, &of);
            out.push_str(&fill(&texts["trust"], &[of, vec![("owner", owner)]].concat()));
        }
        out.push_str(&fill(&texts["end"], &about));
        out.trim_start().to_owned()
    }

    fn of_grant(&self, service: &Service, grant: &Grant, word: &str, number: usize) -> Filled<'static> {
        let tables = Tables::builtin();
        let name = |id: &String| tables.role(id).map(|role| role.name.clone()).unwrap_or_default();
        let guid = tables.role(&grant.role).map(|role| role.guid.clone()).unwrap_or_default();
        let instead: Vec<String> = grant.instead.iter().map(name).collect();
        let instead =
            if instead.is_empty() { String::new() } else { format!("; enough for less: {}", instead.join(", ")) };
        vec![
            ("word", self.word(word)),
            ("variable", snake(word).to_ascii_uppercase()),
            ("number", (number + 1).to_string()),
            ("type", self.kind(service).to_owned()),
            ("default", self.default(grant.resource.as_deref())),
            ("role", name(&grant.role)),
            ("guid", guid),
            ("instead", instead),
        ]
    }

    fn of_trust(&self, trust: &Trust, one: &Workload, hosted: Option<&Hosted>) -> Filled<'static> {
        let subject =
            hosted.map(|hosted| trust.subject.replace("@owner@", &hosted.owner).replace("@repository@", &hosted.name));
        let subject = subject.unwrap_or_else(|| trust.subject.clone()).replace("@app@", &one.name);
        let known = |text: &str| (!text.is_empty() && !text.contains('@')).then(|| text.to_owned());
        vec![
            ("trust", trust.name.replace('-', "_")),
            ("trust-name", trust.name.clone()),
            ("note", trust.note.clone()),
            ("issuer", self.default(known(&trust.issuer).as_deref())),
            ("subject", self.default(known(&subject).as_deref())),
        ]
    }
}

struct Bicep;
struct Az;
/// Of one major version.
struct Terraform(&'static str);

impl Language for Bicep {
    fn texts<'i>(&self, iac: &'i Iac) -> &'i BTreeMap<String, String> {
        &iac.bicep
    }

    fn default(&self, value: Option<&str>) -> String {
        value.map(|value| format!(" = '{value}'")).unwrap_or_default()
    }

    fn kind<'s>(&self, service: &'s Service) -> &'s str {
        &service.bicep
    }

    fn comment(&self) -> &'static str {
        "//"
    }
}

impl Language for Az {
    fn texts<'i>(&self, iac: &'i Iac) -> &'i BTreeMap<String, String> {
        &iac.az
    }

    fn default(&self, value: Option<&str>) -> String {
        value.map_or_else(|| "?say it in the environment".to_owned(), |value| format!("-{value}"))
    }

    fn kind<'s>(&self, service: &'s Service) -> &'s str {
        service.bicep.split('@').next().unwrap_or_default()
    }

    fn comment(&self) -> &'static str {
        "#"
    }
}

impl Language for Terraform {
    fn texts<'i>(&self, iac: &'i Iac) -> &'i BTreeMap<String, String> {
        &iac.terraform
    }

    fn default(&self, value: Option<&str>) -> String {
        value.map(|value| format!("\n  default     = \"{value}\"")).unwrap_or_default()
    }

    fn kind<'s>(&self, service: &'s Service) -> &'s str {
        &service.terraform
    }

    fn comment(&self) -> &'static str {
        "#"
    }

    fn word(&self, word: &str) -> String {
        snake(word)
    }

    fn trusted(&self, iac: &Iac, of: &Filled<'_>) -> String {
        fill(iac.terraform[&format!("owner-{}", self.0)].trim_start_matches('\n'), of)
    }
}

fn about(iac: &Iac, one: &Workload) -> Filled<'static> {
    let row = Tables::builtin().route(one.row);
    let attach = iac.attach.get(one.row).map_or("the sign-in names the client id that is put out", String::as_str);
    vec![
        ("name", one.name.clone()),
        ("id", one.name.replace('-', "_")),
        ("title", one.name.clone()),
        ("because", plain(&format!("{}; {}", row.map(|row| row.title.as_str()).unwrap_or_default(), one.because))),
        ("attach", attach.to_owned()),
    ]
}

/// `storage_account` of `storageAccount`.
fn snake(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() && !out.ends_with(|c: char| c.is_ascii_uppercase()) {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Text of others in a comment: one line, and nothing that ends it.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || crate::model::path::is_unsafe_to_show(c) { ' ' } else { c }).collect()
}

/// `@name@` for what is known by that name. What is put in is not looked at again.
fn fill(text: &str, of: &Filled<'_>) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let known =
            of.iter().find(|(name, _)| from[1..].strip_prefix(name).is_some_and(|after| after.starts_with('@')));
        match known {
            Some((name, value)) => {
                out.push_str(value);
                rest = &from[name.len() + 2..];
            }
            None => {
                out.push('@');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
