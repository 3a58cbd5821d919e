"""The container of the examples: what it starts is a command, and its health check tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from errwatch import __version__
from errwatch.config import resource
from tests.cli.conftest import Cli, cli

__all__ = ["cli"]

DOCKERFILE = resource("examples").joinpath("Dockerfile").read_text("utf-8")
SERVICE = yaml.safe_load(resource("examples").joinpath("compose.yaml").read_text("utf-8"))[
    "services"
]["errwatch"]
HEALTH_FILE = "/tmp/errwatch"


def words(instruction: str) -> list[str]:
    """Of an instruction in the form of JSON, at the end of its line."""
    line = next(
        line for line in DOCKERFILE.splitlines() if line.strip().startswith(f"{instruction} [")
    )
    found: list[str] = json.loads(line[line.index("[") :])
    return found


def test_it_starts_a_command_that_there_is(cli: Cli) -> None:
    lines = [line for line in DOCKERFILE.splitlines() if line.startswith("CMD")]
    arguments = json.loads(lines[0].removeprefix("CMD "))
    assert words("ENTRYPOINT") == ["errwatch"]
    health = cli.home / "health"
    arguments[arguments.index(HEALTH_FILE)] = str(health)
    done = cli(*arguments)
    assert (done.returncode, "nothing to read" in done.stderr) == (2, True)
    (cli.cwd / "errwatch.toml").write_text('inputs = ["*.log"]\n')
    (cli.cwd / "app.log").write_text("2026-11-20 10:00:00,000 ERROR app: cannot open order 18\n")
    assert cli(*arguments, "--once", "--from", "start").returncode == 0
    assert cli.json("report")["events"] == 1


@pytest.mark.parametrize(
    ("body", "age", "code"),
    [({"healthy": True}, 0, 0), ({"healthy": False}, 0, 1), ({"healthy": True}, 90, 1)],
)
def test_its_health_is_what_the_file_says(
    tmp_path: Path, body: dict[str, bool], age: int, code: int
) -> None:
    file = tmp_path / "errwatch"
    file.write_text(json.dumps(body))
    os.utime(file, times=(time.time() - age,) * 2)
    assert health(file) == code


def test_without_the_file_it_is_not_healthy(tmp_path: Path) -> None:
    assert health(tmp_path / "errwatch") == 1


def health(file: Path) -> int:
    check = next(line for line in DOCKERFILE.splitlines() if line.startswith("  CMD ["))
    program, option, code = json.loads(check.strip().removeprefix("CMD "))
    assert (program, option) == ("python", "-c")
    assert HEALTH_FILE in code
    command = [sys.executable, "-c", code.replace(HEALTH_FILE, str(file))]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_it_is_this_version() -> None:
    assert f"errwatch[notify]=={__version__}" in DOCKERFILE


def test_it_may_do_no_more_than_it_needs() -> None:
    service: dict[str, Any] = SERVICE
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    writable = [volume for volume in service["volumes"] if not volume.endswith(":ro")]
    assert writable == ["state:/state"]
    assert "ENV ERRWATCH_STATE=/state/state.db" in DOCKERFILE
    assert "USER errwatch" in DOCKERFILE
    assert "docker.sock" not in json.dumps(service)
