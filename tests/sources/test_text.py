"""What identifies a text: by its inode, its head, and what stands before the cursor."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.change import Counted
from errwatch.model.partial import Partial
from errwatch.model.position import ABOVE, Ranges
from errwatch.sources.siblings import open_text
from errwatch.sources.text import WINDOW, Text
from tests.sources.reader import State

NUMBERED = b"".join(b"%06d\n" % number for number in range(1000))


@contextmanager
def text_of(path: Path, state: State) -> Iterator[Text]:
    text = open_text(path, state, name=path)
    try:
        yield text
    finally:
        text.close()


def store(path: Path, state: State, cursor: int) -> None:
    with text_of(path, state) as text:
        text.read(len(NUMBERED))
        position = text.position(cursor, lines=cursor // 7)
    assert position is not None
    state.commit(Counted(Partial(), position), actor="watch")


@given(size=st.integers(1, 6000), more=st.integers(0, 1000), data=st.data())
def test_a_text_that_grew_is_resumed_at_its_cursor(
    size: int, more: int, data: st.DataObject
) -> None:
    cursor = data.draw(st.integers(0, size))
    state = State()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "app.log")
        path.write_bytes(NUMBERED[:size])
        store(path, state, cursor)
        with path.open("ab") as file:
            file.write(NUMBERED[size : size + more])
        path.rename(path.with_name("app.log.1"))
        with text_of(path.with_name("app.log.1"), state) as text:
            text.resume()
            assert (text.start, text.lines, text.generation) == (cursor, cursor // 7, 0)
            assert text.counted == Ranges.of([(0, cursor)])
            assert text.above == NUMBERED[max(0, cursor - ABOVE) : cursor]
            assert text.read(len(NUMBERED)) == NUMBERED[cursor : size + more]


@given(size=st.integers(1, 3000), changed=st.integers(0, 2999), data=st.data())
def test_a_text_that_was_replaced_is_another(size: int, changed: int, data: st.DataObject) -> None:
    """One byte in the first or last kilobyte that was read tells; whatever the new size."""
    cursor = data.draw(st.integers(0, size))
    near = [*range(min(WINDOW, size)), *range(max(0, cursor - WINDOW), cursor)]
    at = near[changed % len(near)]
    state = State()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "app.log")
        path.write_bytes(NUMBERED[:size])
        store(path, state, cursor)
        path.write_bytes(NUMBERED[:at] + b"X" + NUMBERED[at + 1 :])
        with text_of(path, state) as text:
            text.resume()
            assert (text.start, text.generation, text.counted) == (0, 1, Ranges())


def test_a_shorter_text_with_the_same_head_is_another(tmp_path: Path) -> None:
    path, state = tmp_path / "app.log", State()
    path.write_bytes(NUMBERED)
    store(path, state, 5000)
    os.truncate(path, 4999)
    with text_of(path, state) as text:
        assert text.stored is None


def test_touching_a_file_changes_nothing(tmp_path: Path) -> None:
    path, state = tmp_path / "app.log", State()
    path.write_bytes(NUMBERED)
    store(path, state, 5000)
    path.chmod(0o644)
    os.utime(path, (0, 0))
    with text_of(path, state) as text:
        assert text.stored is not None


def test_a_position_before_the_first_byte_proves_nothing(tmp_path: Path) -> None:
    path, state = tmp_path / "app.log", State()
    path.touch()
    store(path, state, 0)
    path.write_bytes(NUMBERED)
    with text_of(path, state) as text:
        assert (text.stored, text.generation) == (None, 0)


def test_no_position_of_a_text_that_is_gone(tmp_path: Path) -> None:
    path, state = tmp_path / "app.log", State()
    path.write_bytes(NUMBERED)
    with text_of(path, state) as text:
        text.read(3000)
        assert text.position(2000, lines=0) is not None
        path.write_bytes(NUMBERED[::-1])
        assert text.position(2000, lines=0) is None
        assert text.read(1) is None


def test_what_another_process_counted_is_learnt(tmp_path: Path) -> None:
    path, state = tmp_path / "app.log", State()
    path.write_bytes(NUMBERED)
    with text_of(path, state) as text:
        text.read(3000)
        store(path, state, 2000)
        text.refresh()
        position = text.position(3000, lines=0, starts=[3500])
        assert position is not None
        assert position.counted == Ranges.of([(2000, 3000), (3500, 3501)])
        text.committed(position)
        assert text.counted == Ranges.of([(0, 3000), (3500, 3501)])
