"""The real `errwatch watch` in a process of its own, to be killed, stopped and started again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120.0
"""Seconds after which what was waited for is a failure."""


def until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
    """Wait for it; returns the seconds that it took."""
    begun = time.monotonic()
    while not true():
        waited = time.monotonic() - begun
        assert waited < patience, f"waited {waited:.0f} s in vain: {what}"
        time.sleep(0.01)
    return time.monotonic() - begun


@dataclass
class Watched:
    folder: Path
    """Where the logs are, in `logs`, beside the state and what the watcher says."""
    arguments: tuple[str, ...] = ("logs", "--from", "start")
    variables: dict[str, str] = field(default_factory=dict)
    """More of its environment."""
    starts: int = 0
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def logs(self) -> Path:
        path = self.folder / "logs"
        path.mkdir(exist_ok=True)
        return path

    @property
    def state(self) -> Path:
        return self.folder / "state.db"

    @property
    def said(self) -> str:
        """All that every one of the watchers said."""
        return (self.folder / "said").read_text("utf-8", "replace")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "ERRWATCH_STATE": str(self.state),
            **self.variables,
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "errwatch", *arguments]

    def start(self) -> None:
        """Returns at once; see `ready`."""
        _ = self.logs
        self.starts += 1
        with (self.folder / "said").open("ab") as out, (self.folder / "told").open("ab") as told:
            self.process = subprocess.Popen(
                self.command("watch", *self.arguments),
                cwd=self.folder,
                env=self.environment,
                stdout=told,
                stderr=out,
            )

    def ready(self) -> None:
        """Started, and watching."""
        known = self.greetings() if (self.folder / "said").exists() else 0
        self.start()
        until(lambda: self.greetings() > known, "the watcher says that it watches")

    def greetings(self) -> int:
        return self.said.count("watching ")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """SIGTERM; returns the seconds that it took to end."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0, self.said
        return time.monotonic() - begun

    def once(self) -> subprocess.CompletedProcess[str]:
        return self.run("watch", *self.arguments, "--once")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def total(self) -> int:
        """The errors that are counted and committed."""
        if not self.state.exists():
            return 0
        connection = sqlite3.connect(f"file:{self.state}?mode=rw", uri=True, timeout=60)
        try:
            (count,) = connection.execute("SELECT total(count) FROM issues").fetchone()
        except sqlite3.OperationalError:  # not begun yet
            return 0
        finally:
            connection.close()
        return int(count)

    def counts(self, expected: int, patience: float = PATIENCE) -> None:
        """Wait until all is counted; more is as wrong as less."""
        begun = time.monotonic()
        while (total := self.total()) < expected and time.monotonic() - begun < patience:
            time.sleep(0.05)
        assert total == expected, f"{total} are counted of {expected}; {self.said[-2000:]}"

    def resident(self) -> float:
        """MiB of memory that the process holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu(self) -> float:
        """Seconds of a core that the process used."""
        times = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def writer(folder: Path, *options: str) -> subprocess.Popen[str]:
    """`tests.faults.writer` on the logs of `folder`."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.writer", str(folder), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def written(process: subprocess.Popen[str]) -> int:
    """Wait for its end: how many errors it wrote."""
    out, _ = process.communicate(timeout=3600)
    return int(out)
