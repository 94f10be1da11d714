#!/usr/bin/env python3
"""Runs keyless and its peers over a tree or a history, interleaved, and prints medians and ratios.

    tests/bench/whole.py                            the sources of the cargo registry, as a tree
    tests/bench/whole.py --tree PATH                any tree
    tests/bench/whole.py --history REPOSITORY       every commit of a repository
    tests/bench/whole.py --size                     cost against size (a quarter, a half, all) and threads
    tests/bench/whole.py --table                    as a Markdown table, for docs/performance.md

What is not installed is left out. CPU is user and system time of the process and its
children; memory is the greatest of any of them. Nothing is sent anywhere: kingfisher
runs without validation and update check.
"""

import argparse
import glob
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def main():
    args = arguments()
    if args.history and "gitleaks" not in args.without:
        missing = missing_objects(args.history)
        if missing:
            sys.exit(
                f"{missing} objects are missing: `git log -p` ends there, and what reads it looks fast. "
                "Fetch them first, or leave out what reads it: --without gitleaks."
            )
    target = args.history or args.tree
    with tempfile.TemporaryDirectory() as kept:
        jobs = list(commands(args, target, kept))
        runs = {name: [] for name, _, _ in jobs}
        for name, command, _ in jobs:
            if name == AGAIN:
                run(command)  # there must be something to remember
        for _ in range(args.runs):
            for name, command, _ in jobs:
                runs[name].append(run(command))
    rows = [(name, version, *medians(runs[name])) for name, _, version in jobs]
    (table if args.table else plain)(rows, target, args)
    if args.size and not args.history:
        by_size(args)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", metavar="PATH")
    parser.add_argument("--history", metavar="REPOSITORY")
    parser.add_argument("--keyless", default="target/release/keyless", metavar="PROGRAM")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--literal", default="client_secret", help="what rg counts")
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="leave one out")
    parser.add_argument("--size", action="store_true")
    parser.add_argument("--table", action="store_true")
    args = parser.parse_args()
    args.tree = args.tree or registry()
    if not shutil.which(args.keyless):
        sys.exit(f"{args.keyless}: not there; `cargo build --release` makes it")
    return args


def registry():
    home = os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo"))
    return os.path.join(home, "registry", "src")


# A second scan of a history, with what the first one remembered.
AGAIN = "keyless again"


def commands(args, target, kept):
    """Name, command and version of everything that is installed."""
    threads = str(args.threads)
    # A file of its own: with /dev/null as a report's path, runs as root left a plain file in the device's place.
    report = os.path.join(tempfile.gettempdir(), f"bench-{os.getpid()}.json")
    options = ["--no-config", "--no-progress", "--format", "json", "--threads", threads]
    if args.history:
        all_of_them = [
            ("keyless", [args.keyless, "scan", *options, "--history", "--no-cache", target]),
            (AGAIN, [args.keyless, "scan", *options, "--history", "--cache-dir", kept, target]),
            ("git cat-file", ["git", "-C", target, "cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"]),
            ("gitleaks", ["gitleaks", "git", "--no-banner", "--log-level", "error", "--report-format", "json", "--report-path", report, target]),
            ("kingfisher", ["kingfisher", "scan", "--no-validate", "--no-update-check", "--quiet", "--jobs", threads, target]),
        ]
    else:
        all_of_them = [
            ("keyless", [args.keyless, "scan", *options, target]),
            ("secrets only", [args.keyless, "scan", *options, "--rule", "KS*", target]),
            ("rg -c", ["rg", "-c", "--threads", threads, args.literal, target]),
            ("gitleaks", ["gitleaks", "dir", "--no-banner", "--log-level", "error", "--report-format", "json", "--report-path", report, target]),
            ("kingfisher", ["kingfisher", "scan", "--no-validate", "--no-update-check", "--git-history", "none", "--quiet", "--jobs", threads, target]),
        ]
    for name, command in all_of_them:
        if shutil.which(command[0]) and name not in args.without:
            yield name, command, version(command[0])
        else:
            print(f"{name}: left out", file=sys.stderr)


def version(program):
    for words in (["--version"], ["version"]):
        told = subprocess.run([program, *words], capture_output=True, text=True)
        found = re.search(r"\d+\.\d+(\.\d+)?", told.stdout + told.stderr)
        if told.returncode == 0 and found:
            return found.group()
    return "?"


def run(command):
    """CPU seconds, wall seconds and MB of one run."""
    nothing = os.open(os.devnull, os.O_RDWR)
    begun = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, fd) for fd in (0, 1, 2)])
    _, _, used = os.wait4(child, 0)
    wall = time.monotonic() - begun
    os.close(nothing)
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return used.ru_utime + used.ru_stime, wall, kilobytes / 1024


def medians(runs):
    return tuple(statistics.median(values) for values in zip(*runs))


def missing_objects(repository):
    told = subprocess.run(["git", "-C", repository, "rev-list", "--objects", "--all", "--missing=print"], capture_output=True, text=True)
    return sum(line.startswith("?") for line in told.stdout.splitlines())


def plain(rows, target, args):
    print(f"{target}, {args.runs} interleaved runs, {args.threads} threads, medians")
    print(f"{'':14} {'version':>9} {'CPU s':>8} {'wall s':>8} {'MB':>7}   CPU of keyless to it")
    own = rows[0][2]
    for name, told, cpu, wall, memory in rows:
        print(f"{name:14} {told:>9} {cpu:8.2f} {wall:8.2f} {memory:7.0f}   {own / max(cpu, 1e-9):.2f}")


def table(rows, target, args):
    print("| program | version | CPU s | wall s | MB | CPU to keyless |\n|---|---|---|---|---|---|")
    own = rows[0][2]
    for name, told, cpu, wall, memory in rows:
        print(f"| {name} | {told} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {cpu / max(own, 1e-9):.1f} |")


def by_size(args):
    """A quarter, a half and all of the files, copied, on one and two threads."""
    files = sorted(path for path in glob.iglob(os.path.join(glob.escape(args.tree), "**"), recursive=True, include_hidden=True) if os.path.isfile(path) and not os.path.islink(path))
    with tempfile.TemporaryDirectory() as scratch:
        for share in (4, 2, 1):
            tree = os.path.join(scratch, str(share))
            for number, path in enumerate(files[::share]):
                part = os.path.join(tree, str(number // 500))
                os.makedirs(part, exist_ok=True)
                shutil.copyfile(path, os.path.join(part, f"{number}-{os.path.basename(path)}"))
            for threads in ("1", "2"):
                command = [args.keyless, "scan", "--no-config", "--no-progress", "--format", "json", "--threads", threads, tree]
                cpu, wall, memory = medians([run(command) for _ in range(3)])
                print(f"1/{share} of the files, {threads} threads: {cpu:.2f} CPU s, {wall:.2f} s, {memory:.0f} MB")


main()
