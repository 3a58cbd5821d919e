"""What may befall a file while it is watched by the real thing: each error counts once."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.faults.watched import Watched, until
from tests.faults.writer import ERROR, QUIET, TRACE

LIMIT = 250.0
"""MiB that a watcher may hold, whatever it reads."""


def append(path: Path, text: str) -> None:
    with path.open("a") as out:
        out.write(text)


def rotate(log: Path, number: int = 1) -> None:
    for part in range(9, number - 1, -1):
        older = log.with_name(f"{log.name}.{part}")
        if older.exists():
            older.rename(log.with_name(f"{log.name}.{part + 1}"))
    log.rename(log.with_name(f"{log.name}.{number}"))
    log.touch()


def test_rotated_amid_a_line_and_amid_a_trace(watched: Watched) -> None:
    """The writer holds the file that it has open, as it does until it is told to open another."""
    log = watched.logs / "app.log"
    log.touch()
    watched.ready()
    for number in range(10):
        trace = TRACE.format(number=number).splitlines(keepends=True)
        with log.open("a") as held:
            held.write(ERROR.format(number=number)[:30])
            held.flush()
            time.sleep(0.2)
            rotate(log)
            held.write(ERROR.format(number=number)[30:])
            held.writelines(trace[:3])
            held.flush()
        time.sleep(0.1)
        with log.open("a") as held:
            held.writelines(trace[:3])
            held.flush()
            rotate(log)
            held.writelines(trace[3:])
    # Three a round: a line that is whole in the end, a trace that was cut for good, and one that
    # is whole.
    watched.counts(30)
    watched.stop()
    assert "lost" not in watched.said


def test_rotated_twice_between_two_polls(watched: Watched) -> None:
    log = watched.logs / "app.log"
    log.touch()
    watched.ready()
    written = 0
    for _ in range(10):
        watched.process.send_signal(signal.SIGSTOP)
        for _ in range(3):
            append(log, ERROR.format(number=written))
            written += 1
            rotate(log)
        watched.process.send_signal(signal.SIGCONT)
        watched.counts(written)
    assert "lost" not in watched.said


def test_truncated_after_it_was_copied(watched: Watched) -> None:
    """As `copytruncate` does, and the copies take the inodes of those before them."""
    log = watched.logs / "app.log"
    log.touch()
    watched.ready()
    for written in range(1, 21):
        append(log, ERROR.format(number=written) + QUIET.format(number=written))
        watched.counts(written)
        copy = log.with_name("app.log.1")
        copy.unlink(missing_ok=True)
        copy.write_bytes(log.read_bytes())
        os.truncate(log, 0)
        time.sleep(0.1)
    watched.stop()
    watched.once()
    assert watched.total() == 20


def test_deleted_and_made_again_with_the_same_inode(watched: Watched) -> None:
    log = watched.logs / "app.log"
    log.touch()
    watched.ready()
    for written in range(1, 31):
        append(log, ERROR.format(number=written) * 2)
        watched.counts(2 * written)
        log.unlink()
        log.touch()
    watched.stop()


def test_a_line_without_an_end(watched: Watched) -> None:
    """Five hundred megabytes of it."""
    log = watched.logs / "app.log"
    log.touch()
    watched.ready()
    most = 0.0
    with log.open("a") as out:
        for _ in range(500):
            out.write("x" * 10**6)
            out.flush()
            most = max(most, watched.resident())
        out.write("\n" + ERROR.format(number=1))
    watched.counts(1)
    assert max(most, watched.resident()) < LIMIT
    assert watched.stop() < 2


def test_a_link_that_turns_and_links_in_a_circle(watched: Watched) -> None:
    watched.arguments = ("current.log", "logs", "--from", "start")
    (watched.logs / "a.log").symlink_to("b.log")
    (watched.logs / "b.log").symlink_to("a.log")
    (watched.logs / "deeper").symlink_to(".")
    link = watched.folder / "current.log"
    for number in range(5):
        target = watched.folder / f"run-{number}.txt"
        target.touch()
        turned = watched.folder / "turned"
        turned.symlink_to(target.name)
        turned.replace(link)
        if not number:
            watched.ready()
        append(target, ERROR.format(number=number))
        watched.counts(number + 1)
    assert watched.stop() < 2
    assert "a.log: cannot be read: Too many levels of symbolic links" in watched.said


def test_what_is_no_file_beside_one_that_is(watched: Watched) -> None:
    os.mkfifo(watched.logs / "pipe.log")
    (watched.logs / "folder.log").mkdir()
    (watched.logs / "full.log").symlink_to("/dev/full")
    (watched.logs / "endless.log").symlink_to("/dev/zero")
    log = watched.logs / "app.log"
    log.touch()
    watched.ready()
    append(log, ERROR.format(number=1))
    watched.counts(1)
    until(lambda: watched.said.count("is a device") == 2, "it is said")
    assert "pipe.log: is a named pipe" in watched.said
    time.sleep(6)
    assert watched.said.count("is a device") == 2, "it is said once"
    assert watched.stop() < 2
