"""`errwatch watch` as a process: real files, real signals."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.conftest import Cli


def error(number: int) -> str:
    return f"2026-11-20 10:00:{number:02},000 ERROR app: order {number} failed\n"


@contextmanager
def watching(cli: Cli, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A watcher that has said that it watches."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "errwatch", "watch", *arguments],
        cwd=cli.cwd,
        env=cli.environment | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    # A watcher that stays silent must fail the test, not hang it, however busy the machine is.
    impatience = threading.Timer(300, process.kill)
    impatience.start()
    try:
        greeting = process.stderr.readline()
        assert "watching" in greeting, f"it said {greeting!r}, and its end is {process.poll()}"
        yield process
    finally:
        impatience.cancel()
        process.kill()
        process.communicate()


def announced(process: subprocess.Popen[str]) -> str:
    """The next issue that the watcher tells of, on one line."""
    assert process.stdout is not None
    return process.stdout.readline()


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def total(cli: Cli) -> int:
    return sum(issue["count"] for issue in cli.json("issues", "list")["issues"])


def test_new_issues_are_told_and_ctrl_c_is_clean(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text(error(1))
    with watching(cli, "app.log", "--from", "start") as process:
        assert "order 1 failed" in announced(process)
        append(log, "2026-11-20 10:01:00,000 ERROR app: the disk is on fire\n")
        assert "the disk is on fire" in announced(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in out + err
    assert total(cli) == 2


def test_sigterm_exits_0_and_a_restart_goes_on(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text("")
    with watching(cli, "app.log", "--from", "start") as process:
        append(log, error(1))
        announced(process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    append(log, error(2))
    log.rename(cli.cwd / "app.log.1")
    append(log, error(3))
    assert cli("watch", "app.log", "--once").returncode == 0
    assert total(cli) == 3


def test_a_trace_after_a_restart_has_the_time_of_the_line_above_it(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    append(log, "2026-11-20 10:00:07,000 INFO app: on\n")
    assert cli("watch", "app.log", "--once", "--from", "start").returncode == 0
    append(log, "Traceback (most recent call last):\nKeyError: 'basalt'\n")
    assert cli("watch", "app.log", "--once").returncode == 0
    (issue,) = cli.json("issues", "list")["issues"]
    assert issue["first_seen"].startswith("2026-11-20T10:00:07")


def test_kill_9_and_restart_count_once(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text("")
    for trouble in ("disk is on fire", "mail was refused", "cart has no owner"):
        with watching(cli, "app.log", "--from", "start") as process:
            append(log, f"2026-11-20 10:00:00,000 ERROR app: {trouble}\n")
            announced(process)
            process.kill()
            process.communicate()
    assert cli("watch", "app.log", "--once").returncode == 0
    assert total(cli) == 3


def test_a_second_watcher_says_so_and_stops(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text("")
    with watching(cli, "app.log"):
        done = cli("watch", "app.log")
        assert done.returncode == 3
        assert "watched already" in done.stderr
        assert cli("report").returncode == 0


def said(process: subprocess.Popen[str], words: str) -> str:
    """The next line on standard error with these words."""
    assert process.stderr is not None
    return next(line for line in process.stderr if words in line)


def test_sighup_reads_the_settings_again(cli: Cli) -> None:
    settings = cli.cwd / "errwatch.toml"
    settings.write_text('inputs = ["a.log"]\n')
    (cli.cwd / "a.log").write_text("")
    (cli.cwd / "b.log").write_text("")
    with watching(cli) as process:
        settings.write_text('inputs = ["a.log", "b.log"]\n')
        process.send_signal(signal.SIGHUP)
        assert "b.log" in said(process, "watching")
        append(cli.cwd / "b.log", error(1))
        assert "order 1 failed" in announced(process)


def test_bad_settings_are_refused_and_the_old_ones_kept(cli: Cli) -> None:
    settings = cli.cwd / "errwatch.toml"
    settings.write_text('inputs = ["a.log"]\n')
    (cli.cwd / "a.log").write_text("")
    with watching(cli) as process:
        settings.write_text("inputs = 7\n")
        process.send_signal(signal.SIGHUP)
        assert "errwatch.toml: inputs" in said(process, "are kept")
        said(process, "watching")
        append(cli.cwd / "a.log", error(1))
        assert "order 1 failed" in announced(process)


def test_it_does_not_read_what_it_writes(cli: Cli) -> None:
    log = cli.cwd / "all.log"
    with log.open("w") as out:
        process = subprocess.run(
            [sys.executable, "-m", "errwatch", "watch", "*.log", "--once", "--from", "start"],
            cwd=cli.cwd,
            env=cli.environment,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert process.returncode == 3
    assert "all.log: our own output goes there" in process.stderr


def test_the_health_file_is_there_while_it_watches(cli: Cli) -> None:
    (cli.cwd / "a.log").write_text("")
    health = cli.cwd / "health.json"
    with watching(cli, "a.log", "--health-file", str(health)) as process:
        append(cli.cwd / "a.log", error(1))
        announced(process)
        assert '"healthy": true' in health.read_text()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert not health.exists()


def test_its_own_log_as_json(cli: Cli) -> None:
    (cli.cwd / "a.log").write_text("")
    with watching(cli, "a.log", "--log-format", "json") as process:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
