"""Runs a command of the repository on this machine, held as tightly as the machine allows."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from errwatch.errors import SandboxError
from errwatch.model.completed import Completed
from errwatch.sandbox.environment import fresh, search_path
from errwatch.sandbox.running import Disk, End, run
from errwatch.sandbox.tiers import CONFINING, STRICTEST_FIRST, Held, Tier
from errwatch.sandbox.view import places

_REPORT = "ERRWATCH_REPORT"
_FULL = "\n[stopped: it took too much of the disk]\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one command may use. Sizes in bytes; memory is that of each process."""

    seconds: float = 600
    memory: int = 8 << 30
    file: int = 1 << 30
    disk: int = 4 << 30
    """What it writes, in all."""
    processes: int = 4096
    open_files: int = 4096
    output: int = 200_000
    report: int = 16 << 20

    def options(self, seconds: float) -> tuple[str, ...]:
        """As `launcher` reads them."""
        limits = {
            "CPU": int(seconds) + 1,
            "AS": self.memory,
            "FSIZE": self.file,
            "NPROC": self.processes,
            "NOFILE": self.open_files,
            "CORE": 0,
        }
        return tuple(f"{name}={value}" for name, value in limits.items())


def best_sandbox(
    limits: Limits | None = None,
    tiers: Sequence[Tier] = STRICTEST_FIRST,
    *,
    python: str = sys.executable,
    hidden: Sequence[Path] = (),
) -> LocalSandbox:
    """The strictest tier that works here, in which `python` is that interpreter, and what is below
    `hidden` cannot be seen.

    Raises SandboxError where none works.
    """
    for tier in tiers:
        sandbox = LocalSandbox(tier, limits or Limits(), python, hidden)
        if sandbox.works():
            return sandbox
    reason = f"no sandbox works here; tried {', '.join(tier.name for tier in tiers)}"
    if tiers is CONFINING:
        reason += "; install bubblewrap, or allow user namespaces"
    raise SandboxError(reason)


class LocalSandbox:
    """Implements `interfaces.Sandbox`."""

    def __init__(
        self,
        tier: Tier,
        limits: Limits,
        python: str = sys.executable,
        hidden: Sequence[Path] = (),
    ) -> None:
        self._tier = tier
        self._limits = limits
        self._python = Path(python)
        self._hidden = hidden

    def works(self) -> bool:
        """Whether this machine allows it; containers and hardened kernels often do not."""
        try:
            with TemporaryDirectory(prefix=_prefix()) as folder:
                return self.run(["true"], cwd=Path(folder)).returncode == 0
        except SandboxError:
            return False

    @property
    def tier(self) -> str:
        return self._tier.name

    def finds(self, program: str) -> bool:
        path = search_path(self._python)
        return shutil.which(program, path=path) is not None

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        report: str | None = None,
        timeout: float | None = None,
        roots: Sequence[str] = (),
    ) -> Completed:
        seconds = self._limits.seconds if timeout is None else timeout
        with TemporaryDirectory(prefix=_prefix(), ignore_cleanup_errors=True) as home:
            environment = fresh(Path(home), cwd, self._python, roots)
            if report:
                environment[_REPORT] = str(Path(home, report))
            words = [word.replace(f"${_REPORT}", environment.get(_REPORT, "")) for word in command]
            _check_found(words, cwd, environment["PATH"])
            held = self._held(cwd, Path(home), seconds, Path(words[0]))
            ended = run(
                [*self._tier.prefix(held), *words],
                cwd=cwd,
                environment=environment,
                seconds=seconds,
                most_output=self._limits.output,
                disk=Disk((cwd, Path(home)), self._limits.disk),
            )
            text = _read_report(Path(home, report), self._limits.report) if report else None
            output = ended.output + (_FULL if ended.how is End.FULL else "")
            return Completed(ended.code, output, ended.how is End.LATE, text)

    def _held(self, cwd: Path, home: Path, seconds: float, program: Path) -> Held:
        named = [program] if program.is_absolute() else []
        laid = places(cwd, home, [self._python, *named], self._hidden)
        limits = self._limits
        return Held(cwd.resolve(), limits.options(seconds), limits.processes, tuple(laid))


def _prefix() -> str:
    """Known again if this process is killed."""
    return f"errwatch-{os.getpid()}-home-"


def _check_found(command: Sequence[str], cwd: Path, path: str) -> None:
    program = command[0] if command else ""
    where = str(cwd / program) if "/" in program else program
    if shutil.which(where, path=path) is None:
        reason = f"{program or 'an empty command'}: no such command"
        raise SandboxError(reason)


def _read_report(path: Path, limit: int) -> str | None:
    """The text of a plain file of bearable size; code under test may put anything there."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        data = file.read(limit + 1)
    return None if len(data) > limit else data.decode(errors="replace")
