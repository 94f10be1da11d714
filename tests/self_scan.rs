//! keyless finds nothing in its own tree: samples are made when they are needed, never stored.

use std::path::Path;
use std::process::Command;

#[test]
fn our_own_tree_is_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_keyless"))
        .args(["scan", "--no-progress", "--color", "never", "."])
        .current_dir(root)
        .output()
        .expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
}
