//! No secret leaves the program: planted in many forms, searched for in every byte it prints.
//!
//! All the way through the real program, whatever it says of them: found or not, on standard
//! output or standard error, as they are or encoded.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use keyless::rule::sample;
use keyless::rule::spec::SampleSpec;
use support::Scratch;

/// More than a mask shows, and less than could be there by chance.
const WINDOW: usize = 10;

/// Secrets of every kind that has a shape, and passwords that need escapes.
fn secrets(seed: u64) -> BTreeMap<&'static str, String> {
    let made = |how: &str| SampleSpec { made: Some(how.into()), ..SampleSpec::default() };
    let chars = |alphabet: &str, chars| SampleSpec {
        chars: Some(chars),
        alphabet: Some(alphabet.into()),
        ..SampleSpec::default()
    };
    [
        ("entra", made("entra-secret")),
        ("storage", made("his-v1:+ASt:Default0")),
        ("cosmos", made("his-v1:ACDb:MastRW00")),
        ("pat", made("cask:AZDO:AAAS")),
        ("password", chars("password", 24)),
        ("awkward", SampleSpec { prefix: "&<\"\\".into(), suffix: "%2F>'".into(), ..chars("b62", 16) }),
        ("hex", chars("hex", 32)),
    ]
    .into_iter()
    .map(|(name, spec)| (name, sample::make(name, &spec, seed, &|_| None).expect(name)))
    .collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0_u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let sextet = (word >> (18 - 6 * digit)) as usize & 63;
            out.push(if digit <= three.len() { char::from(DIGITS[sextet]) } else { '=' });
        }
    }
    out
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte.is_ascii_alphanumeric() {
            true => out.push(char::from(byte)),
            false => write!(out, "%{byte:02X}").expect("a string"),
        }
        out
    })
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).expect("a string is JSON");
    quoted[1..quoted.len() - 1].to_owned()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&apos;")
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Writes each secret in each form.
fn plant(scratch: &Scratch, secrets: &BTreeMap<&str, String>) {
    for (name, secret) in secrets {
        let storage = format!("DefaultEndpointsProtocol=https;AccountName=northlake;AccountKey={secret}");
        let sql = format!("Server=tcp:northlake.database.windows.net;User ID=app;Password={secret};");
        let settings = format!(
            "{{\"ClientSecret\": \"{0}\", \"Storage\": \"{1}\", \"Db\": \"{2}\"}}\n",
            json(secret),
            json(&storage),
            json(&sql)
        );
        scratch.write(&format!("{name}/appsettings.json"), &settings);
        scratch.write(
            &format!("{name}/.env"),
            format!("CLIENT_SECRET={secret}\nAZURE_STORAGE={storage}\nPASSWORD='{secret}'\n"),
        );
        scratch.write(
            &format!("{name}/web.config"),
            format!(
                "<configuration><appSettings><add key=\"ClientSecret\" value=\"{}\"/></appSettings></configuration>\n",
                xml(secret)
            ),
        );
        scratch.write(
            &format!("{name}/calls.http"),
            format!("POST https://login.example.org/token?client_secret={0}&code={0}\npostgres://app:{0}@db.northlake.example/x\n", percent(secret)),
        );
        scratch.write(
            &format!("{name}/secret.yaml"),
            format!(
                "data:\n  password: {}\n  more: {}\n",
                base64(secret.as_bytes()),
                base64(base64(settings.as_bytes()).as_bytes())
            ),
        );
        scratch.write(
            &format!("{name}/deploy.ps1"),
            [vec![0xff, 0xfe], utf16(&format!("$clientSecret = \"{secret}\"\r\n"))].concat(),
        );
        scratch.write(
            &format!("{name}/Program.cs"),
            // A verbatim string writes a quote twice.
            format!("var c = new ClientSecretCredential(tenant, client, @\"{}\");\n", secret.replace('"', "\"\"")),
        );
        scratch.write(&format!("{name}/accepted.env"), format!("CLIENT_SECRET={secret} # keyless:ignore -- a fake\n"));
        // and where a message quotes the line: a directive that is not understood
        scratch.write(
            &format!("{name}/odd.env"),
            format!("# keyless:ignore[{secret}] until={secret}\nPASSWORD={secret}\n"),
        );
    }
}

/// Every form in which a secret could be printed, cut into windows that a mask does not show.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let bytes = secret.as_bytes();
    let mut forms: Vec<Vec<u8>> = vec![
        bytes.to_vec(),
        json(secret).into_bytes(),
        json(&json(secret)).into_bytes(),
        xml(secret).into_bytes(),
        percent(secret).into_bytes(),
        utf16(secret),
    ];
    // base64 in each of its three alignments, without the ends that depend on what stands beside
    for shift in 0..3 {
        let text = base64(&[&vec![b' '; shift][..], bytes].concat());
        forms.push(text.as_bytes()[4..text.len() - 4].to_vec());
    }
    forms.push(bytes.iter().fold(String::new(), |out, byte| out + &format!("{byte:02x}")).into_bytes());
    forms
}

/// Looks for every window of every form in one pass.
fn leaks(printed: &[u8], secret: &str) -> Option<String> {
    let forms = forms(secret);
    let windows: Vec<&[u8]> = forms.iter().flat_map(|form| form.windows(WINDOW.min(form.len()))).collect();
    let all = aho_corasick::AhoCorasick::new(windows).expect("a few hundred words");
    all.find(printed).map(|found| String::from_utf8_lossy(&printed[found.range()]).into_owned())
}

#[test]
fn a_planted_secret_is_in_no_byte_that_any_format_prints() {
    for seed in 0..2_u64 {
        let scratch = Scratch::new();
        let secrets = secrets(seed);
        plant(&scratch, &secrets);
        let to_files =
            ["--format", "human", "--format", "json=r.json", "--format", "jsonl=r.jsonl", "--format", "sarif=r.sarif"];
        let mut found = 0;
        for words in [
            &["scan", "--profile", "audit", "--show-suppressed", "-v", "--stats", "--color", "always"][..],
            &[&["scan", "--profile", "audit"][..], &to_files].concat(),
            &["scan", "--format", "sarif"],
            &["baseline", "create"],
        ] {
            let output = scratch.command(words).output().expect("it runs");
            let mut printed = [output.stdout, output.stderr].concat();
            for name in ["r.json", "r.jsonl", "r.sarif", ".keyless-baseline.jsonl"] {
                if let Ok(bytes) = fs::read(scratch.join(name)) {
                    printed.extend(bytes);
                    scratch.remove(name);
                }
            }
            found += memchr::memmem::find_iter(&printed, b"entra-client-secret").count();
            for (name, secret) in &secrets {
                assert_eq!(leaks(&printed, secret), None, "{name} is shown by {words:?}");
            }
        }
        assert!(found > 10, "the secrets were found at all");
    }
}

#[test]
fn the_search_itself_finds_every_form() {
    for secret in secrets(7).values() {
        for form in forms(secret) {
            assert!(leaks(&[&b"..."[..], &form, b"..."].concat(), secret).is_some());
        }
        assert_eq!(leaks(b"nothing of it here", secret), None);
    }
}
