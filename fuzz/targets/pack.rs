#![no_main]

use std::fs;
use std::sync::Mutex;

use keyless::source::pack::{Fault, Follow, Kind, Object, Packs};
use libfuzzer_sys::fuzz_target;

/// Objects up to this size are read.
const MOST: u64 = 1 << 20;

#[derive(Default)]
struct Sink;

impl Follow for Sink {
    type Kept = ();

    fn object(&mut self, object: Object<'_, ()>, (): &mut ()) {
        assert!(object.bytes.len() as u64 <= MOST);
    }

    fn fault(&mut self, _: Fault) {}
}

// Two bytes say how long the index is; the pack follows it.
fuzz_target!(|input: &[u8]| {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock();
    let Some((length, rest)) = input.split_first_chunk::<2>() else { return };
    let at = usize::from(u16::from_le_bytes(*length)).min(rest.len());
    let dir = tempfile::tempdir().expect("a directory");
    let packs = dir.path().join("objects/pack");
    fs::create_dir_all(&packs).expect("a directory");
    fs::write(packs.join("pack-a.idx"), &rest[..at]).expect("a file");
    fs::write(packs.join("pack-a.pack"), &rest[at..]).expect("a file");
    let Ok(packs) = Packs::open(dir.path(), MOST) else { return };
    for kind in [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag] {
        packs.sweep(kind, 1, &|_| true, Sink::default);
    }
});
