"""No planted secret is in anything that errwatch prints, keeps or leaves behind."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.cli.crash import EXIT_CODE, Crash
from errwatch.detect.detector import Detector
from errwatch.detect.frames import FrameRules
from errwatch.intake import identified
from errwatch.model.event import Event
from errwatch.model.levels import Level
from errwatch.redact import redact_event
from errwatch.triage.redactions import redactions
from tests.cli.conftest import Cli, cli
from tests.redact.samples import ASSIGNED, KEYS, PRIVATE_KEY, Planted

__all__ = ["cli"]

WHOLE = [one for one in ASSIGNED if "\n" not in one.text and "\r" not in one.text]
PLANTS = [*WHOLE, *(Planted(f"got {key} back", key) for key in KEYS)]
FORMATS = ["text", "json", "events", "github", "sarif", "junit", "markdown"]
HEADER = "2026-11-20 10:00:00,000 ERROR app: "


def plain(number: int, text: str) -> str:
    return f"{HEADER}step {number} failed: {text}\n"


def trace(number: int, text: str) -> str:
    return (
        f"{HEADER}job failed\nTraceback (most recent call last):\n"
        f'  File "/app/m{number}.py", line 3, in run\n    call({number})\nValueError: {text}\n'
    )


def record(number: int, text: str) -> str:
    body = {"level": "error", "logger": f"l{number}", "message": f"failed: {text}"}
    return json.dumps(body | {"ctx": json.dumps({"input": text})}) + "\n"


def log_text() -> str:
    private = "".join(plain(0, PRIVATE_KEY) + plain(1, PRIVATE_KEY.replace("\n", "\\n")))
    return private + "".join(
        write(number, one.text)
        for number, one in enumerate(PLANTS)
        for write in (plain, trace, record)
    )


SECRETS = sorted({"IBAAKC", *(one.secret for one in PLANTS if len(one.secret) > 6)} - {"12345678"})


def found(text: str | bytes) -> list[str]:
    """The secrets in it, as they are or as JSON writes them."""
    raw = text if isinstance(text, bytes) else text.encode()
    return [s for s in SECRETS if s.encode() in raw or json.dumps(s)[1:-1].encode() in raw]


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback (most recent call last)" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def left(cli: Cli) -> list[tuple[str, str]]:
    """What is left in files of the state, of the project and of the temporary directory."""
    files = (p for p in cli.home.parent.rglob("*") if p.is_file() and p.name != "app.log")
    return [(path.name, secret) for path in files for secret in found(path.read_bytes())]


@pytest.fixture
def log(cli: Cli) -> Path:
    path = cli.cwd / "app.log"
    path.write_text(log_text(), encoding="utf-8")
    assert set(found(path.read_bytes())) == set(SECRETS)
    return path


@pytest.mark.parametrize("format", FORMATS)
def test_scan_in_every_format(cli: Cli, log: Path, format: str) -> None:
    temporary = cli.home / "tmp"
    temporary.mkdir()
    done = cli(
        *("scan", "--format", format, "--show-redactions", "--write-baseline", "b.json"),
        *(log, "missing.log", "--allow-failure"),
        TMPDIR=str(temporary),
        GITHUB_STEP_SUMMARY=str(cli.home / "summary.md"),
    )
    assert "redacted" in done.stderr
    assert "missing.log" in done.stderr
    assert not found(said(done))
    assert (cli.home / "state.db").exists()
    assert not left(cli)


def test_what_is_told_of_the_state(cli: Cli, log: Path) -> None:
    issue = cli.json("scan", log)["issues"][0]["id"]
    for arguments in (
        ("issues", "list"),
        ("issues", "list", "--format", "json"),
        ("issues", "show", issue),
        ("issues", "explain", issue),
        ("classify", "--explain"),
        ("analyze", issue),
        ("report",),
        ("report", "--format", "json"),
        ("scan", log, "--new-only"),
    ):
        assert not found(said(cli(*arguments))), arguments
    assert not left(cli)


def test_watch(cli: Cli, log: Path) -> None:
    done = cli("watch", "--from", "start", "--once", log)
    assert "new" in done.stdout
    assert not found(said(done))
    assert not left(cli)


@pytest.mark.parametrize("format", ["text", "json"])
def test_text_from_a_pipe(cli: Cli, format: str) -> None:
    done = cli("classify", "-", "--explain", "--format", format, stdin=log_text())
    assert done.stdout
    assert not found(said(done))
    assert not found(said(cli("scan", "-", "--format", format, stdin=log_text())))
    assert not left(cli)


def test_a_state_that_cannot_be_written(cli: Cli, log: Path) -> None:
    (cli.home / "state.db").write_text("no database")
    done = cli("scan", log)
    assert done.returncode in (2, 3)
    assert not found(said(done))


def test_the_rows_of_the_state(cli: Cli, log: Path) -> None:
    cli("scan", "--exit-zero", log)
    with sqlite3.connect(cli.home / "state.db") as connection:
        assert not found("\n".join(connection.iterdump()))


def events(text: str) -> list[Event]:
    detector = Detector("app.log", frames=FrameRules(), min_level=Level.ERROR)
    return [*detector.feed(text.encode()), *detector.flush()]


@given(
    st.lists(
        st.tuples(st.sampled_from(PLANTS), st.sampled_from([plain, trace, record])), max_size=4
    )
)
@settings(max_examples=300)
def test_no_event_keeps_a_secret(pieces: list[tuple[Planted, object]]) -> None:
    text = "".join(
        write(number, one.text) for number, (one, write) in enumerate(pieces) if callable(write)
    )
    for named in identified(events(text)):
        assert not found(repr(named))
        assert all(str(one).startswith("app.log:") for one in redactions(named.event))


@given(st.lists(st.sampled_from(PLANTS), min_size=1, max_size=3))
def test_redacting_an_event_twice_changes_nothing(planted: list[Planted]) -> None:
    for event in events(trace(1, " ".join(one.text for one in planted))):
        clean = redact_event(event)
        assert redact_event(clean) == clean


def test_a_crash_tells_its_place_and_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    line = plain(1, "password=hunter2x")
    with pytest.raises(SystemExit) as stop, Crash():
        int(line)
    told = capsys.readouterr().err
    assert stop.value.code == EXIT_CODE
    assert "test_everywhere.py" in told
    assert "ValueError" in told
    assert "hunter2x" not in told
    assert "failed" not in told
