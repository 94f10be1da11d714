//! One report, made by hand, with one of each thing a format must cope with: every
//! severity, a suppressed finding, one in history, other places of a secret, a hostile
//! name, a scan that is not complete.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keyless::model::{
    Applicability, Commit, Confidence, Coverage, Day, Edit, Effect, Excerpt, Finding, Fingerprint, Fix, Gap, Group,
    History, KeptBy, Kind, LeftOut, LineCol, Location, Notice, Origin, Part, Reason, Remedy, RepoKey, RepoPath, Report,
    RuleId, Secret, SecretId, Severity, Skip, SkipReason, Stats, Status, Step, SuppressedBy, mask,
};
use keyless::report::{Page, Pages};

pub(crate) struct SomePages;

impl Pages for SomePages {
    fn page(&self, slug: &str) -> Option<Page> {
        (slug == "azure-storage-account-key").then(|| Page {
            code: "KS042".into(),
            title: "Azure Storage account key".into(),
            what: "a full-access key of a storage account stands in a file".into(),
            why: "it opens every container, queue and table of the account, has no owner and does not expire".into(),
            markdown: "# Azure Storage account key\n\nA full-access key stands in a file.\n".into(),
            tags: vec!["azure".into(), "storage".into()],
            links: vec!["https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage".into()],
            severity: Some(Severity::Critical),
            confidence: Some(Confidence::Medium),
        })
    }
}

/// A value nobody gave out, always the same for the same seed.
pub(crate) fn fake_secret(seed: u32, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = u64::from(seed) * 2 + 1;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(LETTERS[(state >> 33) as usize % LETTERS.len()])
    };
    (0..length).map(|_| letter()).collect()
}

pub(crate) fn at(path: &[u8], line: u32, columns: (u32, u32), origin: fn(RepoPath) -> Origin) -> Location {
    let path = RepoPath::new(path);
    let place = |column| LineCol { line, column, offset: line * 40 + column };
    Location { path: path.clone(), start: place(columns.0), end: place(columns.1), origin: origin(path) }
}

pub(crate) fn file(path: RepoPath) -> Origin {
    Origin::File { path }
}

pub(crate) fn commit(id: &str) -> Arc<Commit> {
    Arc::new(Commit {
        id: id.into(),
        author: "Ada \u{1b}[31mLovelace".into(),
        email: None,
        time: 1_709_287_200,
        summary: "add the storage of the shop".into(),
    })
}

pub(crate) fn in_history(path: RepoPath) -> Origin {
    let commit = commit("3f2a1b9c0d12e4f5a6b7c8d9e0f1a2b3c4d5e6f7");
    Origin::Commit { path, blob: "0123456789abcdef0123456789abcdef01234567".into(), commit, at_head: false }
}

pub(crate) fn gone(path: &[u8]) -> History {
    History {
        introduced: commit("3f2a1b9c0d12e4f5a6b7c8d9e0f1a2b3c4d5e6f7"),
        path: RepoPath::new(path),
        blob: "0123456789abcdef0123456789abcdef01234567".into(),
        line: 3,
        at_head: false,
        removed_in: Some(commit("88aa77bb66cc55dd44ee33ff22001199aabbccdd")),
        refs: vec!["refs/heads/old".into(), "refs/tags/v1".into()],
        other_refs: 0,
        kept_by: KeptBy::Refs,
    }
}

/// A line with a covered secret in it, between two others.
pub(crate) fn excerpt(before: &str, secret: &str, after: &str, line: u32) -> Excerpt {
    let mut covered = secret.as_bytes().to_vec();
    mask::cover(&mut covered);
    let covered = String::from_utf8(covered).expect("a mask keeps text text");
    let text = format!("{{\n{before}{covered}{after}\n}}");
    Excerpt { text, first_line: line - 1, first_column: 1, mark: (2 + before.len(), covered.len()) }
}

pub(crate) fn finding(rule: (&str, &str, &str), secret: &str, severity: Severity, location: Location) -> Finding {
    let key = RepoKey::default();
    let secret_id = SecretId::of(&key, secret.as_bytes());
    Finding {
        rule: RuleId { slug: rule.0.into(), code: rule.1.into() },
        kind: Kind::Secret,
        title: rule.2.into(),
        severity,
        confidence: Confidence::Medium,
        because: vec![],
        excerpt: excerpt("  \"Key\": \"", secret, "\",", location.start.line),
        location,
        also_at: vec![],
        alike: vec![],
        secret: Some(Secret::new(secret)),
        secret_id: Some(secret_id),
        parts: vec![],
        group: Group(0),
        fingerprint: Fingerprint::of_secret(&key, secret_id),
        remedies: vec![],
        fixes: vec![],
        status: Status::Open,
        history: None,
    }
}

pub(crate) fn reason(gate: &str, effect: Effect, detail: &str) -> Reason {
    Reason { gate: gate.into(), effect, detail: detail.into() }
}

pub(crate) fn part(name: &str, value: &str) -> Part {
    Part { name: name.into(), value: value.into(), line: Some(14) }
}

pub(crate) fn step(text: &str, command: Option<&str>) -> Step {
    Step { phase: keyless::model::Phase::Revoke, text: text.into(), command: command.map(str::to_owned) }
}

pub(crate) const STORAGE: (&str, &str, &str) = ("azure-storage-account-key", "KS042", "Azure Storage account key");

/// Everything a storage key can have: proof, parts, seven other places, remedies.
pub(crate) fn critical() -> Finding {
    let secret = fake_secret(1, 88);
    let mut found = finding(STORAGE, &secret, Severity::Critical, at(b"shop/appsettings.json", 14, (96, 184), file));
    let before = "  \"Storage\": \"DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=";
    found.excerpt = excerpt(before, &secret, ";EndpointSuffix=core.windows.net\",", 14);
    found.confidence = Confidence::High;
    found.because = vec![
        reason("base64-bytes", Effect::Passed, "64 bytes"),
        reason("his-v1", Effect::Proved, "signature fits"),
        reason("not-placeholder", Effect::Passed, ""),
    ];
    found.parts = vec![part("account", "contoso"), part("host", "contoso.blob.core.windows.net")];
    found.also_at = (1..8).map(|n| at(format!("infra/part {n}.tf").as_bytes(), n, (9, 97), file)).collect();
    found.remedies = vec![
        Remedy {
            because: None,
            still_secret: false,
            asks: false,
            title: "revoke the leaked value".into(),
            steps: vec![step(
                "regenerate the key; whatever still uses it stops working",
                Some("az storage account keys renew --account-name contoso --resource-group <group> --key primary"),
            )],
        },
        Remedy {
            because: None,
            still_secret: false,
            asks: false,
            title: "use a managed identity".into(),
            steps: vec![
                step("give the app a system-assigned identity and the role Storage Blob Data Contributor", None),
                step("switch shared keys off", Some("az storage account update --allow-shared-key-access false")),
            ],
        },
    ];
    found.fixes = vec![Fix {
        title: "name the account instead of its key".into(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            start: LineCol { line: 14, column: 5, offset: 600 },
            end: LineCol { line: 14, column: 105, offset: 700 },
            content: "https://contoso".into(),
        }],
        needs: vec![],
        grant: vec![],
        once: false,
        beside: Vec::new(),
        on_host: false,
        elsewhere: Vec::new(),
        diff: None,
    }];
    found
}

/// A finding in a commit whose file is gone, in a test.
pub(crate) fn high() -> Finding {
    let rule = ("entra-client-secret", "KS001", "Entra client secret");
    let mut found = finding(rule, &fake_secret(2, 40), Severity::High, at(b"old/deploy.ps1", 3, (12, 52), in_history));
    found.because = vec![reason("context", Effect::Lowered, "a test"), reason("near", Effect::Raised, "a tenant id")];
    found.history = Some(gone(b"old/deploy.ps1"));
    found.also_at = vec![at(b"old/copy.ps1", 3, (12, 52), in_history)];
    found.parts = vec![part("tenant", "8a1f2b3c-0000-4000-8000-1234567890ab"), part("expires", "2027-01-31")];
    found
}

/// A name that would clear the screen and forge a second finding, and a broken byte.
pub(crate) fn medium() -> Finding {
    let rule = ("generic-password", "KS900", "Password in an assignment");
    let name = b"logs/\x1b[2J\xe9\nclean: nothing found\r\xe2\x80\xae#1?.env";
    let mut found = finding(rule, "hunter2!", Severity::Medium, at(name, 1, (10, 18), file));
    found.excerpt.text = found.excerpt.text.replace("Key", "K\u{1b}y");
    found
}

/// A lint has no secret.
pub(crate) fn low() -> Finding {
    let rule = ("shared-key-client", "KL010", "Client made with a shared key");
    let mut found = finding(rule, "unused", Severity::Low, at(b"shop/Program.cs", 7, (1, 20), file));
    (found.kind, found.secret, found.secret_id) = (Kind::Lint, None, None);
    found.fingerprint = Fingerprint::of_code(&RepoKey::default(), b"new BlobClient(key)");
    found.excerpt = Excerpt::default();
    found.group = Group(1);
    found
}

/// Known and accepted.
pub(crate) fn info() -> Finding {
    let rule = ("azure-storage-sas", "KS043", "Shared access signature");
    let mut found = finding(rule, &fake_secret(3, 44), Severity::Info, at(b"docs/readme.md", 99, (10, 54), file));
    found.status = Status::Suppressed {
        by: SuppressedBy::Inline,
        reason: Some("expired, kept as an example".into()),
        until: Day::parse("2027-06-30"),
    };
    found
}

pub(crate) fn report() -> Report {
    Report {
        findings: vec![critical(), high(), medium(), low(), info()],
        entries: Vec::new(),
        below: String::new(),
        patches: Vec::new(),
        skips: vec![
            Skip::policy(RepoPath::new(*b"logo.png"), SkipReason::Binary, ""),
            Skip::policy(RepoPath::new(*b"dump.sql"), SkipReason::TooLarge, "2.1 GB"),
            Skip::unreadable(RepoPath::new(*b"private/\x1b]0;x\x07.key"), &"Permission denied (os error 13)"),
        ],
        coverage: Coverage {
            blobs: 812,
            bytes: 4_210_000,
            messages: 31,
            remembered: 0,
            narrowed: vec!["commits since 2024-01-01".into()],
            left_out: LeftOut {
                ignored: 34,
                excluded: BTreeMap::from([("**/node_modules".into(), 2), ("*.min.js".into(), 1)]),
                links: 1,
                submodules: 1,
                not_staged: 0,
            },
            gaps: vec![Gap {
                what: "shallow-clone".into(),
                detail: "commits before 3f2a1b9c are not here; run git fetch --unshallow".into(),
            }],
            interrupted: true,
        },
        facts: keyless::model::facts::Facts {
            platforms: BTreeSet::from([keyless::model::facts::Evidence {
                platform: "github-actions".into(),
                path: ".github/workflows/ci.yml".into(),
                what: "ci.yml".into(),
            }]),
            ..Default::default()
        },
        notices: vec![Notice {
            path: RepoPath::new(*b"src/a.cs"),
            line: 4,
            what: "keyless:ignore[azure-storage-acount-key] names no rule; did you mean azure-storage-account-key?"
                .into(),
        }],
        stats: Stats { refuted: BTreeMap::from([("entropy".into(), 12)]), below_threshold: 5, ..Stats::default() },
    }
}
