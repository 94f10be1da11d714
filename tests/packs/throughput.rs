//! How fast a real store is swept; run by hand.

use std::path::Path;

use keyless::source::pack::{Fault, Follow, Object, Packs};

use super::sweep::{KINDS, MOST};

#[derive(Default)]
struct Counter {
    objects: usize,
    bytes: u64,
    faults: usize,
}

impl Follow for Counter {
    type Kept = ();

    fn object(&mut self, object: Object<'_, ()>, (): &mut ()) {
        self.objects += 1;
        self.bytes += object.bytes.len() as u64;
    }

    fn fault(&mut self, _: Fault) {
        self.faults += 1;
    }
}

#[test]
#[ignore = "needs a repository by path, and says what it measured"]
#[allow(clippy::print_stderr, reason = "it is run to see the numbers")]
fn throughput() {
    let repo = std::env::var("KEYLESS_REPO").expect("KEYLESS_REPO names a git directory");
    let threads = std::env::var("KEYLESS_THREADS").map_or(1, |threads| threads.parse().unwrap());
    let begun = std::time::Instant::now();
    let packs = Packs::open(Path::new(&repo), MOST).unwrap();
    eprintln!("open {:?}, {} objects, {} faults", begun.elapsed(), packs.count(), packs.faults().len());
    let kinds = std::env::var("KEYLESS_KINDS").unwrap_or_else(|_| "blob".to_owned());
    for kind in KINDS.into_iter().filter(|kind| kinds.contains(kind.as_str())) {
        let begun = std::time::Instant::now();
        let workers = packs.sweep(kind, threads, &|_| true, Counter::default);
        let sum = |of: fn(&Counter) -> u64| workers.iter().map(of).sum::<u64>();
        let (objects, bytes) = (sum(|worker| worker.objects as u64), sum(|worker| worker.bytes));
        eprintln!(
            "{} {:?}, {objects} objects, {bytes} bytes, {} faults",
            kind.as_str(),
            begun.elapsed(),
            sum(|w| w.faults as u64)
        );
    }
}
