//! Writes the examples of all rules to `corpus/`, as inputs of the targets that take files.

mod names;

use std::fs;
use std::path::Path;

use keyless::rule::{example, load};

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = load::directory(&here.join("../rules")).expect("the crate was built from the same files");
    for target in ["scan", "anchors", "fixes"] {
        fs::create_dir_all(here.join("corpus").join(target)).expect("a directory");
    }
    let mut count = 0;
    for rule in rules {
        for prepared in example::prepare(&rule.slug, &rule.file, 0).expect("its examples are tested") {
            let Some(first) = number(&prepared.file) else { continue };
            let input = [&[first][..], &prepared.bytes].concat();
            assert!(names::file(&input).is_some_and(|(_, bytes)| bytes == prepared.bytes), "a target reads it so");
            for target in ["scan", "anchors", "fixes"] {
                let file = here.join("corpus").join(target).join(format!("{}-{count}", rule.slug));
                fs::write(file, &input).expect("a file");
            }
            count += 1;
        }
    }
    println!("{count} examples");
}

/// Of the name that is most like this one: the same, or one with the same ending.
fn number(file: &str) -> Option<u8> {
    let ending = file.rsplit('.').next()?;
    let same = names::NAMES.iter().position(|name| *name == file);
    let alike = || names::NAMES.iter().position(|name| name.rsplit('.').next() == Some(ending));
    same.or_else(alike).and_then(|at| u8::try_from(at).ok())
}
