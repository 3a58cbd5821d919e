"""UTF-16 and JSON documents become lines; anything else stays what it is."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.errors import SourceError
from errwatch.interfaces import Block
from errwatch.sources import documents
from errwatch.sources.files import FileSource, PipeSource
from errwatch.sources.recode import is_utf16, recoded
from tests.sources.reader import State

TEXT = "a\r\nERROR: jåm 𝄞\n"


def blocks(data: bytes, size: int = 7) -> Iterator[Block]:
    return (Block(data[at : at + size], at) for at in range(0, len(data), size))


def read(data: bytes, size: int = 2**20) -> bytes:
    return b"".join(block.data for block in recoded(blocks(data, size), "x"))


def lines(data: bytes, size: int = 2**20) -> list[object]:
    return [orjson.loads(line) for line in read(data, size).splitlines()]


@given(st.text(max_size=60), st.integers(2, 9))
def test_utf16_in_any_pieces(text: str, size: int) -> None:
    little = codecs.BOM_UTF16_LE + text.encode("utf-16-le", "replace")
    big = codecs.BOM_UTF16_BE + text.encode("utf-16-be", "replace")
    expected = text.encode("utf-8", "replace")
    for data in (little, big):
        assert b"".join(b.data for b in recoded(blocks(data, size), "x")) == expected


@given(st.binary(max_size=80).filter(lambda data: data.lstrip()[:1] not in (b"[", b"{")))
def test_other_bytes_stay_what_they_are(data: bytes) -> None:
    if not is_utf16(data):
        assert read(data) == data


@given(
    st.text(st.characters(codec="ascii", categories=("L", "N", "Zs")), min_size=8),
    st.integers(1, 9),
)
def test_utf16_without_a_mark_is_told_by_its_zeros(text: str, size: int) -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        data = text.encode(codec)
        assert b"".join(b.data for b in recoded(blocks(data, size), "x")) == text.encode()


@pytest.mark.parametrize(
    "data", [b"\x03\0" * 99, b"a\0b\0", b"\0" * 99, b"2026 ERROR a\0b\0c\0 jam\n"]
)
def test_zeros_alone_are_no_utf16(data: bytes) -> None:
    assert not is_utf16(data)


def test_files_and_pipes_are_recoded(tmp_path: Path) -> None:
    data = codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")
    (tmp_path / "a.log").write_bytes(data)
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(data))
    sources: list[FileSource | PipeSource] = [
        FileSource(tmp_path / name, State()) for name in ("a.log", "a.log.gz")
    ]
    for source in (*sources, PipeSource(io.BufferedReader(io.BytesIO(data)))):
        with source:
            assert b"".join(block.data for block in source.blocks()) == TEXT.encode()
            position = source.position(3, lines=1)
            assert isinstance(source, FileSource) == (position is not None)


ENTRY = {"level": "error", "message": "jam"}
LOKI = {"stream": {"app": "a"}, "values": [["2", "b"], ["1", "a", {}]]}
TURNED = [
    {"labels": {"app": "a"}, "timestamp": "2", "line": "b"},
    {"labels": {"app": "a"}, "timestamp": "1", "line": "a"},
]


@pytest.mark.parametrize(
    ("document", "entries"),
    [
        ([ENTRY, ENTRY], [ENTRY, ENTRY]),
        ({"events": [ENTRY], "nextToken": "x"}, [ENTRY]),
        ({"streams": [LOKI]}, TURNED),
        ({"status": "success", "data": {"resultType": "streams", "result": [LOKI]}}, TURNED),
        ({"data": {"deploymentLogs": [ENTRY]}}, [ENTRY]),
        ({"hits": {"total": 1, "hits": [{"_id": "x", "_source": ENTRY}]}}, [ENTRY]),
        (
            {"resourceLogs": [{"resource": {}, "scopeLogs": [{"logRecords": [{"body": 1}]}]}]},
            [{"body": 1, "resource": {}}],
        ),
    ],
)  # fmt: skip
def test_documents(document: object, entries: list[object]) -> None:
    compact = orjson.dumps(document)
    pretty = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    for data in (compact, compact + b"\n", pretty, b"\xef\xbb\xbf" + pretty):
        for size in (64, 2**20):
            assert lines(data, size) == entries


def test_one_document_a_line() -> None:
    line = orjson.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [ENTRY, ENTRY]}]}]})
    data = line + b"\nnot json\n" + line
    assert read(data, 40).count(b"jam") == 4
    assert b"\nnot json\n" in read(data, 40)


def test_records_over_many_lines() -> None:
    pretty = orjson.dumps(ENTRY, option=orjson.OPT_INDENT_2)
    assert lines(pretty + b"\n" + pretty + b"\n") == [ENTRY, ENTRY]


@pytest.mark.parametrize(
    "data",
    [
        b'{"level":"error","msg":"jam"}\nplain\n',
        b'[{"oops": \nERROR: jam\n',
        b"[2026-04-01 12:00:00] ERROR jam\n",
        b"{not json}\n",
    ],
)
def test_what_only_begins_like_a_document(data: bytes) -> None:
    assert read(data) == data


def test_text_after_a_document_is_kept() -> None:
    assert read(b'{\n "port": 80\n}\nERROR: jam\n') == b'{"port":80}\nERROR: jam\n'


def test_a_document_that_is_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENT", 1000)
    with pytest.raises(SourceError, match="a JSON document of more than"):
        read(orjson.dumps([ENTRY] * 100), 100)
    log = b'{\n "port": 80\n}\n' + b"ERROR: jam\n" * 200
    assert read(log, 100) == log
