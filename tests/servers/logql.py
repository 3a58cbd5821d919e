"""The part of LogQL that is asked for: selectors, line filters and label filters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import re2

Test = Callable[[Mapping[str, str], str], bool]
"""Of the labels of an entry, and its line."""

_STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_LABEL = re.compile(rf"\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*({_STRING})\s*")
_LINE = re.compile(rf"\s*(\|=|!=|\|~|!~)\s*({_STRING})\s*")


@lru_cache(maxsize=64)
def parse(query: str) -> tuple[Test, Test]:
    """What the selector demands of a stream, and the pipeline of an entry. Raises ValueError."""
    if not query.startswith("{"):
        why = "parse error at line 1, col 1: syntax error: unexpected IDENTIFIER"
        raise ValueError(why)
    tests, place = [], 1
    while query[place : place + 1] != "}":
        test, place = _label(query, place)
        tests.append(test)
        place += query[place : place + 1] == ","
    selector, pipeline = _all(tests), []
    place += 1
    while query[place:].strip():
        test, place = _stage(query, place)
        pipeline.append(test)
    return selector, _all(pipeline)


def _all(tests: list[Test]) -> Test:
    return lambda labels, line: all(test(labels, line) for test in tests)


def _stage(query: str, place: int) -> tuple[Test, int]:
    if found := _LINE.match(query, place):
        return _line(found[1], _text(found[2])), found.end()
    bar = re.compile(r"\s*\|").match(query, place)
    if bar is None:
        why = f"parse error at line 1, col {place + 1}: syntax error"
        raise ValueError(why)
    any_of, place = [], bar.end()
    while True:
        test, place = _label(query, place)
        any_of.append(test)
        if not query.startswith("or ", place):
            return lambda labels, line: any(test(labels, line) for test in any_of), place
        place += 3


def _label(query: str, place: int) -> tuple[Test, int]:
    found = _LABEL.match(query, place)
    if found is None:
        why = f"parse error at line 1, col {place + 1}: syntax error"
        raise ValueError(why)
    name, sign, text = found[1], found[2], _text(found[3])
    pattern = re2.compile(text) if "~" in sign else None

    def test(labels: Mapping[str, str], _line: str) -> bool:
        value = labels.get(name, "")
        same = bool(pattern.fullmatch(value)) if pattern is not None else value == text
        return same != sign.startswith("!")

    return test, found.end()


def _line(sign: str, text: str) -> Test:
    pattern = re2.compile(text) if "~" in sign else None

    def test(_labels: Mapping[str, str], line: str) -> bool:
        has = bool(pattern.search(line)) if pattern is not None else text in line
        return has != sign.startswith("!")

    return test


def _text(literal: str) -> str:
    return literal[1:-1] if literal.startswith("`") else str(json.loads(literal))
