from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.errors import SourceError
from errwatch.interfaces import Source
from errwatch.model.change import Counted
from errwatch.model.partial import Partial
from errwatch.model.position import Ranges
from errwatch.sources.files import FileSource, PipeSource
from errwatch.sources.text import BLOCK
from tests.sources.nobody import nobody
from tests.sources.reader import State

PACKERS: list[Callable[[bytes], bytes]] = [gzip.compress, bz2.compress, lzma.compress]


def read(source: FileSource | PipeSource) -> bytes:
    data = b""
    for block in source.blocks():
        assert block.start == len(data)
        assert 0 < len(block.data) <= BLOCK
        data += block.data
    return data


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17])
def test_blocks_are_the_file(tmp_path: Path, size: int) -> None:
    data = base64.b64encode(os.urandom(size))[:size]
    path = tmp_path / "app.log"
    path.write_bytes(b"." + data)
    with FileSource(path, State()) as source:
        assert read(source) == b"." + data
        assert read(source) == b"." + data, "from the beginning again"


@pytest.mark.parametrize("size", [2 * BLOCK, 2 * BLOCK + 5])
def test_a_file_that_grows_is_read_to_where_it_ended(tmp_path: Path, size: int) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"a" * size)
    data = b""
    with FileSource(path, State()) as source, path.open("ab") as writer:
        for block in source.blocks():
            data += block.data
            writer.write(b"b" * BLOCK)
            writer.flush()
    assert data == b"a" * size


def test_a_file_that_is_truncated_meanwhile_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"a" * BLOCK * 2)
    with FileSource(path, State()) as source:
        blocks = source.blocks()
        next(blocks)
        os.truncate(path, 10)
        with pytest.raises(SourceError, match=rf"app\.log: truncated .* at byte {BLOCK}"):
            next(blocks)
        assert source.position(5, lines=0) is None, "the text is gone"


@pytest.mark.parametrize("pack", PACKERS)
def test_compressed_files_are_read_through(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    data = b"line\n" * BLOCK
    path = tmp_path / "app.log"  # by its bytes, not by its name
    path.write_bytes(pack(data) + pack(b"another member\n"))
    with FileSource(path, State()) as source:
        assert read(source) == data + b"another member\n"
        assert read(source) == data + b"another member\n"
        position = source.position(7, lines=1)
        assert position is not None
        assert (position.cursor, position.counted.spans) == (7, ((0, 7),)), "bytes of the text"
        assert source.counted == Ranges()


@pytest.mark.parametrize("pack", PACKERS)
def test_a_cut_or_damaged_archive_is_a_failure_after_what_could_be_read(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(os.urandom(3 * BLOCK))
    path = tmp_path / "app.log.gz"
    garbled = bytearray(packed)
    garbled[len(packed) // 2 : len(packed) // 2 + 64] = bytes(64)
    for broken in (packed[:-5], packed[: len(packed) // 2], bytes(garbled)):
        path.write_bytes(broken)
        with (
            FileSource(path, State()) as source,
            pytest.raises(SourceError, match=r"app\.log\.gz: damaged or cut after \d+ unpacked"),
        ):
            read(source)


@pytest.mark.parametrize(("magic", "kind"), [(b"\x28\xb5\x2f\xfd", "zstd"), (b"PK\x03\x04", "zip")])
def test_an_archive_that_we_cannot_unpack_is_never_read_as_text(
    tmp_path: Path, magic: bytes, kind: str
) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(magic + b"\0" * 100)
    with pytest.raises(SourceError, match=f"compressed with {kind}; unpack it first"):
        FileSource(path, State()).__enter__()


def test_a_file_that_is_taken_away_after_it_was_named(folder: Path) -> None:
    path = folder / "app.log"
    path.touch()
    source = FileSource(path, State())
    path.chmod(0)
    with nobody(), pytest.raises(SourceError, match="permission denied"):
        source.__enter__()
    path.unlink()
    with pytest.raises(SourceError, match="no such file"):
        source.__enter__()
    os.mkfifo(path)
    with pytest.raises(SourceError, match="named pipe"):
        source.__enter__()


@given(
    cuts=st.lists(st.integers(0, 40), min_size=1, max_size=4).map(sorted),
    early=st.sets(st.integers(0, 40)),
)
def test_scanning_again_adds_only_what_was_not_counted(cuts: list[int], early: set[int]) -> None:
    """A scan counts every byte up to where it got, and the events at `early` beyond that."""
    state = State()
    counted: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "app.log")
        for cut in cuts:
            path.write_bytes(bytes(range(65, cut + 65)))
            with FileSource(path, state) as source:
                read(source)
                assert {n for n in range(50) if n in source.counted} == counted
                starts = {start for start in early if start < cut}
                position = source.position(cut // 2, lines=0, starts=starts)
            assert position is not None
            state.commit(Counted(Partial(), position), actor="scan")
            counted |= set(range(cut // 2)) | starts


def test_a_pipe_is_read_as_it_comes() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as writer, os.fdopen(reading, "rb") as stream:
        source: Source = PipeSource(stream)
        blocks = source.blocks()
        writer.write(b"first\n")
        assert next(blocks).data == b"first\n", "without waiting for more"
        writer.write(b"second")
        writer.close()
        assert [(block.data, block.start) for block in blocks] == [(b"second", 6)]
        assert source.position(3, lines=0) is None


def test_standard_input_that_cannot_be_read_is_a_failure() -> None:
    class Broken(io.BytesIO):
        def readinto(self, buffer: object, /) -> int:
            raise IsADirectoryError(21, "Is a directory")

    with pytest.raises(SourceError, match="-: cannot be read: Is a directory"):
        next(PipeSource(io.BufferedReader(Broken())).blocks())


@pytest.mark.parametrize("head", [bytes(range(256)) * 4, b"\x7fELF\x02\x01\x01" + b"\x03\0" * 99])
def test_what_is_no_text_is_not_read_as_a_log_without_errors(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(head)
    with pytest.raises(SourceError, match="no text"), FileSource(path, State()):
        pass


@pytest.mark.parametrize(
    "text",
    [
        b"\0" * 4096 + b"2026-11-20 10:00:00 ERROR oh\n",
        "2026-11-20 10:00:00 ERROR \u65e5\u672c\n".encode("shift-jis"),
        b"\x1b[31mERROR\x1b[0m\tred\r\n" * 9,
        b"caf\xe9 \xff\xfe ERROR\n",
        b"",
        b"\x01\x02\n",
    ],
)
def test_odd_bytes_in_a_log_are_no_matter(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(text)
    with FileSource(path, State()) as source:
        assert b"".join(block.data for block in source.blocks()) == text
