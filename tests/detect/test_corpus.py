"""Each sample log gives exactly the events written beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.detect.corpus import LOGS, read, summary


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_sample(log: Path) -> None:
    expected = json.loads(log.with_suffix(".json").read_text(encoding="utf-8"))
    assert [summary(event) for event in read(log)] == expected
