"""One way to start git: an argument list, a complete environment, no shell."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from errwatch.errors import GitError


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
        if done.returncode not in fine:
            reason = f"git {arguments[0]} failed: {_last_line(done.stderr)}"
            raise GitError(reason)
        return done.stdout.decode(errors="surrogateescape")


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
