"""Hypothesis draws the same examples in every run, and does not judge by the clock.

`pytest --hypothesis-profile fuzz` draws new ones, and many more.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

slow = [HealthCheck.too_slow]
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=slow)
settings.register_profile("fuzz", deadline=None, max_examples=5000, suppress_health_check=slow)
settings.load_profile("same")


def pytest_configure() -> None:
    """Under nohup SIGHUP is ignored, and what the tests start would inherit that."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The long tests are run only where they are asked for: `pytest tests/faults`."""
    long = collection_path == Path(__file__).parent / "faults"
    return True if long and not any("faults" in argument for argument in config.args) else None
