"""A watcher that is killed at random moments while lines are written and files are rotated."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.conftest import Cli

KILLS = 200


def test_kill_9_at_random_moments(tmp_path: Path) -> None:
    home, cwd = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    cwd.mkdir()
    cli = Cli(home, cwd)
    log, written, moments = cwd / "app.log", 0, random.Random(5)
    log.touch()
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "errwatch", "watch", "app.log", "--from", "start"],
            cwd=cwd,
            env=cli.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + moments.uniform(0.3, 1.5)
        while time.monotonic() < until:
            with log.open("a") as file:
                for _ in range(50):
                    file.write(f"2026-11-20 10:00:00,000 ERROR app: order {written} failed\n")
                    written += 1
            time.sleep(0.01)
        process.kill()
        process.wait()
        if kill % 20 == 19:
            log.rename(cwd / f"app.log.{KILLS - kill}")
            log.touch()
    assert cli("watch", "app.log", "--once", "--from", "start").returncode == 0
    assert sum(issue["count"] for issue in cli.json("issues", "list")["issues"]) == written
    assert cli("state", "check").returncode == 0
