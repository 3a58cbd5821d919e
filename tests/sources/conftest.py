from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.reader import Reader, Start, State


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike `tmp_path`."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def log(folder: Path) -> Path:
    return folder / "app.log"


@pytest.fixture
def start(state: State, log: Path) -> Iterator[Start]:
    """Starts a reader of the log; the one before it is killed."""
    readers: list[Reader] = []

    def begin(*, from_start: bool = False) -> Reader:
        for reader in readers:
            reader.close()
        readers.append(Reader(log, state, state, from_start=from_start))
        readers[-1].poll()
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()
