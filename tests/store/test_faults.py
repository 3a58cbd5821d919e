"""The state under crashes, full disks and other writers; each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.faults import FAULTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("fault", [fault.__name__ for fault in FAULTS])
def test_the_state_comes_through(tmp_path: Path, fault: str) -> None:
    command = [sys.executable, "-m", "tests.store.faults", fault, str(tmp_path / "state.db")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
