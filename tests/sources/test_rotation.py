"""One name that several files have, one after the other."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from errwatch.interfaces import Chunk
from errwatch.sources.follow import QUIET_POLLS, READ_LIMIT, Follower
from tests.sources.reader import Start, State, append, seen


def test_from_start_reads_rotated_parts_first(state: State, log: Path, start: Start) -> None:
    for age, name in enumerate(("app.log.2", "app.log.1", "app.log")):
        append(log.with_name(name), f"{3 - age}\n")
        os.utime(log.with_name(name), (age, age))
    log.with_name("app.log.3.gz").write_bytes(gzip.compress(b"4\n"))
    log.with_name("app.logic").write_bytes(b"no part\n")
    start(from_start=True)
    assert list(state.counts) == ["v1:3", "v1:2", "v1:1"]


def test_a_file_that_appears_and_is_rotated_between_two_polls(
    state: State, log: Path, start: Start
) -> None:
    append(log.with_name("app.log.7"), "old\n")
    reader = start()
    append(log, "a\n")
    log.rename(log.with_name("app.log.1"))
    append(log, "b\n")
    reader.poll()
    assert list(state.counts) == ["v1:a", "v1:b"]


def test_a_file_that_is_rotated_between_two_polls_after_another_was_let_go(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    log.unlink()
    for _ in range(QUIET_POLLS + 1):
        reader.poll()
    append(log, "b\n")
    log.rename(log.with_name("app.log.1"))
    append(log, "c\n")
    reader.poll()
    assert list(state.counts) == ["v1:a", "v1:b", "v1:c"]


def test_two_rotations_between_two_polls(state: State, log: Path, start: Start) -> None:
    append(log.with_name("app.log.7"), "old\n")
    os.utime(log.with_name("app.log.7"), (1, 1))
    append(log, "a\n")
    reader = start(from_start=False)
    append(log, "b\n")
    for number, line in enumerate("cd"):
        log.rename(log.with_name(f"app.log-2026013{number}"))
        append(log, f"{line}\n")
    reader.poll()
    assert list(state.counts) == ["v1:b", "v1:c", "v1:d"]


def test_an_idle_file_is_still_heard_after_it_is_rotated(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    for _ in range(QUIET_POLLS):
        reader.poll()
    log.rename(log.with_name("app.log.1"))
    append(log, "b\n")
    reader.poll()
    append(log.with_name("app.log.1"), "late\n")
    reader.poll()
    assert seen(state) == ["a", "b", "late"]


def test_an_idle_file_that_is_truncated_and_rotated_at_once(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    for _ in range(QUIET_POLLS):
        reader.poll()
    log.write_text("b\n")
    log.rename(log.with_name("app.log.1"))
    append(log, "c\n")
    reader.poll()
    assert list(state.counts) == ["v1:a", "v1:b", "v1:c"]


def test_parts_that_were_read_are_not_opened_again(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    for number in range(3):
        log.rename(log.with_name(f"app.log-2026013{number}"))
        append(log, f"b{number}\n")
        reader.poll()
        assert len(reader.streams) == 2
        for _ in range(QUIET_POLLS):
            reader.poll()
    assert seen(state) == ["a", "b0", "b1", "b2"]


def test_a_late_writer_is_heard_after_a_restart(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    start(from_start=True)
    log.rename(log.with_name("app.log.1"))
    append(log, "b\n")
    reader = start()
    append(log.with_name("app.log.1"), "late\n")
    reader.poll()
    assert seen(state) == ["a", "b", "late"]
    assert {one.path for one in state.files.values()} == {str(log)}, "known by what it was"


def test_a_late_writer_of_a_rotated_file_is_heard(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    with log.open("a") as late:
        log.rename(log.with_name("app.log.1"))
        for number in range(QUIET_POLLS - 1):
            append(log, f"new{number}\n")
            reader.poll()
        late.write("late\n")
        late.flush()
        reader.poll()
        assert "late" in seen(state)
        assert len(reader.streams) == 2
        for _ in range(QUIET_POLLS):
            reader.poll()
        assert len(reader.streams) == 1, "and then let go"


def test_rotation_while_stopped_continues_in_the_renamed_file(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\n")
    start(from_start=True)
    append(log, "b\n")
    log.rename(log.with_name("old-app.txt"))  # found by its inode, whatever its name
    append(log, "c\n")
    reader = start()
    assert list(state.counts) == ["v1:a", "v1:b", "v1:c"]
    assert not reader.lost


def test_several_rotations_while_stopped(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    start(from_start=True)
    append(log, "b\n")
    for number, line in enumerate("cde"):
        log.rename(log.with_name(f"app.log-2026013{number}"))
        append(log, f"{line}\n")
    reader = start()
    assert list(state.counts) == [f"v1:{line}" for line in "abcde"]
    assert not reader.lost


def test_old_parts_that_were_never_followed_stay_unread(
    state: State, log: Path, start: Start
) -> None:
    append(log.with_name("app.log.1"), "old\n")
    os.utime(log.with_name("app.log.1"), (1, 1))
    append(log, "a\n")
    start()
    log.rename(log.with_name("app.log.2"))
    append(log, "b\n")
    start()
    assert seen(state) == ["b"]


def test_a_part_that_is_gone_is_said(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    start(from_start=True)
    append(log, "b\n")
    with log.open() as held:  # keeps the inode from being used again
        log.unlink()
        append(log, "c\n")
        reader = start()
        assert held.read() == "a\nb\n"
    assert seen(state) == ["a", "c"]
    assert [str(one) for one in reader.lost] == [
        f"{log}: replaced or truncated; what stood after byte 2 unread is lost"
    ]


@pytest.mark.parametrize("rotations", [0, 1])
def test_another_file_with_the_inode_of_ours_is_left_alone(
    state: State, log: Path, start: Start, rotations: int
) -> None:
    """And when it was modified says nothing of the parts of our log."""
    notes = log.with_name("notes.txt")
    append(log.with_name("app.log.7"), "old\n")
    os.utime(log.with_name("app.log.7"), (2, 2))
    append(log, "a\n")
    reader = start()
    append(log, "b\n")
    reader.poll()
    for _ in range(rotations):
        log.rename(log.with_name("app.log.1"))
        append(log, "c\n")
        reader.poll()
    log.rename(notes)
    notes.write_text("not a log\n")
    if not rotations:
        os.utime(notes, (1, 1))
    append(log, "d\n")
    reader = start()
    assert len(reader.lost) == 1
    assert seen(state) == ["b", *["c"] * rotations, "d"]


def test_the_new_file_waits_until_the_old_one_is_read(state: State, log: Path) -> None:
    log.write_bytes(b"x" * (READ_LIMIT + 1))
    follower = Follower(log, state, from_start=True)
    follower.poll()
    log.rename(log.with_name("app.log.1"))
    append(log, "new\n")
    chunks = [one for one in follower.poll().happenings if isinstance(one, Chunk)]
    follower.close()
    assert [one.data for one in chunks] == [b"x", b"new\n"]


def test_renamed_there_and_back(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    log.rename(log.with_name("aside"))
    append(log, "b\n")
    reader.poll()
    log.rename(log.with_name("app.log.1"))
    log.with_name("aside").rename(log)
    append(log, "c\n")
    reader.poll()
    assert seen(state) == ["a", "b", "c"]
    assert not reader.lost


def test_a_link_that_turns_to_another_file(state: State, log: Path, start: Start) -> None:
    append(log.with_name("one"), "a\n")
    append(log.with_name("two"), "b\n")
    log.symlink_to("one")
    reader = start(from_start=True)
    append(log.with_name("one"), "c\n")
    log.unlink()
    log.symlink_to("two")
    reader.poll()
    assert list(state.counts) == ["v1:a", "v1:c", "v1:b"]
