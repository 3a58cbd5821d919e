"""Parts of a log that were compressed before they were read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from errwatch.sources.archives import STEP
from errwatch.sources.files import FileSource
from errwatch.sources.follow import QUIET_POLLS
from tests.sources.reader import Start, State, append, seen


def rotate(log: Path, number: int, age: int) -> Path:
    """The log gets the name of a part; `age` is when it was written last."""
    part = log.with_name(f"{log.name}.{number}")
    log.rename(part)
    os.utime(part, (age, age))
    return part


def pack(
    part: Path, compress: Callable[[bytes], bytes] = gzip.compress, ending: str = ".gz"
) -> Path:
    packed = part.with_name(part.name + ending)
    packed.write_bytes(compress(part.read_bytes()))
    os.utime(packed, ns=(part.stat().st_atime_ns, part.stat().st_mtime_ns))
    part.unlink()
    return packed


KINDS = pytest.mark.parametrize(
    ("compress", "ending"), [(gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz")]
)


@KINDS
def test_the_rest_of_a_part_that_was_compressed_while_stopped(
    state: State, log: Path, start: Start, compress: Callable[[bytes], bytes], ending: str
) -> None:
    append(log, "a\nb\n")
    start(from_start=True)
    append(log, "c\nd\n")
    pack(rotate(log, 1, 10), compress, ending)
    append(log, "e\n")
    reader = start()
    reader.poll()
    assert seen(state) == ["a", "b", "c", "d", "e"]
    assert (reader.lost, reader.told) == ([], [])
    assert b"a\nb\n" in reader.above


@KINDS
def test_several_rotations_while_stopped(
    state: State, log: Path, start: Start, compress: Callable[[bytes], bytes], ending: str
) -> None:
    """The part that was read in part, those that nobody saw, and those that were read before."""
    for number, line in enumerate("xyz"):
        append(log, f"{line}\n")
        start(from_start=True)
        pack(rotate(log, 20 - number, number + 1), compress, ending)
    append(log, "a\n")
    start(from_start=True)
    append(log, "b\n")
    pack(rotate(log, 4, 10), compress, ending)
    append(log, "c\n" * 1)
    pack(rotate(log, 3, 11), compress, ending)
    append(log, "d\n")
    pack(rotate(log, 2, 12), compress, ending)
    append(log, "e\n")
    rotate(log, 1, 13)
    append(log, "f\n")
    for _ in range(3):
        reader = start()
        reader.poll()
        assert seen(state) == ["a", "b", "c", "d", "e", "f", "x", "y", "z"]
        assert (reader.lost, reader.told) == ([], [])


def test_a_part_and_its_compressed_copy_count_once(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    start(from_start=True)
    append(log, "b\n")
    part = rotate(log, 1, 10)
    part.with_name("app.log.1.gz").write_bytes(gzip.compress(part.read_bytes()))
    append(log, "c\n")
    reader = start()
    for _ in range(QUIET_POLLS + 1):
        reader.poll()
    part.unlink()
    start().poll()
    assert seen(state) == ["a", "b", "c"]
    assert reader.lost == []


def test_what_is_compressed_while_it_is_followed_counts_once(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    append(log, "b\n")
    pack(rotate(log, 1, 2**31))
    append(log, "c\n")
    for _ in range(QUIET_POLLS + 1):
        reader.poll()
    start().poll()
    assert seen(state) == ["a", "b", "c"]


def test_one_that_came_and_went_between_two_polls(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    reader = start(from_start=True)
    rotate(log, 2, 2**31 - 9)
    append(log, "b\n")
    pack(rotate(log, 1, 2**31))
    append(log, "c\n")
    reader.poll()
    assert seen(state) == ["a", "b", "c"]


def test_one_that_is_still_being_written_is_not_whole(
    state: State, log: Path, start: Start
) -> None:
    append(log, "a\n")
    start(from_start=True)
    append(log, "".join(f"b{number}\n" for number in range(5000)))
    packed = pack(rotate(log, 1, 2**31))
    whole = packed.read_bytes()
    append(log, "c\n")
    packed.write_bytes(b"")
    reader = start()
    for end in (1, 10, 500, len(whole) - 1):
        packed.write_bytes(whole[:end])
        reader.poll()
        assert seen(state) == ["a", "c"]
    packed.write_bytes(whole)
    reader.poll()
    assert len(seen(state)) == 5002
    assert reader.lost == []


def test_one_that_stays_cut_is_told_once(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    start(from_start=True)
    append(log, "b\n")
    packed = pack(rotate(log, 1, 2**31))
    packed.write_bytes(packed.read_bytes()[:-5])
    append(log, "c\n")
    reader = start()
    for _ in range(4):
        reader.poll()
    assert len(reader.told) == 1
    assert "app.log.1.gz: damaged or cut" in reader.told[0]
    assert seen(state) == ["a", "c"]


def test_equal_heads_do_not_hide_another_part(state: State, log: Path, start: Start) -> None:
    header = f"{'h' * 3000}\n"
    append(log, f"{header}a\n")
    start()
    append(log, "b\n")
    pack(rotate(log, 2, 10))
    append(log, f"{header}c\n")
    pack(rotate(log, 1, 11))
    append(log, "d\n")
    reader = start()
    assert seen(state) == ["b", "c", "d", header.strip()]
    assert reader.lost == []


def test_another_text_with_the_same_head_is_no_replacement(
    state: State, log: Path, start: Start
) -> None:
    header = f"{'h' * 3000}\n"
    append(log, f"{header}a\n")
    start()
    append(log, f"{'x' * 3000}\n")
    start()
    log.write_text(f"{header}{'c' * 9000}\n")
    pack(rotate(log, 1, 10))
    append(log, "d\n")
    reader = start()
    assert [one.start for one in reader.lost] == [3001 + 2 + 3001]


def test_one_that_is_read_in_many_steps(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    start(from_start=True)
    lines = 3 * STEP // 1000
    append(log, "".join(f"{number:08} {'x' * 990}\n" for number in range(lines)))
    pack(rotate(log, 1, 10))
    append(log, "c\n")
    for _ in range(2):
        start()
        assert sum(state.counts.values()) == lines + 2


def test_a_scan_of_the_compressed_part_counts_once(state: State, log: Path, start: Start) -> None:
    append(log, "a\n")
    start(from_start=True)
    append(log, "b\n")
    packed = pack(rotate(log, 1, 10))
    append(log, "c\n")
    start().poll()
    assert seen(state) == ["a", "b", "c"]
    with FileSource(packed, state) as source:
        assert [0 in source.counted, 2 in source.counted] == [True, True]
