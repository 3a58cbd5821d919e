"""More than comes in a quiet hour, and a watcher that is stopped, put to sleep or told to begin
again amid it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.watched import Watched, until, writer, written
from tests.faults.writer import ERROR, QUIET
from tests.servers.webhook import Receiver

SOON = 2.0
"""Seconds within which a SIGTERM is to be followed."""
SYLLABLES = [f"{first}{second}" for first in "bdfgklmnprstv" for second in "aeiou"]


def storm(path: Path, errors: int) -> None:
    """Each line an error that is like no other."""
    chance = random.Random(1)
    with path.open("a") as out:
        for _ in range(errors):
            words = (("".join(chance.choices(SYLLABLES, k=5))) for _ in range(3))
            out.write(f"2026-11-20 10:00:00,000 ERROR app: {' '.join(words)} failed\n")


def backlog(path: Path, lines: int) -> int:
    """The number of its errors."""
    with path.open("a") as out:
        for number in range(lines):
            out.write((QUIET if number % 100 else ERROR).format(number=number))
    return lines // 100


def test_sigterm_amid_a_storm_of_new_issues(watched: Watched) -> None:
    """A hundred thousand of them: a few messages, in bounded memory."""
    with Receiver() as hook:
        (watched.folder / "errwatch.toml").write_text(
            '[[notify]]\nname = "hook"\nvariable = "HOOK"\nmin_severity = "info"\n'
            '[[alert]]\nname = "new"\non = "new"\n[alerts]\nmax_age = 31_536_000\n'
        )
        watched.variables = {"HOOK": hook.url}
        storm(watched.logs / "app.log", 100_000)
        watched.start()
        until(lambda: watched.total() >= 1000, "the storm is being read")
        assert watched.stop() < SOON
        assert 1000 <= watched.total() < 100_000
        assert (watched.folder / "told").read_text().count("\n") < 500, "announcements are bounded"
        watched.start()
        watched.counts(100_000, 900)
        hook.wait_for(1)
        print(f"{watched.resident():.0f} MiB, {len(hook.received)} messages")
        assert watched.resident() < 300
        assert watched.stop() < SOON
        assert len(hook.received) < 50


def test_sigterm_amid_a_large_backlog(watched: Watched) -> None:
    expected = backlog(watched.logs / "app.log", 3_000_000)
    watched.start()
    until(lambda: watched.total() >= 500, "the backlog is being read")
    assert watched.stop() < SOON
    assert 0 < watched.total() < expected
    assert watched.once().returncode == 0
    assert watched.total() == expected


def test_stopped_for_a_while_as_by_a_laptop_that_sleeps(watched: Watched) -> None:
    watched.ready()
    service = writer(watched.logs, *("--files", "2", "--rate", "1000", "--seconds", "12"))
    for _ in range(3):
        time.sleep(1)
        watched.process.send_signal(signal.SIGSTOP)
        time.sleep(2)
        watched.process.send_signal(signal.SIGCONT)
    watched.counts(written(service))
    assert watched.stop() < SOON


def test_settings_changed_under_load(watched: Watched) -> None:
    watched.ready()
    service = writer(
        watched.logs, *("--files", "2", "--rate", "2000", "--seconds", "12", "--rotate", "2")
    )
    settings = watched.folder / "errwatch.toml"
    for number in range(20):
        settings.write_text(f'min_level = "error"\n# {number}\n' if number % 3 else "inputs = 7\n")
        watched.process.send_signal(signal.SIGHUP)
        time.sleep(0.4)
    settings.unlink()
    watched.counts(written(service))
    assert "are kept" in watched.said
    assert watched.stop() < SOON


def test_a_file_of_five_gigabytes_at_the_start(watched: Watched) -> None:
    log = watched.logs / "app.log"
    with log.open("wb") as out:
        out.truncate(5 * 10**9)
        out.seek(0, os.SEEK_END)
        out.write(b"\n" + ERROR.format(number=1).encode())
    watched.arguments = ("logs",)
    watched.ready()
    with log.open("a") as out:
        out.write(ERROR.format(number=2))
    watched.counts(1)
    assert watched.resident() < 200
    assert watched.stop() < SOON


@pytest.mark.parametrize("files", [1_000, 10_000])
def test_many_files(watched: Watched, files: int) -> None:
    for number in range(files):
        (watched.logs / f"app-{number}.log").touch()
    watched.ready()
    for number in range(0, files, 10):
        with (watched.logs / f"app-{number}.log").open("a") as out:
            out.write(ERROR.format(number=number))
    watched.counts(files // 10)
    time.sleep(30)
    before = watched.cpu()
    time.sleep(40)
    share = (watched.cpu() - before) / 40
    print(
        f"{watched.descriptors()} descriptors, {share:.1%} of a core, {watched.resident():.0f} MiB"
    )
    assert share < 0.01
    assert watched.resident() < 400
    assert watched.stop() < SOON


def test_one_file_by_two_globs_a_link_and_a_hard_link(watched: Watched) -> None:
    (watched.logs / "app.log").touch()
    (watched.logs / "hard.log").hardlink_to(watched.logs / "app.log")
    (watched.logs / "soft.log").symlink_to("app.log")
    names = ("logs/app.log", "logs/hard.log", "logs/soft.log", "logs/*.log", "logs/a*", "logs")
    watched.arguments = (*names, "--from", "start")
    watched.ready()
    expected = 0
    for _ in range(20):
        expected += backlog(watched.logs / "app.log", 500)
        time.sleep(0.1)
    watched.counts(expected)
    watched.stop()
    watched.once()
    assert watched.total() == expected


def test_nobody_reads_what_it_says(watched: Watched) -> None:
    """`| head`: its output ends, and no traceback is told."""
    storm(watched.logs / "app.log", 200)
    process = subprocess.Popen(
        watched.command("watch", "logs", "--from", "start"),
        cwd=watched.folder,
        env=watched.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    with (watched.logs / "app.log").open("a") as out:
        out.write(ERROR.format(number=1))
    time.sleep(12)
    with (watched.logs / "app.log").open("a") as out:
        out.write("2026-11-20 10:00:00,000 ERROR app: something else\n")
    time.sleep(2)
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert b"Traceback" not in said
    watched.once()
    assert watched.total() == 202
