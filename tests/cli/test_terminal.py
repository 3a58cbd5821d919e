"""What a person sees: colours and folded lines on a terminal, the same words bare in a pipe."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

LOG = (
    "2026-11-20 10:00:00,000 ERROR app: cannot open the order that was paid an hour ago\n"
    "2026-11-20 10:00:01,000 CRITICAL app: the disk is full, and nothing can be written\n"
)
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def log(cli: Cli) -> Path:
    path = cli.cwd / "app.log"
    path.write_text(LOG)
    return path


def on_terminal(cli: Cli, *arguments: str, **variables: str) -> str:
    """All that a scan writes to a terminal, standard error too."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "errwatch", "scan", "app.log", "--no-save", *arguments],
        cwd=cli.cwd,
        env=cli.environment | {"TERM": "xterm-256color"} | variables,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""


@pytest.mark.parametrize("columns", [40, 80])
def test_lines_fit_a_terminal_and_lose_no_word(cli: Cli, log: Path, columns: int) -> None:
    shown = ESCAPE.sub("", on_terminal(cli, COLUMNS=str(columns)))
    assert all(len(line) <= columns for line in shown.splitlines())
    assert shown.split() == cli("scan", "app.log", "--no-save").stdout.split()


def test_colours_are_for_a_terminal_that_wants_them(cli: Cli, log: Path) -> None:
    coloured = re.compile(r"\x1b\[[0-9;]*(3|4)[0-9]")
    assert coloured.search(on_terminal(cli))
    assert not coloured.search(on_terminal(cli, NO_COLOR="1"))
    assert "\x1b" not in on_terminal(cli, TERM="dumb")
    assert "\x1b" not in cli("scan", "app.log", "--no-save", TERM="xterm-256color").stdout


@pytest.mark.parametrize("format", ["json", "events", "github", "sarif", "junit", "markdown"])
def test_what_is_for_a_program_is_the_same_on_a_terminal(cli: Cli, log: Path, format: str) -> None:
    shown = on_terminal(cli, "--format", format)
    piped = cli("scan", "app.log", "--no-save", "--format", format).stdout
    stamp = re.compile(r'timestamp="[^"]*"')
    assert stamp.sub("", shown) == stamp.sub("", piped)
