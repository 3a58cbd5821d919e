"""The real command, in a process of its own, with a home and a state of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.commands import run

GIT = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Cli:
    home: Path
    cwd: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PYTHONPATH": str(Path(__file__).parent.parent.parent),
            "PYTHONWARNINGS": "error",
            "ERRWATCH_STATE": str(self.home / "state.db"),
            "COLUMNS": "80",
        }

    def __call__(
        self, *arguments: str | Path, stdin: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return run([*map(str, arguments)], self.cwd, self.environment | variables, stdin)

    def started(
        self, *arguments: str | Path, stdin: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """By an interpreter that starts with this environment."""
        return subprocess.run(
            [sys.executable, "-m", "errwatch", *map(str, arguments)],
            cwd=self.cwd,
            env=self.environment | variables,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def json(self, *arguments: str | Path) -> Any:
        done = self(*arguments, "--format", "json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *GIT, *arguments],
            cwd=cwd or self.cwd,
            env=self.environment | {"GIT_CONFIG_GLOBAL": os.devnull},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    home, cwd = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    cwd.mkdir()
    return Cli(home, cwd)
