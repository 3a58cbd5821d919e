from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.watched import Watched


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    if hasattr(watched, "process"):
        watched.process.kill()
        watched.process.wait()
