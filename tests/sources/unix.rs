//! Hostile trees: links, pipes, names that are no text, files that may not be read.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use keyless::model::SkipReason;
use keyless::source::WalkOptions;

use super::scratch::{Seen, Tree, plain, visit};

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn pipes_sockets_and_devices_are_passed_over_and_hold_nothing_up() {
    let tree = Tree::new(&[("a", "1")]);
    make_pipe(&tree.path("pipe"));
    let _listener = UnixListener::bind(tree.path("socket")).unwrap();
    let met = tree.visit(&[""], plain());
    assert_eq!(met.paths(), ["a"]);
    assert_eq!(met.reasons(), [("pipe", SkipReason::NotAFile), ("socket", SkipReason::NotAFile)]);
    let named = tree.visit(&["pipe", "socket", "a"], plain());
    assert_eq!(named.reasons(), [("pipe", SkipReason::Unreadable), ("socket", SkipReason::Unreadable)]);
    assert_eq!(named.paths(), ["a"]);
    let device = visit(vec!["/dev/zero".into()], plain(), 1);
    assert_eq!(device.skips["/dev/zero"], (SkipReason::Unreadable, "a device, not a file".into()));
}

#[test]
fn links_are_counted_and_not_followed() {
    let outside = Tree::new(&[("secret", "outside")]);
    let tree = Tree::new(&[("a", "1"), ("dir/b", "2")]);
    for (target, link) in [
        (Path::new("/dev/zero"), "endless"),
        (Path::new("nowhere"), "dangling"),
        (&outside.path("secret"), "out"),
        (&outside.path(""), "dir/outdir"),
        (Path::new("a"), "inside"),
        (Path::new(".."), "dir/loop"),
        (Path::new("self"), "self"),
    ] {
        symlink(target, tree.path(link)).unwrap();
    }
    let seen = tree.visit(&[""], plain());
    assert_eq!(seen.paths(), ["a", "dir/b"]);
    assert_eq!((seen.coverage.left_out.links, seen.ignored()), (7, 0));
    assert!(seen.skips.is_empty(), "{:?}", seen.skips);
}

#[test]
fn a_link_that_was_named_is_followed() {
    let outside = Tree::new(&[("secret", "outside"), ("more/x", "too")]);
    let tree = Tree::new(&[("a", "1")]);
    symlink(outside.path("secret"), tree.path("link")).unwrap();
    symlink(outside.path("more"), tree.path("dir")).unwrap();
    symlink("nowhere", tree.path("dangling")).unwrap();
    let seen = tree.visit(&["link", "dir", "dangling", ""], plain());
    assert_eq!(seen.paths(), ["a", "dir/x", "link"]);
    assert_eq!(seen.skips["dangling"].1, "a link to something that does not exist");
    assert_eq!(seen.skips["dangling"].0, SkipReason::Unreadable);
}

#[test]
fn names_that_are_not_utf_8_or_hold_escapes_are_read_and_kept_apart() {
    let tree = Tree::new(&[]);
    for name in [&b"caf\xe9"[..], b"caf\xe8", b"a\x1b[2Jb", b"new\nline", b"back\\slash"] {
        fs::write(tree.0.path().join(OsStr::from_bytes(name)), name).unwrap();
    }
    let seen = tree.visit(&[""], plain());
    assert_eq!(seen.blobs.len(), 5, "{:?}", seen.paths());
    assert_eq!(seen.blobs["caf\\xE9"], b"caf\xe9");
    let named = visit(vec![tree.0.path().join(OsStr::from_bytes(b"caf\xe9"))], plain(), 1);
    assert_eq!(named.blobs.len(), 1);
}

#[test]
fn ignore_files_that_never_end_hold_nothing_up_and_hide_nothing() {
    type Make = fn(&Path);
    let hostile: [(&str, Make); 5] = [
        ("pipe", |dir| make_pipe(&dir.join(".gitignore"))),
        ("zero", |dir| symlink("/dev/zero", dir.join(".ignore")).unwrap()),
        ("proc", |dir| symlink("/proc/self/maps", dir.join(".ignore")).unwrap()),
        ("exclude", |dir| {
            fs::create_dir_all(dir.join(".git/info")).unwrap();
            make_pipe(&dir.join(".git/info/exclude"));
        }),
        ("giant", |dir| fs::File::create(dir.join(".gitignore")).unwrap().set_len(1 << 40).unwrap()),
    ];
    for (name, make) in hostile {
        let tree = Tree::repository(&[("sub/a", "1"), ("sub/deep/b", "2"), ("c", "3"), ("sub/.env", "4")]);
        make(&tree.path("sub"));
        for root in ["", "sub", "sub/deep"] {
            let options = WalkOptions { max_file_size: 1_000, read_ignored_carriers: true, ..plain() };
            let seen = tree.visit(&[root], options);
            let wanted = ["c", "sub/.env", "sub/a", "sub/deep/b"];
            let wanted: Vec<_> = wanted.into_iter().filter(|path| path.starts_with(root)).collect();
            assert_eq!(seen.paths(), wanted, "{name} from {root}");
            assert_eq!(seen.ignored(), 0, "{name} from {root}");
        }
    }
}

#[test]
fn a_linked_ignore_file_is_obeyed() {
    let tree = Tree::repository(&[(".gitignore", "*.log\n"), ("sub/a.txt", ""), ("sub/b", "")]);
    tree.write("shared", "*.txt\n");
    symlink("../shared", tree.path("sub/.ignore")).unwrap();
    let seen = tree.visit(&[""], plain());
    assert_eq!((seen.paths(), seen.ignored()), (vec![".gitignore", "shared", "sub/b"], 1));
}

#[test]
fn a_git_file_that_leads_to_a_pipe_holds_nothing_up() {
    let tree = Tree::new(&[("w/a", "1")]);
    fs::create_dir(tree.path("evil")).unwrap();
    make_pipe(&tree.path("evil/commondir"));
    tree.write("w/.git", &format!("gitdir: {}\n", tree.path("evil").to_str().unwrap()));
    assert_eq!(tree.visit(&["w"], plain()).paths(), ["w/a"]);
    let whole = tree.visit(&[""], plain());
    assert_eq!((whole.paths(), whole.reasons()), (vec!["w/a"], vec![("evil/commondir", SkipReason::NotAFile)]));
}

#[test]
fn a_path_longer_than_the_system_opens_is_a_failure() {
    let tree = Tree::new(&[]);
    let deep = |levels: usize| std::iter::repeat_n("d".repeat(100), levels).collect::<PathBuf>();
    fs::create_dir_all(tree.0.path().join("lower").join(deep(25))).unwrap();
    fs::write(tree.0.path().join("lower").join(deep(25)).join("bottom"), "x").unwrap();
    let upper = tree.0.path().join("upper").join(deep(25));
    fs::create_dir_all(&upper).unwrap();
    fs::rename(tree.path("lower"), upper.join("lower")).unwrap();
    let seen = tree.visit(&[""], plain());
    assert!(seen.blobs.is_empty());
    let reasons: Vec<_> = seen.skips.values().map(|(reason, _)| *reason).collect();
    assert_eq!(reasons, [SkipReason::Unreadable], "{:?}", seen.skips);
}

#[test]
#[cfg(target_os = "linux")]
fn files_that_do_not_tell_their_length_are_read_up_to_the_limit() {
    let root = PathBuf::from("/proc/sys/kernel/random");
    let all = visit(vec![root.clone()], plain(), 1);
    assert_eq!(all.blobs["/proc/sys/kernel/random/boot_id"].len(), 37);
    let few = visit(vec![root], WalkOptions { max_file_size: 36, ..plain() }, 1);
    let refused = &few.skips["/proc/sys/kernel/random/boot_id"];
    assert_eq!(*refused, (SkipReason::TooLarge, "more than 36 bytes".into()));
    assert!(visit(vec!["/proc/self/maps".into()], plain(), 1).coverage.bytes > 100);
}

/// Tells the child of the next test what to read.
const CHILD: &str = "KEYLESS_TEST_TREE";

#[test]
fn what_may_not_be_read_is_a_failure() {
    if let Ok(tree) = std::env::var(CHILD) {
        return visit_unreadable(Path::new(&tree));
    }
    let files = [("ok", "1"), ("closed/inner", "2"), ("locked", "3"), ("rules/.gitignore", "x\n"), ("rules/x", "4")];
    let tree = Tree::repository(&files);
    for (path, mode) in [("", 0o755), ("closed", 0o000), ("locked", 0o000), ("rules/.gitignore", 0o000)] {
        fs::set_permissions(tree.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }
    if fs::read(tree.path("locked")).is_err() {
        visit_unreadable(&tree.path(""));
    } else {
        visit_as_nobody(&tree);
    }
    fs::set_permissions(tree.path("closed"), fs::Permissions::from_mode(0o755)).unwrap();
}

fn visit_unreadable(root: &Path) {
    let tree = root.to_str().unwrap();
    let reasons = |seen: &Seen| -> Vec<(String, String)> {
        assert!(seen.skips.values().all(|(reason, _)| *reason == SkipReason::Unreadable), "{:?}", seen.skips);
        let short = |path: &str| path.strip_prefix(tree).unwrap().trim_start_matches('/').to_owned();
        seen.skips.iter().map(|(path, (_, detail))| (short(path), detail.clone())).collect()
    };
    let denied = |path: &str| (path.to_owned(), "permission denied".to_owned());
    let seen = visit(vec![root.into()], plain(), 2);
    assert_eq!(reasons(&seen), [denied("closed"), denied("locked"), denied("rules/.gitignore")]);
    assert_eq!(seen.blobs.len(), 2, "ok and rules/x: {:?}", seen.paths());
    let named = ["closed", "closed/inner", "locked", "ok"].map(|path| root.join(path)).to_vec();
    let seen = visit(named, plain(), 1);
    assert_eq!(reasons(&seen), [denied("closed"), denied("closed/inner"), denied("locked")]);
}

/// Root may read everything, so the test runs itself again as somebody who may not.
fn visit_as_nobody(tree: &Tree) {
    let program = Tree::new(&[]);
    fs::set_permissions(program.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    fs::copy(std::env::current_exe().unwrap(), program.path("test")).unwrap();
    let child = Command::new(program.path("test"))
        .args(["--exact", "unix::what_may_not_be_read_is_a_failure", "--nocapture"])
        .env(CHILD, tree.path(""))
        .current_dir("/")
        .uid(65_534)
        .gid(65_534)
        .output();
    match child {
        Ok(output) => {
            let [said, complaints] = [&output.stdout, &output.stderr].map(|out| String::from_utf8_lossy(out));
            assert!(output.status.success() && said.contains("1 passed"), "{said}{complaints}");
        }
        Err(cause) => eprintln!("not tried: cannot start a program as nobody here: {cause}"),
    }
}
