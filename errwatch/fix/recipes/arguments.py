"""Arguments of calls: what a call gives by name, and where one more belongs."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from errwatch.fix.recipes.source import Source, Splice


def named(call: cst.Call) -> Mapping[str, cst.BaseExpression]:
    return {arg.keyword.value: arg.value for arg in call.args if arg.keyword}


def is_open_ended(call: cst.Call) -> bool:
    """Whether a call hands on arguments that its text does not show."""
    return any(arg.star for arg in call.args)


def added(source: Source, call: cst.Call, argument: str) -> Splice:
    """The splice that gives a call one more argument, at its end."""
    end = source.span(call)[1] - 1
    before = source.bytes[:end].rstrip()
    if before.endswith(b"("):
        return Splice(len(before), len(before), argument)
    comma = "" if before.endswith(b",") else ","
    last = source.span(call.args[-1])[0]
    start = source.bytes.rfind(b"\n", 0, last) + 1
    indent = source.bytes[start:last].decode()
    if b"\n" in source.bytes[len(before) : end] and not indent.strip():
        gap = f"{source.newline}{indent}"
        return Splice(len(before), len(before), f"{comma}{gap}{argument},")
    return Splice(len(before), len(before), f"{comma} {argument}")
