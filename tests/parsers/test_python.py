"""Python tracebacks: printed by Python itself, and in every odd shape."""

from __future__ import annotations

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.python import PYTHON, TRACEBACK


def printed(raiser: str) -> list[str]:
    """What Python prints for the exception that `raiser` lets out."""
    try:
        exec(raiser, {"__name__": "sample"})  # noqa: S102
    except BaseException as error:  # noqa: BLE001
        return "".join(traceback.format_exception(error)).splitlines()
    raise AssertionError


def follows(lines: list[str], *, loose: bool = False) -> int:
    """How many of the lines the recogniser takes for one trace."""
    state = PYTHON.start(lines[0])
    for count, line in enumerate(lines[1:], 1):
        if state is None:
            return count - 1
        state = PYTHON.follow(state, line, loose=loose)
    return len(lines) - (state is None)


PRINTED = {
    "{}['x']": ["raised KeyError: 'x'"],
    "raise ValueError": ["raised ValueError: "],
    "raise ValueError('')": ["raised ValueError: "],
    "import decimal; decimal.Decimal('x')": [
        "raised decimal.InvalidOperation: [<class 'decimal.ConversionSyntax'>]"
    ],
    "raise ValueError from KeyError('y')": ["raised ValueError: ", "cause KeyError: 'y'"],
    "try: 1/0\nexcept ZeroDivisionError: int('q')": [
        "raised ValueError: invalid literal for int() with base 10: 'q'",
        "context ZeroDivisionError: division by zero",
    ],
    "raise ValueError('a\\n  b\\n\\nc')": ["raised ValueError: a\n  b\n\nc"],
    "e = ValueError('a'); e.add_note('note'); raise e": ["raised ValueError: a\nnote"],
    "compile('x = = 1', 'odd name.py', 'exec')": ["raised SyntaxError: invalid syntax"],
    "class Ünïc(Exception): pass\nraise Ünïc('ñ')": ["raised sample.Ünïc: ñ"],
    "def f():\n class Own(Exception): pass\n raise Own\nf()": ["raised sample.f.<locals>.Own: "],
    "raise ExceptionGroup('g', [ValueError('a'), ExceptionGroup('h', [KeyError('b')])])": [
        "raised ExceptionGroup: g (2 sub-exceptions)",
        "member ValueError: a",
        "member ExceptionGroup: h (1 sub-exception)",
        "member KeyError: 'b'",
    ],
    "try: raise ExceptionGroup('g', [ValueError('a')])\nexcept ExceptionGroup: 1/0": [
        "raised ZeroDivisionError: division by zero",
        "context ExceptionGroup: g (1 sub-exception)",
        "member ValueError: a",
    ],
    "def f(n): return f(n)\nf(1)": ["raised RecursionError: maximum recursion depth exceeded"],
}


@pytest.mark.parametrize("raiser", PRINTED)
def test_printed_by_python(raiser: str) -> None:
    lines = printed(raiser)
    found = PYTHON.parse(lines)
    assert [f"{one.link.value} {one.type}: {one.message}" for one in found] == PRINTED[raiser]
    announced = lines.index(TRACEBACK) if TRACEBACK in lines else 0
    assert follows(lines[announced:], loose=True) == len(lines) - announced


def test_frames_with_their_code_and_without_markers() -> None:
    lines = [
        TRACEBACK,
        '  File "/a b/c.py", line 3, in <module>',
        "    f(",
        "    ~^",
        '  File "c.py", line 9, in größe',
        "  [Previous line repeated 3 more times]",
        '  File "<string>", line 1',
        "    x = =",
        "        ^",
        "SyntaxError: invalid syntax",
    ]
    (found,) = PYTHON.parse(lines)
    assert found.frames == (
        Frame("/a b/c.py", 3, "<module>", code="f("),
        Frame("c.py", 9, "größe"),
        Frame("<string>", 1, None, code="x = ="),
    )


def test_a_trace_cut_off_anywhere_still_tells_what_it_has() -> None:
    lines = printed("def f(): return {}['x']\nf()")
    for cut in range(2, len(lines)):
        (found,) = PYTHON.parse(lines[:cut])
        assert found.type == ""
        assert found.frames
    assert PYTHON.parse(lines[:1]) == ()


def test_what_ends_a_trace() -> None:
    trace = [TRACEBACK, '  File "a.py", line 1, in f', "KeyError: 1"]
    assert follows([*trace, "an ordinary line"]) == 3
    assert follows([*trace, "an ordinary line"], loose=True) == 4
    assert follows([*trace, "  indented"]) == 4
    assert follows([*trace, TRACEBACK], loose=True) == 3
    assert follows([TRACEBACK, "not an exception: it has spaces"]) == 1


PARTS = [
    TRACEBACK,
    "  + Exception Group " + TRACEBACK,
    '  File "a.py", line 1, in f',
    "    code",
    "E: m",
    "",
    "  | E",
    "  +-+---------------- 1 ----------------",
    "    +------------------------------------",
    "The above exception was the direct cause of the following exception:",
]


@given(st.lists(st.sampled_from(PARTS), max_size=25))
def test_any_order_of_lines_is_read(lines: list[str]) -> None:
    found = PYTHON.parse(lines)
    assert all(isinstance(one, ExceptionInfo) for one in found)
    assert not found or found[0].link in (Link.RAISED, Link.MEMBER)
