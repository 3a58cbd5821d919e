"""Say in which encoding a text file is read or written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from errwatch.fix.recipes.arguments import added, is_open_ended, named
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined, Edit

KINDS = frozenset({"UnicodeDecodeError", "UnicodeEncodeError"})
CODEC = re.compile(r"'([\w-]+)' codec can't (?:decode|encode)")
UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig"})
TEXT = {"read_text": 0, "write_text": 1}
"""Methods of a path, and at which position they take the encoding."""
ENCODING = 'encoding="utf-8"'
MODE_AT, ENCODING_AT = 1, 3
"""Of the arguments of `open`."""


class TextEncoding:
    """Adds `encoding="utf-8"` to the call that opens a text file.

    Applies where the machine's own encoding (ASCII, cp1252, ...) could not hold a character, and
    the line, or the `with` around it, opens one file as text without saying its encoding. What is
    in the file is not looked at, so that the confidence is low. Declines where UTF-8 itself failed.
    """

    id = "text-encoding"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        if place.error.type not in KINDS:
            return None
        codec = CODEC.match(place.error.message)
        if not codec:
            return None
        if codec[1].lower() in UTF8:
            return place.declined("the file is not in UTF-8, and what it is in does not show")
        source = place.source
        if source is None:
            return place.declined("the file does not parse")
        calls = list(_openers(source, place.line))
        if len(calls) != 1:
            found = "more than one file" if calls else "no file whose encoding it leaves open"
            return place.declined(f"the line reads or writes {found}")
        return _mended(source, place, calls[0], codec[1])


def _openers(source: Source, line: int) -> Iterator[cst.Call]:
    """The calls that open a text file, on the line or for the block that it is in."""
    every = [call for call in source.nodes(cst.Call) if _leaves_open(source, call)]
    here = [call for call in every if source.covers(call, line)]
    if here:
        yield from here
        return
    for block in source.nodes(cst.With):
        if source.covers(block, line):
            yield from (call for item in block.items for call in every if call is item.item)


def _leaves_open(source: Source, call: cst.Call) -> bool:
    """Whether a call opens a file as text without an encoding."""
    given = named(call)
    plain = [arg.value for arg in call.args if not arg.keyword and not arg.star]
    if is_open_ended(call) or "encoding" in given:
        return False
    match call.func:
        case cst.Attribute(attr=cst.Name(value=name)) if name in TEXT:
            return len(plain) <= TEXT[name]
        case cst.Name(value="open"):
            shift = 0
        case cst.Attribute(attr=cst.Name(value="open")) if not source.imported_as(call.func):
            shift = 1
        case _:
            return False
    mode = plain[MODE_AT - shift] if len(plain) > MODE_AT - shift else given.get("mode")
    return len(plain) <= ENCODING_AT - shift and _is_text_mode(mode)


def _is_text_mode(mode: cst.BaseExpression | None) -> bool:
    match mode:
        case None:
            return True
        case cst.SimpleString():
            return "b" not in mode.raw_value
        case _:
            return False


def _mended(source: Source, place: Place, call: cst.Call, codec: str) -> Candidate:
    return Candidate(
        engine=ENGINE,
        recipe=TextEncoding.id,
        title=f"Open the file in {place.file} as UTF-8",
        rationale=(
            f"{place}: the file is opened in the machine's own encoding, {codec}, which cannot "
            "hold what is in it. Most text is UTF-8; whether this file is was not looked at."
        ),
        edits=(Edit(place.file, place.text, source.spliced([added(source, call, ENCODING)])),),
        confidence=0.5,
    )
