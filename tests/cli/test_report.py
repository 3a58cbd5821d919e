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


def test_a_file_is_written_in_the_format_of_its_name(logs: Cli) -> None:
    for name, begins in (
        ("r.html", "<!DOCTYPE html>"),
        ("r.md", "## errwatch: 2 new"),
        ("r.json", "{"),
        ("r.txt", "2 new, 0 regressed"),
    ):
        done = logs("report", "--output", name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (logs.cwd / name).read_text("utf-8").startswith(begins)
    logs("report", "--output", "r.txt", "--format", "markdown")
    assert (logs.cwd / "r.txt").read_text("utf-8").startswith("## errwatch")
    assert logs("report", "--format", "text").stdout == logs("report").stdout


def test_a_file_that_cannot_be_written_is_named(logs: Cli) -> None:
    done = logs("report", "--output", "nowhere/r.html")
    assert (done.returncode, done.stdout) == (3, "")
    assert "nowhere/r.html: cannot be written: No such file or directory" in done.stderr


def test_documents_go_to_standard_output(logs: Cli) -> None:
    assert logs("report", "--format", "markdown").stdout.startswith("## errwatch: 2 new")
    page = logs("report", "--format", "html")
    assert page.stdout.startswith("<!DOCTYPE html>")
    assert page.stdout.rstrip().endswith("</html>")
    assert page.stderr == ""


def test_a_browser_is_shown_the_page(logs: Cli) -> None:
    browser = logs.home / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > "$HOME/shown"\n')
    browser.chmod(0o755)
    done = logs("report", "--open", BROWSER=f"{browser} %s", TMPDIR=str(logs.home))
    assert (done.returncode, done.stdout) == (0, "")
    shown = (logs.home / "shown").read_text().strip()
    assert shown.startswith(f"file://{logs.home}/errwatch-")
    assert shown.endswith("/report.html")
    logs("report", "--open", "--output", "r.html", BROWSER=f"{browser} %s")
    assert (logs.home / "shown").read_text().strip() == (logs.cwd / "r.html").as_uri()


def test_without_a_browser_it_says_where_the_page_is(logs: Cli) -> None:
    done = logs("report", "--open", "--output", "r.html", BROWSER="false %s")
    assert done.returncode == 0
    assert "no browser could be started; the report is r.html" in done.stderr
    assert (logs.cwd / "r.html").exists()
    done = logs("report", "--open", "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--open shows HTML, not json" in done.stderr


def test_no_exit_code_of_an_empty_period(logs: Cli) -> None:
    for when in (
        "--since 2000-01-01 --until 2000-01-02",
        "--since 9999-12-31",
        "--until 0001-01-02",
    ):
        done = logs("report", *when.split())
        assert (done.returncode, done.stderr) == (0, ""), when
        assert done.stdout.startswith("No issues")


def test_a_time_of_another_zone_is_that_moment(logs: Cli) -> None:
    found = ReportSchema.model_validate(
        logs.json("report", "--since", "2026-03-29T03:30:00+02:00", "--until", "2026-03-30")
    )
    assert found.since is not None
    assert found.since.isoformat() == "2026-03-29T01:30:00+00:00"


def test_a_time_that_utc_does_not_have_is_refused(cli: Cli) -> None:
    done = cli("report", "--since", "0001-01-01T00:00:00+05:00")
    assert (done.returncode, done.stdout) == (2, "")
    assert "beyond the years" in done.stderr
