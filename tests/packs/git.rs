//! Repositories in scratch directories, made by git itself in an environment without a user.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A repository that goes away with its test.
pub(crate) struct Repo {
    dir: tempfile::TempDir,
    git_dir: PathBuf,
    listed: OnceLock<Vec<(String, String, usize, usize)>>,
}

/// By name: kind and content.
pub(crate) type Objects = BTreeMap<String, (&'static str, Vec<u8>)>;

/// A history to import: each commit changes a few lines of each file.
#[derive(Clone, Copy)]
pub(crate) struct Story {
    /// Number of the first commit, which its content and time depend on.
    pub(crate) first: usize,
    pub(crate) commits: usize,
    pub(crate) files: usize,
    /// Lines of each file.
    pub(crate) lines: usize,
}

impl Story {
    pub(crate) fn of(commits: usize, files: usize) -> Self {
        Self { first: 0, commits, files, lines: 60 }
    }

    /// A stream for `git fast-import`.
    fn stream(self, from: Option<&str>) -> Vec<u8> {
        let mut out = String::new();
        for number in self.first..self.first + self.commits {
            let message = format!("change {number}\n");
            let _ = writeln!(out, "commit refs/heads/main\ncommitter A <a@example.com> {} +0000", 1_000_000 + number);
            let _ = write!(out, "data {}\n{message}", message.len());
            if number == self.first
                && let Some(from) = from
            {
                let _ = writeln!(out, "from {from}");
            }
            for file in 0..self.files {
                let text = self.text(number, file);
                let dir = ["", "src/", "src/deep/er/", "docs/"][file % 4];
                let _ = write!(out, "M 644 inline {dir}file{file}.txt\ndata {}\n{text}\n", text.len());
            }
            if number % 10 == 9 {
                let _ = write!(
                    out,
                    "tag v{number}\nfrom refs/heads/main\ntagger A <a@example.com> {number} +0000\ndata 4\ntag\n\n"
                );
            }
        }
        out.push_str("done\n");
        out.into_bytes()
    }

    /// Lines that look random and change slowly from commit to commit.
    fn text(self, number: usize, file: usize) -> String {
        let mut text = String::new();
        for line in 0..self.lines {
            let last_change = if (number + line * 7 + file * 3) % self.lines < 3 { number } else { line % 5 };
            let mut state = (last_change * 1_000_003 + line * 8_191 + file * 131) as u64 + 1;
            for _ in 0..3 {
                state = state.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
                let _ = write!(text, "{state:x} ");
            }
            let _ = writeln!(text, "line {line} of {file}");
        }
        text
    }
}

impl Repo {
    /// An empty repository; `init`: more words for `git init`.
    pub(crate) fn new(init: &[&str]) -> Self {
        let dir = tempfile::Builder::new().prefix("keyless-packs").tempdir().unwrap();
        let git_dir = dir.path().join(".git");
        let repo = Self { dir, git_dir, listed: OnceLock::new() };
        repo.git(&[&["init", "-q", "-b", "main"], init].concat());
        repo
    }

    pub(crate) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.current_dir(self.dir.path()).env_clear();
        for name in ["PATH", "SystemRoot", "TEMP"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.envs([("GIT_CONFIG_NOSYSTEM", "1"), ("HOME", "/nonexistent"), ("GIT_CONFIG_GLOBAL", "/dev/null")]);
        command.args(["-c", "gc.auto=0", "-c", "core.compression=1", "-c", "pack.threads=1"]).args(words);
        command
    }

    /// Runs git. `unpack`: makes every object loose.
    pub(crate) fn git(&self, words: &[&str]) {
        if words == ["unpack"] {
            return self.unpack();
        }
        self.feed(words, &[]);
    }

    /// Runs git with standard input, and gives its standard output.
    pub(crate) fn feed(&self, words: &[&str], input: &[u8]) -> Vec<u8> {
        let mut command = self.command(words);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("git runs");
        let mut into = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || into.write_all(input));
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        })
    }

    /// Imports a history on top of `main`, as one pack.
    pub(crate) fn import(&self, story: &Story) {
        self.import_with(story, "fastimport.unpackLimit=0");
    }

    /// The same, as loose objects.
    pub(crate) fn import_loose(&self, story: &Story) {
        self.import_with(story, "fastimport.unpackLimit=100000");
    }

    fn import_with(&self, story: &Story, setting: &str) {
        let has_main = self.command(&["rev-parse", "-q", "--verify", "main"]).output().unwrap().status.success();
        let stream = story.stream(has_main.then_some("refs/heads/main^0"));
        self.feed(&["-c", setting, "fast-import", "--quiet", "--done", "--date-format=raw"], &stream);
    }

    /// A history with branches and merges, in which files and directories move, come back and are copied, and
    /// clocks go wrong.
    pub(crate) fn import_branches(&self, commits: usize) {
        let mut out = String::new();
        let story = Story { lines: 20, ..Story::of(commits, 1) };
        for number in 0..commits {
            let branch = number % 3;
            let time = if number % 11 == 5 { 5 } else { 1_000 + number / 3 };
            let _ = write!(out, "commit refs/heads/b{branch}\nmark :{}\n", number + 1);
            let _ = write!(out, "committer A <a@example.com> {time} +0000\ndata 1\nx\n");
            if number > 0 && number < 3 {
                let _ = writeln!(out, "from :1");
            }
            if number > 10 && number % 5 == 0 {
                let _ = writeln!(out, "merge :{}", number - 1);
            }
            for file in 0..4 {
                // Some content is that of another branch's file at another place.
                let text = story.text(number - number % (file + 1), file / 2);
                let dir = ["", "a/", "a/b/", "c/d/e/"][(file + number / 9) % 4];
                let _ = write!(out, "M 644 inline {dir}f{file}\ndata {}\n{text}\n", text.len());
            }
            match number % 8 {
                3 => out.push_str("C a z/y\n"),
                5 => out.push_str("D a/b\n"),
                7 => out.push_str("R c w\n"),
                _ => {}
            }
        }
        out.push_str("done\n");
        self.feed(&["fast-import", "--quiet", "--done", "--date-format=raw", "--force"], out.as_bytes());
    }

    /// A history of one file on `main`.
    pub(crate) fn import_text(&self, commits: usize, text: &dyn Fn(usize) -> String) {
        let mut out = String::new();
        for number in 0..commits {
            let _ = write!(out, "commit refs/heads/main\ncommitter A <a@example.com> {number} +0000\ndata 1\nx\n");
            let text = text(number);
            let _ = write!(out, "M 644 inline app/settings.txt\ndata {}\n{text}\n", text.len());
        }
        out.push_str("done\n");
        self.feed(&["fast-import", "--quiet", "--done", "--date-format=raw"], out.as_bytes());
    }

    /// Commits that branches point at.
    pub(crate) fn tips(&self) -> Vec<String> {
        let text = self.feed(&["for-each-ref", "--format=%(objectname)", "refs/heads"], &[]);
        String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
    }

    /// Names of all blobs.
    pub(crate) fn blob_names(&self) -> BTreeSet<String> {
        let objects = self.listed();
        objects.into_iter().filter(|(_, kind, ..)| kind == "blob").map(|(name, ..)| name).collect()
    }

    /// Where an object's entry begins in the first pack, and its length.
    pub(crate) fn place_in_pack(&self, name: &str) -> (usize, usize) {
        let listed = self.listed();
        let (_, _, offset, length) = listed.iter().find(|(one, ..)| one == name).unwrap();
        (*offset, *length)
    }

    /// Name, kind, offset and length of all objects of the first pack, as they were when it was whole.
    fn listed(&self) -> Vec<(String, String, usize, usize)> {
        self.listed.get_or_init(|| self.list()).clone()
    }

    fn list(&self) -> Vec<(String, String, usize, usize)> {
        let index = self.packs()[0].with_extension("idx");
        let text = self.feed(&["verify-pack", "-v", &index.to_string_lossy()], &[]);
        let text = String::from_utf8_lossy(&text).into_owned();
        let entry = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let number = |at: usize| words.get(at)?.parse().ok();
            let is_object = words.first()?.len() == 40 && words.len() >= 5;
            is_object.then(|| Some((words[0].to_owned(), words[1].to_owned(), number(4)?, number(3)?)))?
        };
        text.lines().filter_map(entry).collect()
    }

    fn unpack(&self) {
        for pack in self.packs() {
            let aside = self.dir.path().join("aside.pack");
            fs::rename(&pack, &aside).unwrap();
            fs::remove_file(pack.with_extension("idx")).unwrap();
            self.feed(&["unpack-objects", "-q"], &fs::read(&aside).unwrap());
        }
    }

    /// Every object that git sees: name, kind and content.
    pub(crate) fn all_objects(&self) -> Objects {
        let text = self.feed(&["cat-file", "--batch-all-objects", "--batch"], &[]);
        let mut rest = &text[..];
        let mut all = BTreeMap::new();
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            let mut words = head.split(' ');
            let (name, kind, size) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            let kind = ["commit", "tree", "blob", "tag"].into_iter().find(|one| *one == kind).unwrap();
            let (begin, size) = (end + 1, size.parse::<usize>().unwrap());
            all.insert(name.to_owned(), (kind, rest[begin..begin + size].to_vec()));
            rest = &rest[begin + size + 1..];
        }
        all
    }

    /// Its packs, sorted.
    pub(crate) fn packs(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.git_dir.join("objects/pack")).unwrap();
        let mut packs: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        packs.retain(|path| path.extension().is_some_and(|ending| ending == "pack"));
        packs.sort();
        packs
    }

    /// Deltas in the longest chain of the first pack.
    pub(crate) fn deepest_chain(&self) -> usize {
        let index = self.packs()[0].with_extension("idx");
        let text = self.feed(&["verify-pack", "-v", &index.to_string_lossy()], &[]);
        let depth = |line: &str| line.split_whitespace().nth(5).and_then(|depth| depth.parse().ok());
        String::from_utf8_lossy(&text).lines().filter_map(depth).max().unwrap_or(0)
    }

    /// Another repository, which holds only the newest commits as a thin pack: bases are not in it.
    pub(crate) fn thin_pack(&self, commits: usize) -> Self {
        let range = format!("main\n^main~{commits}\n");
        let words = ["pack-objects", "--thin", "--stdout", "--revs", "-q", "--delta-base-offset"];
        let pack = self.feed(&words, range.as_bytes());
        let thin = Self::new(&[]);
        // An index needs the names of all objects, which only a complete pack gives: bases are added, then cut off.
        let alternates = self.git_dir.join("objects").display().to_string();
        thin.write(".git/objects/info/alternates", &alternates);
        thin.feed(&["index-pack", "--stdin", "--fix-thin"], &pack);
        fs::remove_file(thin.git_dir.join("objects/info/alternates")).unwrap();
        thin.cut_off_bases(&pack);
        thin
    }

    /// Puts the thin pack in the place of the completed one, with an index of version 1 that names only its objects.
    fn cut_off_bases(&self, thin: &[u8]) {
        let complete = self.packs()[0].clone();
        let index = complete.with_extension("idx");
        let listed = self.feed(&["show-index"], &fs::read(&index).unwrap());
        let end = thin.len() as u64 - 20;
        let mut names: Vec<(String, u32)> = Vec::new();
        for line in String::from_utf8_lossy(&listed).lines() {
            let mut words = line.split(' ');
            let offset: u64 = words.next().unwrap().parse().unwrap();
            if offset < end {
                names.push((words.next().unwrap().to_owned(), u32::try_from(offset).unwrap()));
            }
        }
        names.sort();
        self.replace(&complete, thin);
        self.replace(&index, &index_of(&names, &thin[thin.len() - 20..]));
    }

    /// Names that the index of the first pack has.
    pub(crate) fn named_by_index(&self) -> Vec<String> {
        let listed = self.feed(&["show-index"], &fs::read(self.packs()[0].with_extension("idx")).unwrap());
        let name = |line: &str| line.split(' ').nth(1).unwrap().to_owned();
        String::from_utf8_lossy(&listed).lines().map(name).collect()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes the bytes of a file that git made read-only.
    pub(crate) fn change(&self, file: &Path, change: impl FnOnce(&mut [u8])) {
        let mut bytes = Vec::new();
        fs::File::open(file).unwrap().read_to_end(&mut bytes).unwrap();
        change(&mut bytes);
        self.replace(file, &bytes);
    }

    pub(crate) fn cut(&self, file: &Path, length: usize) {
        let bytes = fs::read(file).unwrap();
        self.replace(file, &bytes[..length]);
    }

    pub(crate) fn replace(&self, file: &Path, bytes: &[u8]) {
        fs::remove_file(file).unwrap();
        fs::write(file, bytes).unwrap();
    }
}

/// An index of version 1.
fn index_of(names: &[(String, u32)], pack_checksum: &[u8]) -> Vec<u8> {
    let byte = |hex: &str, at: usize| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap();
    let mut out = Vec::new();
    for first in 0..=255_u8 {
        let below = names.iter().filter(|(name, _)| byte(name, 0) <= first).count();
        out.extend(u32::try_from(below).unwrap().to_be_bytes());
    }
    for (name, offset) in names {
        out.extend(offset.to_be_bytes());
        out.extend((0..20).map(|at| byte(name, at)));
    }
    out.extend(pack_checksum);
    out.extend([0; 20]);
    out
}
