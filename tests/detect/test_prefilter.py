"""Whichever engine looks through a window, it finds the same lines."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.detect.prefilter import Prefilter
from errwatch.detect.triggers import EXPRESSIONS
from tests.detect.corpus import LOGS

pytest.importorskip("hyperscan")
SLOW, FAST = Prefilter(EXPRESSIONS), Prefilter(EXPRESSIONS, worth=0)
LINES = sorted({line for path in LOGS for line in path.read_bytes().split(b"\n")})
PIECES = [b"err", b"E/T", b"E, [1", b" line 3", b",", b" in", b"\r", b"\0", b"\xe9", b"n", b'", "']
PIECES += [b'stream":"std', b".js:", b"12", b"):", b'"level": ', b"44", b" 5", b'" 500', b"ms"]
lines = st.sampled_from(LINES) | st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join)


def found(prefilter: Prefilter, data: bytes, start: int) -> list[int]:
    """Where the lines begin that are found."""
    hits, places = prefilter.hits(data, start, len(data)), []
    while (hit := hits.after(start)) >= 0:
        places.append(data.rfind(b"\n", 0, hit) + 1)
        start = data.index(b"\n", hit) + 1
    return places


@settings(deadline=None)
@given(st.lists(lines | st.binary(max_size=40), max_size=30), st.integers(0, 30))
def test_both_engines_find_the_same_lines(lines: list[bytes], passed: int) -> None:
    data = b"".join(line + b"\n" for line in lines)
    start = len(b"".join(line + b"\n" for line in lines[:passed]))
    assert found(FAST, data, start) == found(SLOW, data, start)


@given(st.lists(lines, max_size=30))
def test_a_match_lies_within_one_line(lines: list[bytes]) -> None:
    data = b"".join(line.replace(b"\n", b"") + b"\n" for line in lines)
    place, expected = 0, []
    for line in data.split(b"\n")[:-1]:
        expected += [place] if found(SLOW, line + b"\n", 0) else []
        place += len(line) + 1
    assert found(SLOW, data, 0) == expected


def test_the_other_engine_takes_over_when_it_pays() -> None:
    prefilter = Prefilter(["error"], worth=40)
    quiet, loud = b"fine\nfine\n", b"fine\nerror\nfine\n"
    for data in [quiet, loud, quiet, loud, quiet, loud]:
        assert found(prefilter, data, 0) == ([5] if data is loud else [])


def test_without_hyperscan_the_first_engine_goes_on() -> None:
    program = (
        "import sys\n"
        "sys.modules['hyperscan'] = None\n"
        "from errwatch.detect.prefilter import Prefilter\n"
        "data = b'fine\\nerror\\n'\n"
        "print(Prefilter(['error'], worth=0).hits(data, 0, len(data)).after(0))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "5", done.stderr
