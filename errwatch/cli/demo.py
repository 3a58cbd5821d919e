"""`errwatch demo`: the commands that a user would type, run on a copy of the example."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from errwatch.cli.output import show
from errwatch.config import resource
from errwatch.errors import OperationError

app = typer.Typer(rich_markup_mode=None, add_completion=False)

SECRETS = ("ANTHROPIC_API_KEY", "GITHUB_TOKEN")


@dataclass(frozen=True, slots=True)
class Stage:
    """A copy of the example in a repository of its own, with a state of its own."""

    folder: Path

    @property
    def shop(self) -> Path:
        return self.folder / "shop"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in SECRETS and not name.startswith(("ERRWATCH_", "GIT_"))
        }
        # Committed before the first line of the log, as the code that wrote it was.
        before = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-11-01T09:00:00Z")
        return kept | before | {"ERRWATCH_STATE": str(self.folder / "state.db")}

    def set_up(self) -> None:
        ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(resource("examples/shop"), self.shop, ignore=ignore)
        identity = ("-c", "user.name=demo", "-c", "user.email=demo@example.invalid")
        quiet = ("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgsign=false")
        for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "The shop")):
            self._call(["git", *identity, *quiet, *command], capture=True)

    def errwatch(self, *arguments: str) -> None:
        """Say the command, run it, and let it speak for itself."""
        show([Text(), Text(f"$ errwatch {shlex.join(arguments)}", style="bold cyan")])
        self._call([sys.executable, "-m", "errwatch", *arguments])

    def answer(self, *arguments: str) -> str:
        return self._call([sys.executable, "-m", "errwatch", *arguments], capture=True)

    def _call(self, command: list[str], *, capture: bool = False) -> str:
        sys.stdout.flush()
        done = subprocess.run(
            command,
            cwd=self.shop,
            env=self.environment,
            stdout=subprocess.PIPE if capture else None,
            stderr=subprocess.PIPE if capture else None,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            msg = f"the demo stopped at: {shlex.join(command)} (exit {done.returncode})"
            raise OperationError(f"{msg} {done.stderr or ''}".strip())
        return done.stdout or ""


@app.command()
def demo(
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIRECTORY", help="Where to put the copy. Default: a temporary one."),
    ] = None,
) -> None:
    """Run the whole pipeline on the example that ships with errwatch.

    Needs no key and no server; touches nothing outside the copy.
    """
    if shutil.which("git") is None:
        msg = "git is not installed, or not on PATH; the demo makes a repository"
        raise OperationError(msg)
    stage = Stage(_fresh(keep))
    try:
        _run(stage)
    except BaseException:
        if keep is None:
            shutil.rmtree(stage.folder, ignore_errors=True)
        raise


def _run(stage: Stage) -> None:
    stage.set_up()
    say(f"A copy of the example, in a git repository of its own: {stage.shop}")
    stage.errwatch("scan", "shop.log", "--fail-on", "never")
    issue = _fixable(stage)
    stage.errwatch("classify", issue, "--explain")
    stage.errwatch("analyze", issue, "--offline")
    stage.errwatch("fix", issue, "--repro", "python reproduce.py")
    stage.errwatch("report")
    branch = json.loads(stage.answer("fixes", "list", "--format", "json"))["fixes"][0]["branch"]
    _farewell(stage, branch)


def say(text: str) -> None:
    show([Text(text)])


def _fresh(keep: Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="errwatch-demo-"))
    try:
        keep.mkdir(parents=True, exist_ok=True)
        full = any(keep.iterdir())
    except OSError as error:
        msg = f"{keep}: {error.strerror or error}; name a new directory"
        raise OperationError(msg) from error
    if full:
        msg = f"{keep}: not empty; name a new directory"
        raise OperationError(msg)
    return keep.resolve()


def _fixable(stage: Stage) -> str:
    """The issue that the report says to fix next."""
    report = json.loads(stage.answer("report", "--format", "json"))
    return str(report["unfixed"][0])


def _farewell(stage: Stage, branch: str) -> None:
    show([Text(), Text("Done.", style="bold green")])
    say(f"The fix is on the branch {branch}:")
    say(f"  git -C {shlex.quote(str(stage.shop))} show {branch}")
    say("With ANTHROPIC_API_KEY, Claude joins where the recipes decline.")
    say("In a clone from GitHub, with a token in GITHUB_TOKEN, it becomes a pull request.")
    say(f"Remove the copy with: rm -r {shlex.quote(str(stage.folder))}")
