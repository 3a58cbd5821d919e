"""One file: where reading begins, truncation, and what stands in its way."""

from __future__ import annotations

import gzip
import os
import socket
from pathlib import Path

import pytest

from errwatch.interfaces import Began, Chunk, Ended
from errwatch.model.position import FilePosition, Lost
from errwatch.sources.follow import QUIET_POLLS, READ_LIMIT, SKIP_LIMIT, Follower
from tests.sources.nobody import nobody
from tests.sources.reader import Start, State, append, seen


def test_what_is_there_at_the_first_start_is_skipped(state: State, log: Path, start: Start) -> None:
    append(log, "a\nb\n")
    reader = start()
    append(log, "c\nd\n")
    reader.poll()
    assert seen(state) == ["c", "d"]
    (position,) = state.files.values()
    assert (position.cursor, position.lines) == (8, 4)
    assert 3 not in position.counted
    assert 4 in position.counted


def test_a_line_that_was_begun_before_the_first_start_is_whole(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\nbe")
    reader = start()
    append(log, "gun\n")
    reader.poll()
    assert seen(state) == ["begun"]


def test_the_first_position_is_stored_before_anything_is_read(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\n")
    start()
    append(log, "b\n")
    start().poll()
    assert seen(state) == ["b"]


def test_a_file_that_appears_later_is_read_from_its_beginning(
    state: State, log: Path, start: Start
) -> None:
    reader = start()
    assert reader.told == [f"{log}: there is no such file"]
    reader.poll()
    assert len(reader.told) == 1, "said once"
    append(log, "a\n")
    reader.poll()
    assert seen(state) == ["a"]


def test_an_empty_file_loses_nothing(state: State, log: Path, start: Start) -> None:
    log.touch()
    start()
    append(log, "a\n")
    assert not start().lost
    assert seen(state) == ["a"]


def test_a_recreated_file_with_the_same_inode_is_read_from_its_beginning(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    reader.close()
    inode = log.stat().st_ino
    log.write_text("longer than before\n")
    assert log.stat().st_ino == inode
    assert [one.start for one in start().lost] == [2]
    assert seen(state) == ["a", "longer"]
    assert start().lost == [], "said once"


@pytest.mark.parametrize("padding", [0, 100, 5000])
def test_truncation_is_said_once_and_read_from_the_beginning(
    state: State, log: Path, start: Start, padding: int
) -> None:
    """Whether the new text is shorter than the old, as long, or longer."""
    append(log, f"a {'x' * 100}\n")
    reader = start(from_start=True)
    log.write_text(f"b {'y' * padding}\n")
    reader.poll()
    reader.poll()
    assert [(one.path, one.start, one.why) for one in reader.lost] == [(str(log), 103, "truncated")]
    assert seen(state) == ["a", "b"]


@pytest.mark.parametrize("padding", [0, 100, 5000])
def test_truncation_while_stopped(state: State, log: Path, start: Start, padding: int) -> None:
    append(log, f"a {'x' * 100}\n")
    start(from_start=True)
    log.write_text(f"b {'y' * padding}\n")
    assert [one.start for one in start().lost] == [103]
    assert start().lost == [], "said once"
    assert seen(state) == ["a", "b"]


def test_equal_heads_do_not_hide_a_truncation(state: State, log: Path, start: Start) -> None:
    header = "header of each file\n" * 100
    append(log, header)
    reader = start()
    append(log, "a\nb\n")
    reader.poll()
    log.write_text(header + "c\nd\ne\n")
    reader.poll()
    assert {"v1:c", "v1:d", "v1:e"} <= set(state.counts)
    assert len(reader.lost) == 1


def test_equal_ends_do_not_hide_a_truncation(state: State, log: Path, start: Start) -> None:
    same = "the same line again and again\n" * 100
    log.write_text("a\n" + same)
    reader = start()
    log.write_text("b\n" + same)
    reader.poll()
    assert len(reader.lost) == 1
    assert state.counts["v1:b"] == 1


def test_the_hole_before_a_writer_that_keeps_its_offset_is_skipped(
    state: State, log: Path, start: Start
) -> None:
    with log.open("w") as writer:
        writer.write("a\n" * 500)
        writer.flush()
        reader = start()
        os.truncate(log, 0)
        writer.write("b\n")
        writer.flush()
        reader.poll()
    assert log.read_bytes() == b"\0" * 1000 + b"b\n"
    assert seen(state) == ["b"]


def test_one_poll_reads_no_more_than_its_limit(state: State, log: Path) -> None:
    line = b"x" * 1023 + b"\n"
    log.write_bytes(line * (2 * READ_LIMIT // 1024 + 1))
    follower = Follower(log, state, from_start=True)
    sizes, more = [], True
    while more:
        poll = follower.poll()
        sizes += [len(one.data) for one in poll.happenings if isinstance(one, Chunk)]
        more = poll.more
    follower.close()
    assert sizes == [READ_LIMIT, READ_LIMIT, 1024]


def test_permission_that_is_lost_and_given_back(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    log.rename(log.with_name("app.log.1"))
    append(log, "b\n")
    log.chmod(0)
    with nobody():
        reader.poll()
        reader.poll()
    assert reader.told == [f"{log}: permission denied; let this user read it"]
    log.chmod(0o644)
    with nobody():
        reader.poll()
    assert seen(state) == ["a", "b"]
    assert len(reader.told) == 1


def test_what_takes_the_name_but_is_no_log(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    log.unlink()
    log.mkdir()
    reader.poll()
    log.rmdir()
    os.mkfifo(log)
    reader.poll()
    log.unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(log))
        reader.poll()
    log.unlink()
    log.write_bytes(gzip.compress(b"b\n"))
    reader.poll()
    log.unlink()
    append(log, "c\n")
    reader.poll()
    assert [said.split(": ")[1].split(";")[0] for said in reader.told] == [
        "is a directory",
        "is a named pipe",
        "is a socket",
        "compressed, so it cannot be followed",
    ]
    assert seen(state) == ["a", "c"]


def test_a_deleted_file_is_drained_and_let_go(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    append(log, "b\nunfinished")
    log.unlink()
    for _ in range(QUIET_POLLS + 1):
        reader.poll()
    assert seen(state) == ["a", "b", "unfinished"]
    assert not reader.streams, "the disk gets its space back"


def test_what_happened_comes_in_order(state: State, log: Path) -> None:
    append(log, "a\n")
    follower = Follower(log, state, from_start=True)
    follower.poll()
    log.write_text("b\n" * 9)
    (lost, ended, began, chunk) = follower.poll().happenings
    assert isinstance(lost, Lost)
    assert isinstance(ended, Ended)
    assert isinstance(began, Began)
    assert isinstance(chunk, Chunk)
    assert ended.text is not began.text is chunk.text
    assert chunk.start == 0
    assert ended.text.position(2, lines=1) is None
    position = chunk.text.position(2, lines=1)
    assert isinstance(position, FilePosition)
    assert position.generation == 1
    follower.close()


def test_a_large_file_is_skipped_step_by_step(state: State, log: Path) -> None:
    """And from where it ended when it was asked for, not from where it ends by then."""
    append(log, "1\n2\n")
    with log.open("r+b") as file:
        file.truncate(3 * SKIP_LIMIT)
    append(log, "\n4\npart")
    follower = Follower(log, state, skip=log.stat().st_size)
    append(log, " of a line\nb\n")
    polls = [follower.poll() for _ in range(4)]
    assert [poll.more for poll in polls] == [True, True, True, False]
    assert [poll.happenings for poll in polls[:3]] == [()] * 3
    began, chunk = polls[3].happenings
    assert isinstance(began, Began)
    assert (began.text.start, began.text.lines) == (3 * SKIP_LIMIT + 3, 4)
    assert isinstance(chunk, Chunk)
    assert chunk.data == b"part of a line\nb\n"
    follower.close()


def test_what_was_never_written_at_the_front_is_not_read(state: State, log: Path) -> None:
    with log.open("wb") as file:
        file.truncate(10**12)
    append(log, "a\n")
    follower = Follower(log, state, from_start=True)
    poll = follower.poll()
    (_, chunk) = poll.happenings
    assert isinstance(chunk, Chunk)
    assert (chunk.data.strip(b"\0"), chunk.start >= 10**12 - 2**20) == (b"a\n", True)
    follower.close()
