"""A real journald, in a namespace of its own, and its own journalctl: each error counts once."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.watched import Watched, until

JOURNALD = Path("/lib/systemd/systemd-journald")
BESIDE = f"""
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal /run/log/journal
exec {JOURNALD}
"""
"""It wants `/run` for itself; nothing else is taken from the machine."""

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not JOURNALD.exists() or not shutil.which("nsenter"),
    reason="needs root and a journald",
)


class Journald(Watched):
    """The watcher runs beside it."""

    known: int
    """Errors that it was told before it was watched."""

    def begin(self) -> None:
        self.journald = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", BESIDE],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._listens, "journald listens")

    def end(self) -> None:
        self.journald.kill()
        self.journald.wait()

    def command(self, *arguments: str) -> list[str]:
        return [*self._beside, *super().command(*arguments)]

    def say(self, *messages: str) -> None:
        for message in messages:
            fields = f"OBJECT_SYSTEMD_UNIT=shop.service\nPRIORITY=3\nMESSAGE={message}\n"
            logger = [*self._beside, "logger", "--journald"]
            subprocess.run(logger, input=fields.encode(), check=False, stderr=subprocess.DEVNULL)

    @property
    def _beside(self) -> list[str]:
        return ["nsenter", f"--target={self.journald.pid}", "--mount"]

    def _listens(self) -> bool:
        """A logger says nothing of a journald that is not there."""
        self.say("one failed before it was watched")
        listed = [*self._beside, "journalctl", "--quiet", "--output=cat", "-u", "shop.service"]
        done = subprocess.run(listed, capture_output=True, check=False)
        self.known = done.stdout.count(b"\n")
        return self.known > 0


@pytest.fixture
def journald(tmp_path: Path) -> Iterator[Journald]:
    found = Journald(tmp_path, ("journal:shop.service", "--from", "start"))
    found.begin()
    yield found
    if hasattr(found, "process"):
        found.process.kill()
        found.process.wait()
    found.end()


def test_killed_again_and_again_beside_a_real_journald(journald: Journald) -> None:
    chance = random.Random(1)
    journald.ready()
    journald.counts(journald.known)
    journald.kill()
    for number in range(15):
        journald.start()
        journald.say(*(f"order {number} of {one} failed" for one in range(4)))
        time.sleep(chance.uniform(0.2, 1.5))
        journald.kill()
        journald.say(f"order {number} was refused")
    assert journald.once().returncode == 0
    assert journald.total() == journald.known + 75
    assert "lost" not in journald.said
