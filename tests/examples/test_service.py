"""The unit and the cron line of the examples: what they start is a command that there is."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from errwatch.config import resource
from tests.cli.conftest import Cli, cli

__all__ = ["cli"]

UNIT = resource("examples").joinpath("errwatch.service").read_text("utf-8")
CRON = resource("examples").joinpath("errwatch.cron").read_text("utf-8")
BINARY = "/opt/errwatch/bin/errwatch"


def value(key: str) -> str:
    return next(line.split("=", 1)[1] for line in UNIT.splitlines() if line.startswith(f"{key}="))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "errwatch.service"
    unit.write_text(UNIT.replace(BINARY, "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_starts_a_command_that_there_is(cli: Cli) -> None:
    program, *arguments = shlex.split(value("ExecStart"))
    assert program == BINARY
    done = cli(*arguments)
    assert done.returncode == 2
    assert "nothing to read" in done.stderr
    assert value("RestartPreventExitStatus") == "2"


def test_cron_reads_what_came_since_the_last_time(cli: Cli) -> None:
    line = next(line for line in CRON.splitlines() if BINARY in line)
    *arguments, pattern = shlex.split(line[line.index(BINARY) + len(BINARY) :])
    log = cli.cwd / "app.log"
    log.write_text("2026-11-20 10:00:00,000 ERROR app: before the first run\n")
    assert pattern == "/var/log/app/*.log"
    first, again = cli(*arguments, "*.log"), cli(*arguments, "*.log")
    assert (first.returncode, first.stdout + first.stderr) == (0, "")
    assert (again.returncode, again.stdout + again.stderr) == (0, "")
    with log.open("a") as file:
        file.write("2026-11-20 10:05:00,000 ERROR app: the disk is on fire\n")
    assert "the disk is on fire" in cli(*arguments, "*.log").stdout
