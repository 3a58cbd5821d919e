"""`errwatch watch -`: real pipes, real signals."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_watch import announced, error, total


@contextmanager
def piped(cli: Cli, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """A watcher of a pipe, and the end to write to."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "errwatch", "watch", "-", *arguments],
        cwd=cli.cwd,
        env=cli.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    assert process.stdout is not None
    # A watcher that stays silent must fail the test, not hang it.
    impatience = threading.Timer(60, process.kill)
    impatience.start()
    try:
        assert "watching" in process.stderr.readline()
        yield process, process.stdin
    finally:
        impatience.cancel()
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stderr, process.stdout):
            stream.close()


def test_issues_are_told_as_they_come_and_the_end_is_exit_0(cli: Cli) -> None:
    with piped(cli) as (process, pipe):
        pipe.write(error(1))
        pipe.flush()
        assert "order 1 failed" in announced(process)
        pipe.write("2026-11-20 10:01:00,000 ERROR app: the disk is on fire")
        pipe.close()
        assert "the disk is on fire" in announced(process)
        assert process.wait() == 0
    assert total(cli) == 2


@pytest.mark.parametrize("mode", [(), ("--once",)])
def test_all_of_a_long_pipe_is_counted(cli: Cli, mode: tuple[str, ...]) -> None:
    lines = "".join(error(number % 60) for number in range(50_000))
    done = cli("watch", "-", *mode, stdin=lines)
    assert done.returncode == 0, done.stderr
    assert total(cli) == 50_000


def test_sigterm_commits_what_was_read(cli: Cli) -> None:
    with piped(cli) as (process, pipe):
        pipe.write(error(1) + "2026-11-20 10:01:00,000 ERROR app: the disk is on fire\n")
        pipe.flush()
        assert "order 1 failed" in announced(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    assert total(cli) == 2


def test_producer_that_is_killed_is_an_end(cli: Cli) -> None:
    with piped(cli) as (process, pipe):
        pipe.write(error(1) + "2026-11-20 10:01:00,000 IN")
        pipe.close()
        assert process.wait() == 0
    assert total(cli) == 1


def test_a_file_beside_it_is_watched_on(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text("")
    with piped(cli, "app.log") as (process, pipe):
        pipe.write(error(1))
        pipe.close()
        assert "order 1 failed" in announced(process)
        log.write_text("2026-11-20 10:01:00,000 ERROR app: the disk is on fire\n")
        assert "the disk is on fire" in announced(process)
