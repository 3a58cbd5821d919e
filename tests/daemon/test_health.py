"""The file that a container's health check looks at."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errwatch.daemon.health import EVERY, Health, HealthFile
from errwatch.errors import OutputError

WELL = Health(healthy=True, status="fine", lines=3, events=1)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_is_kept_young_and_goes_at_the_end(tmp_path: Path) -> None:
    path, clock = tmp_path / "health", Clock()
    file = HealthFile(path, clock=clock, now=lambda: datetime.fromtimestamp(clock.now, UTC))
    file.report(WELL)
    first = json.loads(path.read_text())
    assert (first["healthy"], first["lines"], first["at"]) == (
        True,
        3,
        "1970-01-01T00:00:00+00:00",
    )
    clock.now = EVERY - 1
    file.report(WELL)
    assert json.loads(path.read_text()) == first
    clock.now = EVERY
    file.report(WELL)
    assert json.loads(path.read_text())["at"] == "1970-01-01T00:00:05+00:00"
    file.remove()
    assert list(tmp_path.iterdir()) == []


def test_trouble_is_written_at_once(tmp_path: Path) -> None:
    path = tmp_path / "health"
    file = HealthFile(path, clock=lambda: 0.0, now=lambda: datetime.now(UTC))
    file.report(WELL)
    file.report(Health(healthy=False, status="the disk is full", lines=3, events=1))
    assert json.loads(path.read_text())["healthy"] is False


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    file = HealthFile(tmp_path / "no" / "health", clock=lambda: 0.0, now=lambda: datetime.now(UTC))
    with pytest.raises(OutputError, match="cannot be written"):
        file.report(WELL)
    file.remove()
