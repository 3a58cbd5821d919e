"""`errwatch report`, as a person and a program run it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from errwatch.render.report.schema import ReportSchema
from tests.cli.conftest import Cli

NOW = datetime.now(UTC)


def write(cli: Cli, name: str, *lines: tuple[float, str]) -> None:
    """Errors that many hours ago."""
    with (cli.cwd / name).open("a") as log:
        for hours, words in lines:
            time = NOW - timedelta(hours=hours)
            log.write(f"{time:%Y-%m-%d %H:%M:%S},000 ERROR app: {words}\n")


@pytest.fixture
def logs(cli: Cli) -> Cli:
    write(cli, "api.log", (60, "cannot open order 1"), (5, "cannot open order 2"))
    write(cli, "web.log", (3, "payment was refused"), (2, "payment was refused"))
    cli("scan", "api.log", "web.log")
    return cli


def test_nothing_yet_is_no_error(cli: Cli) -> None:
    done = cli("report")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("No issues. Nothing was scanned")
    assert not (cli.home / "state.db").exists()
    assert ReportSchema.model_validate(cli.json("report")).issues == 0
    assert cli("report", "--since", "24h").stdout.startswith("No issues since ")


def test_it_says_how_things_stand_since_a_time(logs: Cli) -> None:
    found = ReportSchema.model_validate(logs.json("report", "--since", "24h"))
    assert (found.figures.new, found.issues, found.events) == (1, 2, 3)
    assert found.before is not None
    assert found.before.events == 0
    assert found.summary == "1 new, 0 regressed, 0 resolved"
    words = logs("report", "--since", "24h").stdout
    assert words.startswith("1 new, 0 regressed, 0 resolved, since ")
    assert "3 events of 2 issues; 0 before, none before" in words


def test_until_ends_it(logs: Cli) -> None:
    found = ReportSchema.model_validate(logs.json("report", "--since", "72h", "--until", "24h"))
    assert (found.issues, found.events) == (1, 1)
    done = logs("report", "--since", "1h", "--until", "2h")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--until" in done.stderr


def test_a_service_alone(logs: Cli) -> None:
    found = ReportSchema.model_validate(logs.json("report", "--service", "web"))
    assert [one.count for one in found.top] == [2]
    assert "in web" in logs("report", "--service", "web").stdout.splitlines()[0]
    assert logs("report", "--service", "nobody").stdout.startswith("No issues in nobody.")


def test_the_settings_name_the_service_of_an_input(logs: Cli) -> None:
    (logs.cwd / "errwatch.toml").write_text(
        '[[source]]\nname = "logs"\ninput = "api.log"\nservice = "checkout"\n'
    )
    logs("scan", "--no-save")
    found = ReportSchema.model_validate(logs.json("report"))
    assert {share.name for share in found.services} == {"api", "web"}
    write(logs, "api.log", (1, "disk is full of cats"))
    logs("scan")
    found = ReportSchema.model_validate(logs.json("report", "--service", "checkout"))
    assert [one.title for one in found.top] == ["disk is full of cats"]


def test_it_fits_the_screen(logs: Cli) -> None:
    for columns in (50, 80):
        lines = logs("report", COLUMNS=str(columns)).stdout.splitlines()
        assert max(map(len, lines)) <= columns
        assert any(line.startswith("by hour") for line in lines)


def on_a_terminal(cli: Cli, **variables: str) -> str:
    """What a terminal gets."""
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "errwatch", "report"],
        cwd=cli.cwd,
        env=cli.environment | {"TERM": "xterm-256color"} | variables,
        stdin=theirs,
        stdout=theirs,
        check=True,
        timeout=120,
    )
    os.close(theirs)
    with os.fdopen(ours, "rb") as screen:
        said = b""
        try:
            while chunk := screen.read1():
                said += chunk
        except OSError:  # what Linux says of a terminal that was closed
            pass
    return said.decode()


def test_colours_are_for_terminals_that_want_them(logs: Cli) -> None:
    assert "\x1b[" in on_a_terminal(logs)
    assert "\x1b[3" not in on_a_terminal(logs, NO_COLOR="1")
    assert "\x1b" not in logs("report").stdout


def test_a_terminal_without_blocks_gets_plain_bars(logs: Cli) -> None:
    said = on_a_terminal(logs, PYTHONIOENCODING="ascii", NO_COLOR="1")
    assert said.isascii()
    assert "?" not in said
    assert "|" in said
