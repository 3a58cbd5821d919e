"""A text without its secrets."""

from __future__ import annotations

import re

from errwatch.redact.finding import Span, gates
from errwatch.redact.folding import ESCAPED, plain, unescaped
from errwatch.redact.rules import RULES

KINDS = tuple(dict.fromkeys(rule.kind for rule in RULES))

_GATE = gates((*(rule.gate for rule in RULES), ESCAPED))
_ESCAPED = len(RULES)
_PASSES = 20
"""Two are enough for all but texts that were made to need more."""
_MARK = "[REDACTED:"
_DONE = re.compile(r"(\[REDACTED:(?:" + "|".join(KINDS) + r")\])")

_Found = tuple[Span, int]
"""A secret, and the number of its rule."""


def suspicious(text: str) -> bool:
    """Whether there may be a secret in it; of most texts none is found."""
    folded = plain(text)
    hits = _hits(folded)
    return bool(hits) and (hits != [_ESCAPED] or bool(_hits(unescaped(folded).text)))


def _hits(folded: bytes) -> list[int]:
    """The numbers of the rules that may find something."""
    return _GATE.Match(folded) or []


def redact(text: str) -> str:
    """The text without its secrets."""
    for _ in range(_PASSES):
        clean = _pass(text)
        if clean == text:
            break
        text = clean
    return text


def _pass(text: str) -> str:
    """What stands between marks is cleaned, each piece alone."""
    if _MARK not in text:
        return _clean(text)
    pieces = _DONE.split(text)
    pieces[::2] = [_clean(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _clean(piece: str) -> str:
    """One pass over a text without marks; the rules do not see each other's work."""
    found = _secrets(piece)
    if not found:
        return piece
    parts, place = [], 0
    for span, rule in _united(found):
        parts += [piece[place : span.start], f"[REDACTED:{RULES[rule].kind}]"]
        place = span.end
    return "".join([*parts, piece[place:]])


def _secrets(text: str) -> list[_Found]:
    """What all rules found: in the text as it is written, and with its escapes resolved."""
    folded = plain(text)
    hits = _hits(folded)
    if not hits:
        return []
    found = _found(folded, hits)
    if _ESCAPED in hits:
        view = unescaped(folded)
        found += [(view.original(span), rule) for span, rule in _found(view.text, _hits(view.text))]
    return found


def _found(folded: bytes, hits: list[int]) -> list[_Found]:
    return [
        (span, number)
        for number in hits
        if number != _ESCAPED
        for span in RULES[number].find(folded)
    ]


def _united(found: list[_Found]) -> list[_Found]:
    """In order, with overlaps as one; the first rule names it."""
    united: list[_Found] = []
    for span, rule in sorted(found, key=lambda one: (one[0].start, one[1])):
        if united and span.start < united[-1][0].end:
            (start, end), first = united[-1]
            united[-1] = (Span(start, max(end, span.end)), first)
        else:
            united.append((span, rule))
    return united
