"""A state that is taken away, replaced or spoiled under whoever uses it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from errwatch.errors import StateMismatch
from errwatch.model.change import Counted
from errwatch.store.sqlite import SqliteStore
from tests.store.values import partial


def removed(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").rename(path)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (removed, "was removed while it was in use"),
        (replaced, "was replaced by another file"),
        (emptied, "was emptied"),
        (zeroed, "is damaged"),
    ],
)
def test_nothing_is_written_into_the_void(
    tmp_path: Path, fault: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / "state.db"
    with SqliteStore(path) as store:
        store.commit(Counted(partial(1)), actor="watch")
        fault(path)
        left = path.read_bytes() if path.exists() else None
        for _ in range(2):
            with pytest.raises(StateMismatch, match=said):
                store.commit(Counted(partial(2)), actor="watch")
            with pytest.raises(StateMismatch, match=said):
                store.issues()
    assert (path.read_bytes() if path.exists() else None) == left, "no silent fresh start"
