//! Input that git cannot hold, or that only some users meet: through the real program.
//! What fits a directory is a case under `fixtures/cli`.

#![cfg(unix)]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;

use support::{Said, Scratch, connection, settings};

/// A user who may do nothing.
const NOBODY: u32 = 65_534;

/// Runs keyless as somebody whom permissions hold back; `None` where that cannot be done.
#[allow(clippy::print_stderr, reason = "a test that could not be tried must say so")]
fn as_nobody(scratch: &Scratch, words: &[&str]) -> Option<Said> {
    let program = Scratch::new();
    fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    fs::copy(env!("CARGO_BIN_EXE_keyless"), program.join("keyless")).expect("room for a copy");
    let mut command = scratch.program(program.join("keyless"), words);
    if fs::read("/proc/self/mem").is_ok() || is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    match command.output() {
        Ok(output) => Some(Said::of(&output)),
        Err(cause) => {
            eprintln!("not tried: cannot start a program as nobody here: {cause}");
            None
        }
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

#[test]
fn what_may_not_be_read_is_named_and_never_clean() {
    for locked in ["app/secret.json", "app"] {
        let scratch = Scratch::new();
        scratch.write("app/secret.json", settings(1));
        scratch.write("readme.md", "nothing here\n");
        fs::set_permissions(scratch.join(locked), fs::Permissions::from_mode(0o0)).expect("it is ours");
        for words in [&["scan"][..], &["scan", "--exit-zero"], &["scan", locked], &["scan", "--format", "json"]] {
            let Some(said) = as_nobody(&scratch, words) else { return };
            let said = said.ends(2);
            let all = (said.out + &said.err).to_ascii_lowercase();
            assert!(all.contains(locked) && all.contains("permission denied"), "{words:?}: {all}");
        }
        fs::set_permissions(scratch.join(locked), fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
}

#[test]
fn a_directory_that_may_not_be_read_keeps_nothing_else_from_being_read() {
    let scratch = Scratch::new();
    scratch.write("leak.json", settings(1));
    scratch.write("shut/deep/readme.md", "nothing here\n");
    fs::set_permissions(scratch.join("shut"), fs::Permissions::from_mode(0o0)).expect("it is ours");
    for named in ["shut", "shut/deep"] {
        let Some(said) = as_nobody(&scratch, &["scan", "--format", "json", "leak.json", named]) else { return };
        let said = said.ends(1);
        let skips = &said.json()["skips"];
        assert_eq!(skips[0]["path"], named, "{skips}");
        assert_eq!(skips[0]["detail"], "permission denied");
    }
    fs::set_permissions(scratch.join("shut"), fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn a_configuration_that_may_not_be_read_is_an_error() {
    let scratch = Scratch::new();
    scratch.write("keyless.toml", "");
    fs::set_permissions(scratch.join("keyless.toml"), fs::Permissions::from_mode(0o0)).expect("it is ours");
    let Some(said) = as_nobody(&scratch, &["scan"]) else { return };
    assert!(said.ends(2).err.contains("cannot read `keyless.toml`"));
}

#[test]
fn a_secret_at_the_end_of_ten_megabytes_on_one_line_is_found() {
    let scratch = Scratch::new();
    let filler = "lorem ipsum dolor ".repeat(10 << 20 >> 4);
    scratch.write("notes.txt", format!("{filler} {}", connection(1)));
    let said = scratch.run(&["scan", "--rule", "azure-storage-account-key"]).ends(1);
    assert!(said.out.len() < 4_000, "the line is cut: {} bytes", said.out.len());
}

#[test]
fn a_secret_two_hundred_levels_down_is_found() {
    let scratch = Scratch::new();
    let deep = "d/".repeat(200);
    scratch.write(&format!("{deep}settings.json"), settings(1));
    scratch.run(&["scan", "--rule", "azure-storage-account-key"]).ends(1);
}

#[test]
fn a_name_that_is_no_utf_8_is_read_and_shown_escaped() {
    let scratch = Scratch::new();
    let name = OsStr::from_bytes(b"caf\xe9.json");
    if fs::write(scratch.path().join(name), settings(1)).is_err() {
        return; // a file system that takes no such names
    }
    for (format, told) in [("human", "caf\\xE9.json:1:"), ("json", "caf\\\\xE9.json"), ("sarif", "caf%E9.json")] {
        let said = scratch.run(&["scan", "--format", format]).ends(1);
        assert!(said.out.contains(told), "{format}: {}", said.out);
    }
}

#[test]
fn a_socket_that_is_met_is_passed_over_and_one_that_was_named_is_a_failure() {
    let scratch = Scratch::new();
    scratch.write("readme.md", "nothing here\n");
    let Ok(_socket) = UnixListener::bind(scratch.join("socket")) else { return };
    assert!(scratch.run(&["scan"]).ends(0).out.contains("1 special file"));
    assert!(scratch.run(&["scan", "socket"]).ends(2).out.contains("a socket"));
}

#[test]
fn a_file_that_does_not_tell_its_length_is_read_to_the_limit_only() {
    // /proc says 0 for the length of what it makes up
    let scratch = Scratch::new();
    if !std::path::Path::new("/proc/self/maps").exists() {
        return;
    }
    let said = scratch.run(&["scan", "/proc/self/maps"]).ends(0);
    assert!(said.out.contains("Read 1 file"), "{}", said.out);
}

#[test]
fn a_file_that_grows_while_it_is_read_ends() {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicBool, Ordering};
    let scratch = Scratch::new();
    scratch.write("growing.log", "x\n".repeat(1_000));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::OpenOptions::new().append(true).open(scratch.join("growing.log")).expect("it is there");
            for _ in 0..20_000 {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                file.write_all(&[b'x'; 512]).expect("room");
            }
        });
        let said = scratch.run(&["scan"]);
        stop.store(true, Ordering::Relaxed);
        // what was there when it was opened was read; what came later is the next scan's
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    });
}

/// A tree that somebody else wrote may hold links: none of them shows a file of the reader's own.
#[test]
fn no_link_of_a_tree_shows_what_lies_outside() {
    for is_repository in [true, false] {
        for name in ["keyless.toml", ".keyless-baseline.jsonl", "rules/own.toml"] {
            let outside = Scratch::new();
            outside.write("private", format!("STORAGE={}\n", connection(1)));
            let scratch = if is_repository { Scratch::repository() } else { Scratch::new() };
            scratch.write("readme.md", "hello\n");
            if name.starts_with("rules") {
                scratch.write("keyless.toml", "[rules]\ndirectories = ['rules']\n");
                fs::create_dir(scratch.join("rules")).expect("a directory");
            }
            std::os::unix::fs::symlink(outside.join("private"), scratch.join(name)).expect("a link");
            let said = scratch.run(&["scan", "."]).ends(2);
            assert!(said.err.contains("leads out of"), "{name}: {}", said.err);
            assert!(!(said.out + &said.err).contains("AccountName"), "{name}");
        }
    }
}

#[test]
fn a_rule_file_that_never_ends_is_refused() {
    let scratch = Scratch::new();
    scratch.write("keyless.toml", "[rules]\ndirectories = ['rules']\n");
    fs::create_dir(scratch.join("rules")).expect("a directory");
    let made = std::process::Command::new("mkfifo").arg(scratch.join("rules/own.toml")).status().expect("mkfifo runs");
    assert!(made.success());
    let said = scratch.run(&["scan", "."]).ends(2);
    assert!(said.err.contains("it is not a file"), "{}", said.err);
    scratch.remove("rules/own.toml");
    std::os::unix::fs::symlink("/dev/zero", scratch.join("rules/own.toml")).expect("a link");
    scratch.run(&["scan", "."]).ends(2);
}
