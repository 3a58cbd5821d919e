"""Hypothesis draws the same examples in every run, and does not judge by the clock.

`pytest --hypothesis-profile fuzz` draws new ones, and many more.
"""

from __future__ import annotations

import signal
from pathlib import Path
from signal import default_int_handler

import pytest
from hypothesis import HealthCheck, settings

slow = [HealthCheck.too_slow]
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=slow)
settings.register_profile("fuzz", deadline=None, max_examples=5000, suppress_health_check=slow)
settings.load_profile("same")


def pytest_configure() -> None:
    """Under nohup SIGHUP is ignored, and SIGINT in the background of a script; what the tests start
    would inherit that."""
    for number, usual in ((signal.SIGHUP, signal.SIG_DFL), (signal.SIGINT, default_int_handler)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The long tests are run only where they are asked for: `pytest tests/faults`."""
    long = collection_path == Path(__file__).parent / "faults"
    return True if long and not any("faults" in argument for argument in config.args) else None
