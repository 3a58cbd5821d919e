"""Copies of a state, and how they are put back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from errwatch.errors import StateError, StateMismatch
from errwatch.model.change import Counted
from errwatch.store.copies import MOST_ASIDE, backup, damages, restore
from errwatch.store.lock import watch_lock
from errwatch.store.sqlite import SqliteStore
from tests.store.values import KEY, partial


def count(path: Path, *starts: int) -> None:
    with SqliteStore(path) as store:
        store.commit(Counted(partial(*starts)), actor="scan")


def counted(path: Path) -> int:
    with SqliteStore(path, read_only=True) as store:
        return store.issue(KEY).count


@pytest.fixture
def state(tmp_path: Path) -> Path:
    count(tmp_path / "state.db", 1)
    return tmp_path / "state.db"


def test_a_copy_is_of_one_moment_and_for_its_owner(state: Path) -> None:
    copy = state.with_name("copy.db")
    with SqliteStore(state) as store:
        backup(state, copy)
        store.commit(Counted(partial(2)), actor="watch")
        assert counted(copy) == 1
        backup(state, copy)
    assert counted(copy) == 2
    assert copy.stat().st_mode & 0o777 == 0o600
    assert {one.name for one in state.parent.iterdir()} == {"state.db", "copy.db"}


def test_nothing_else_is_overwritten(state: Path) -> None:
    other = state.with_name("letter.txt")
    other.write_text("dear reader")
    for target in (other, state, state.parent):
        with pytest.raises(StateMismatch):
            backup(state, target)
    with pytest.raises(StateError, match="not there yet"):
        backup(state.with_name("none"), state.with_name("copy"))
    with pytest.raises(StateError, match="cannot be written"):
        backup(state, state.parent / "nowhere" / "copy.db")
    assert other.read_text() == "dear reader"


def test_the_last_three_states_of_before_are_kept(state: Path) -> None:
    copy = state.with_name("copy.db")
    backup(state, copy)
    for number in range(5):
        count(state, *range(10, 11 + number))
        aside = restore(state, copy)
        assert aside is not None
        assert (counted(state), counted(aside)) == (1, 2 + number)
    kept = sorted(one.name for one in state.parent.iterdir() if ".old-" in one.name)
    assert kept == [f"state.db.old-{number}" for number in range(1, MOST_ASIDE + 1)]
    assert [counted(state.with_name(name)) for name in kept] == [6, 5, 4]


def test_what_lay_beside_the_old_file_does_not_spoil_the_new(state: Path) -> None:
    copy = state.with_name("copy.db")
    backup(state, copy)
    for end in ("-journal", "-wal", "-shm"):
        state.with_name(f"state.db{end}").write_bytes(b"stale")
    restore(state, copy)
    assert counted(state) == 1
    assert not state.with_name("state.db-journal").exists()
    assert damages(state) == []


def test_only_sound_states_are_put_back_and_only_while_nobody_watches(state: Path) -> None:
    copy = state.with_name("copy.db")
    with pytest.raises(StateMismatch, match="no such file"):
        restore(state, copy)
    backup(state, copy)
    with watch_lock(state), pytest.raises(StateError, match="watched already"):
        restore(state, copy)
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-4096])
    with pytest.raises(StateMismatch, match="damaged"):
        restore(state, copy)
    assert counted(state) == 1
    copy.write_bytes(whole)
    state.unlink()
    assert restore(state, copy) is None
    assert counted(state) == 1


def test_who_has_the_state_open_notices(state: Path) -> None:
    copy = state.with_name("copy.db")
    backup(state, copy)
    with SqliteStore(state) as store:
        restore(state, copy)
        with pytest.raises(StateMismatch, match="was replaced"):
            store.commit(Counted(partial(2)), actor="scan")
    shutil.copy(state, copy)
    assert counted(copy) == 1
