//! What happens beside a scan: a line that shows how far it is, and Ctrl-C.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use super::ExitCode;
use super::engine::Progress;
use super::terminal::say;

/// A scan that is over before has nothing to show.
const PATIENCE: Duration = Duration::from_millis(500);
/// Ten times a second looks alive and costs nothing.
const BEAT: Duration = Duration::from_millis(100);

/// A line on standard error while it lives; gone without a trace when dropped.
pub(super) struct Line {
    /// Dropping it ends the thread.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// Shows it if it is wanted and standard error is a terminal.
    pub(super) fn show(progress: &Arc<Progress>, wanted: bool) -> Self {
        if !wanted || !io::stderr().is_terminal() {
            return Self { end: None, thread: None };
        }
        let (end, ended) = mpsc::channel();
        let progress = Arc::clone(progress);
        let thread = thread::spawn(move || draw(&progress, &ended));
        Self { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A line that could not be drawn is no reason to fail.
            let _ = thread.join();
        }
    }
}

fn draw(progress: &Progress, ended: &Receiver<()>) {
    if ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let style = ProgressStyle::with_template("{spinner} {msg} in {elapsed}").expect("a template that holds");
    let bar = ProgressBar::new_spinner().with_style(style).with_elapsed(PATIENCE);
    while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
        bar.set_message(so_far(progress));
        bar.tick();
    }
    bar.finish_and_clear();
}

fn so_far(progress: &Progress) -> String {
    let (files, bytes, findings) = progress.so_far();
    format!("{} files, {}, {} findings so far", HumanCount(files), HumanBytes(bytes), HumanCount(findings))
}

/// Asks the scan to stop and report when its time is over.
pub(super) fn stop_after(progress: &Arc<Progress>, limit: Duration) {
    if limit.is_zero() {
        return progress.stop();
    }
    let progress = Arc::clone(progress);
    thread::spawn(move || {
        thread::sleep(limit);
        say(format_args!("stopping: {} seconds are over", limit.as_secs()));
        progress.stop();
    });
}

/// The first Ctrl-C asks the scan to stop and report; the second leaves at once.
pub(super) fn stop_on_interrupt(progress: &Arc<Progress>) {
    let progress = Arc::clone(progress);
    let asked = move || {
        if progress.is_stopped() {
            leave();
        }
        progress.stop();
        say(format_args!("stopping; Ctrl-C again leaves without a report"));
    };
    // Without the handler Ctrl-C ends the program as it ends others.
    let _ = ctrlc::set_handler(asked);
}

#[allow(clippy::exit, reason = "whoever presses Ctrl-C twice does not wait for threads to end")]
fn leave() -> ! {
    std::process::exit(ExitCode::Incomplete as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_files_bytes_and_findings() {
        let progress = Progress::default();
        progress.add(3 << 20, 2);
        progress.add(0, 0);
        assert_eq!(so_far(&progress), "2 files, 3.00 MiB, 2 findings so far");
    }
}
