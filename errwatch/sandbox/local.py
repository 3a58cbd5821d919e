"""Runs a command of the repository on this machine, held as tightly as the machine allows."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from errwatch.errors import SandboxError
from errwatch.model.completed import Completed
from errwatch.sandbox.environment import fresh, search_path
from errwatch.sandbox.output import Clipped
from errwatch.sandbox.tiers import STRICTEST_FIRST, Tier, works

_REPORT = "ERRWATCH_REPORT"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one command may use. Sizes in bytes."""

    seconds: float = 600
    memory: int = 8 << 30
    file: int = 1 << 30
    processes: int = 4096
    open_files: int = 4096
    output: int = 200_000
    report: int = 16 << 20

    def options(self, seconds: float) -> list[str]:
        """As `launcher` reads them."""
        limits = {
            "CPU": int(seconds) + 1,
            "AS": self.memory,
            "FSIZE": self.file,
            "NPROC": self.processes,
            "NOFILE": self.open_files,
            "CORE": 0,
        }
        return [f"{name}={value}" for name, value in limits.items()]


def best_sandbox(
    limits: Limits | None = None,
    tiers: Sequence[Tier] = STRICTEST_FIRST,
    *,
    python: str = sys.executable,
) -> LocalSandbox:
    """The strictest tier that works here, in which `python` is that interpreter.

    Raises SandboxError where none works.
    """
    for tier in tiers:
        if works(tier):
            return LocalSandbox(tier, limits or Limits(), python)
    reason = f"no sandbox works here; tried {', '.join(tier.name for tier in tiers)}"
    raise SandboxError(reason)


class LocalSandbox:
    """Implements `interfaces.Sandbox`."""

    def __init__(self, tier: Tier, limits: Limits, python: str = sys.executable) -> None:
        self._tier = tier
        self._limits = limits
        self._python = Path(python)

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
        prefix = f"errwatch-{os.getpid()}-home-"  # known again if this process is killed
        with TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as home:
            environment = fresh(Path(home), cwd, self._python, roots)
            if report:
                environment[_REPORT] = str(Path(home, report))
            words = [word.replace(f"${_REPORT}", environment.get(_REPORT, "")) for word in command]
            _check_found(words, cwd, environment["PATH"])
            held = self._tier.prefix(self._limits.options(seconds))
            completed = self._run([*held, *words], cwd, environment, seconds)
            text = _read_report(Path(home, report), self._limits.report) if report else None
            return Completed(*completed, report=text)

    def _run(
        self, command: list[str], cwd: Path, environment: Mapping[str, str], seconds: float
    ) -> tuple[int, str, bool]:
        output = Clipped(self._limits.output)
        try:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            reason = f"{command[0]} could not be started: {error.strerror}"
            raise SandboxError(reason) from error
        with process:
            try:
                timed_out = not _follow(process, output, time.monotonic() + seconds)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
        return (code if code >= 0 else 128 - code, output.text(), timed_out)


def _follow(process: subprocess.Popen[bytes], output: Clipped, deadline: float) -> bool:
    """Read until the command has ended; False where it had not by the deadline."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if selector.select(min(left, 0.1)):
                data = os.read(process.stdout.fileno(), 65536)
                if not data:
                    return _ended(process, left)
                output.feed(data)
            elif process.poll() is not None:  # something it left running holds the pipe open
                return True
    return False


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


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
