"""One way to start git: an argument list, a complete environment, no shell."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from errwatch.errors import GitError

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git commands on one repository; see `hardening` for the environment."""

    root: Path
    environment: Mapping[str, str]

    def run(
        self,
        *arguments: str,
        stdin: str = "",
        index: Path | None = None,
        fine: Collection[int] = (0,),
    ) -> str:
        """The command's standard output. `index` stands in for the user's own. Raises GitError
        where it ends with a code that is not `fine`."""
        extra = {} if index is None else {"GIT_INDEX_FILE": str(index)}
        done = self.attempt(*arguments, stdin=stdin, extra=extra)
        if done.code not in fine:
            reason = f"git {arguments[0]} failed: {_last_line(done.errors)}"
            raise GitError(reason)
        return done.output

    def attempt(self, *arguments: str, stdin: str = "", extra: Mapping[str, str] = NOTHING) -> Done:
        """However it ends. Raises GitError where it cannot even be started."""
        try:
            done = subprocess.run(
                ["git", *arguments],
                cwd=self.root,
                env={**self.environment, **extra},
                input=stdin.encode(),
                capture_output=True,
                check=False,
            )
        except OSError as error:
            reason = f"git could not be started: {error.strerror}"
            raise GitError(reason) from error
        output = done.stdout.decode(errors="surrogateescape")
        return Done(done.returncode, output, done.stderr.decode(errors="replace"))


def _last_line(errors: str) -> str:
    lines = errors.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
