"""`scan` and `watch` of a Loki query, from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from errwatch.store.sqlite import SqliteStore
from tests.cli.conftest import Cli
from tests.cli.test_watch import announced, total, watching
from tests.servers.loki import LokiServer

INPUT = 'loki:{app="api"}'


def run(folder: Path, loki: LokiServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "LOKI_ADDR": loki.address,
        "ERRWATCH_STATE": str(folder / "state.db"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.run(
        [sys.executable, "-m", "errwatch", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_scan_and_watch_count_the_same_entries_once(tmp_path: Path) -> None:
    with LokiServer() as loki:
        now = time.time_ns()
        loki.entries = [
            (now - (300 - i) * 10**9, {"app": "api"}, f"ERROR order {i} failed") for i in range(250)
        ]
        first = run(tmp_path, loki, "watch", INPUT, "--from", "start", "--once")
        assert first.returncode == 0, first.stderr
        assert "order" in first.stdout
        second = run(tmp_path, loki, "scan", INPUT)
        assert second.returncode == 1, second.stderr
        assert "250" in second.stdout
    with SqliteStore(tmp_path / "state.db") as store:
        assert [issue.count for issue in store.issues()] == [250]


def test_refusal_is_an_exit_code_and_a_line(tmp_path: Path) -> None:
    with LokiServer(tenant="shop") as loki:
        for command in (("scan", INPUT), ("watch", INPUT, "--once")):
            done = run(tmp_path, loki, *command)
            assert done.returncode == 3
            assert "LOKI_ORG_ID" in done.stderr
            assert "Traceback" not in done.stderr


def test_since_and_interval_of_watch(tmp_path: Path) -> None:
    with LokiServer() as loki:
        now = time.time_ns()
        loki.entries = [
            (now - hours * 3600 * 10**9, {"app": "api"}, f"ERROR order {hours} failed")
            for hours in (1, 5, 30)
        ]
        options = ("--since", "24h", "--interval", "0.5", "--once")
        assert run(tmp_path, loki, "watch", INPUT, *options).returncode == 0
        assert run(tmp_path, loki, "watch", INPUT, "--interval", "0").returncode == 2
    with SqliteStore(tmp_path / "state.db") as store:
        assert sum(issue.count for issue in store.issues()) == 2


def test_a_tail_brings_what_no_poll_would_bring_so_soon(cli: Cli) -> None:
    """Between two polls lie hours; the tail is closed in between, as Loki does each minute."""
    with LokiServer() as loki:
        address = {"LOKI_ADDR": loki.address}
        with watching(cli, INPUT, "--interval", "7200", **address) as process:
            for number, word in enumerate(("disk", "mail")):
                loki.tails.wait_for_asked(number + 1)
                loki.entries.append((time.time_ns(), {"app": "api"}, f"ERROR the {word} is broken"))
                loki.tails.say(loki.entries[-1:])
                assert f"the {word} is broken" in announced(process)
                loki.tails.close()
            process.terminate()
            assert process.wait(timeout=30) == 0
    assert total(cli) == 2


def test_errors_only_reads_little_and_finds_the_same(cli: Cli) -> None:
    trace = ("Traceback (most recent call last):", '  File "/app/a.py", line 3, in run', "  go()")
    with LokiServer() as loki:
        now = time.time_ns()
        loki.entries = [(now - i * 10**9, {"app": "api"}, "INFO fine") for i in range(2000)]
        loki.entries += [
            (now - 10**12 + place, {"app": "api"}, line)
            for place, line in enumerate((*trace, "KeyError: 'plan'"))
        ]
        (cli.cwd / "errwatch.toml").write_text("[loki]\nerrors_only = true\n")
        done = cli("watch", INPUT, "--from", "start", "--once", LOKI_ADDR=loki.address)
        assert "KeyError: 'plan'" in done.stdout
        assert done.stderr == ""
        assert any("|~" in one["query"] for one in loki.asked)
    assert total(cli) == 1
