"""A line that is passed by its form alone says what every reader of it would find."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.detect.passing import passed
from errwatch.model.levels import Level
from errwatch.parsers.clean import text_of
from errwatch.parsers.conclusions import concludes
from errwatch.parsers.logline import peel, read_layer, read_line
from tests.detect.corpus import LOGS, NOW

HEADS = (
    b"2026-03-01T10:12:42.127Z INFO  ",
    b"2026-03-01 10:12:42,127 DEBUG ",
    b"2026-12-28T23:59:59 NOTICE   ",
    b"2026-02-30T10:12:42.127Z INFO ",
    b'{"time":"2026-03-01T10:12:42.127Z","level":"info","msg":"',
    b'{"level":"DEBUG","log":"',
    b'10.0.3.7 - bob [01/Mar/2026:10:12:42 +0000] "GET /v1/',
    b'10.0.3.7 - - [01/Mar/2026:10:12:42 +0000] "GET /v1/items HTTP/1.1" 200 7 "-" "',
    b"2026-03-01T10:12:42.1234567Z stdout F INFO ",
)
PIECES = (
    *(b"shop.cart item", b"added", b" ", b":", b"Execution halted", b"exit status 1", b"x", b"7"),
    *(b"INFO", b"ERROR", b"error: x", b"{", b"}", b'"', b'"}', b'","stream":"stdout"}', b"_", b"]"),
    *(b'","short_message":"x"}', b'","message":"INFO x"}', b'","level":null}', b'","line":"x"}'),
    *(b" HTTP/1.1", b'" 200 12', b' "-" "curl/8 (x)"', b"\x1b[31m", b"\r", b"\t", b"\0", b"\xe9"),
    *(
        b" SUMMARY: x",
        b"collecting a ___",
        b"=",
        b"|",
        b"EXCEPTION: main",
        b"[pod/a/b]",
        b"\xc3\xa9",
    ),
    *(b'","severityNumber":9}', b'","logtag":"P","kubernetes":{}}', b'","labels":{"a":"b"}}'),
)


def has_no_part(line: bytes) -> bool:
    """Whether whoever reads the line finds that it has no part in an error above it."""
    text = text_of(line)
    layer = peel(text, NOW)
    alone = (layer.stream, layer.order, layer.part, layer.container) == ("", None, False, False)
    for log in (read_line(text, NOW), read_layer(layer, NOW)):
        quiet = log.level is not None and log.level.rank < Level.WARNING.rank
        stated = log.stamped and quiet and not log.spoken and not concludes(log.message)
        alone = alone and not log.origin and not log.stream and (log.whole or stated)
    return alone


def is_passed(line: bytes) -> bool:
    return passed(line, 0, len(line)) == len(line)


@given(
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(PIECES), max_size=7),
    st.sampled_from([b"\n", b"\r\n"]),
)
@settings(max_examples=3000, deadline=None)
def test_what_is_passed_has_no_part_in_what_stands_above(
    head: bytes, pieces: list[bytes], end: bytes
) -> None:
    line = head + b"".join(pieces) + end
    assert not is_passed(line) or has_no_part(line)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_so_do_lines_of_real_logs(path: Path) -> None:
    lines = {line + b"\n" for line in path.read_bytes().split(b"\n")}
    assert [line for line in lines if is_passed(line) and not has_no_part(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        b"2026-03-01T10:12:42.127Z INFO  shop.cart item added user=7\n",
        b"2026-03-01 10:12:42,127 DEBUG shop.db SELECT id FROM items\r\n",
        b'{"time":"2026-03-01T10:12:42.127Z","level":"info","msg":"done","status":200}\n',
        b'10.0.3.7 - - [01/Mar/2026:10:12:42 +0000] "GET /v1/items/7 HTTP/1.1" 200 7 "-" "x/1"\n',
    ],
)
def test_the_commonest_lines_are_passed(line: bytes) -> None:
    assert is_passed(line)
    assert passed(b"x\n" + line + b"y\n", 2, len(line) + 4) == 2 + len(line)
    assert passed(line, 0, len(line) - 1) == 0


@pytest.mark.parametrize(
    "line",
    [
        b"2026-03-01T10:12:42.127Z ERROR shop.cart item added user=7\n",
        b"2026-03-01T10:12:42.127Z INFO Execution halted\n",
        b"    at com.example.Shop (Shop.java:7)\n",
        b'{"level":"error","msg":"x"}\n',
        b'{"log":"x\\n","stream":"stdout","level":"info"}\n',
        b'10.0.3.7 - - [01/Mar/2026:10:12:42 +0000] "GET /v1/items/7 HTTP/1.1" 502 7 "-" "x/1"\n',
    ],
)
def test_other_lines_are_not(line: bytes) -> None:
    assert not is_passed(line)
