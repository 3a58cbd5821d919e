"""The workflow of the examples: safe as it stands, and its commands are commands of errwatch."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml

from errwatch.config import resource
from tests.cli.conftest import Cli, cli

__all__ = ["cli"]

TEXT = resource("examples").joinpath("github-actions.yml").read_text("utf-8")
WORKFLOW = yaml.safe_load(TEXT)
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["test"]["steps"]
SCANS = [step["run"] for step in STEPS if "errwatch scan" in step.get("run", "")]


def test_every_action_is_pinned_by_commit_and_names_its_release() -> None:
    lines = [line for line in TEXT.splitlines() if "uses:" in line]
    assert len(lines) == len([step for step in STEPS if "uses" in step])
    for line in lines:
        assert re.search(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)
        assert "@" + "0" * 40 not in line


def test_it_may_do_no_more_than_it_needs() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    job = WORKFLOW["jobs"]["test"]
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    assert "pull_request_target" not in TEXT
    assert not any("${{" in step.get("run", "") for step in STEPS)


def test_it_works_for_forks() -> None:
    """They get no secrets, and a token that may not upload."""
    assert "secrets." not in TEXT
    (upload,) = [step for step in STEPS if "upload-sarif" in step.get("uses", "")]
    assert "!github.event.pull_request.head.repo.fork" in upload["if"]


@pytest.mark.parametrize("command", SCANS)
def test_its_commands_run(cli: Cli, command: str) -> None:
    (cli.cwd / "build.log").write_text("2026-11-20 10:00:00 ERROR app: cannot open order 18\n")
    (cli.cwd / ".github").mkdir()
    accept = next(line for line in TEXT.splitlines() if "--write-baseline" in line)
    assert cli(*shlex.split(accept.strip("# "))[1:]).returncode == 0
    arguments = shlex.split(command.partition(" > ")[0])
    assert arguments[0] == "errwatch"
    done = cli(*arguments[1:])
    assert (done.returncode, "Usage" in done.stderr) == (0, False)
    assert done.stdout
