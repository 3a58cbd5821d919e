"""A text without its secrets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from errwatch import lazy_re as re
from errwatch.redact.finding import Rule, Span, gates
from errwatch.redact.folding import ESCAPED, plain, unescaped
from errwatch.redact.rules import ADDRESSES, RULES

KINDS = tuple(dict.fromkeys(rule.kind for rule in (*RULES, ADDRESSES)))

_PASSES = 20
"""Two are enough for all but texts that were made to need more."""
_MARK = "[REDACTED:"
_DONE = re.compile(r"(\[REDACTED:(?:" + "|".join(KINDS) + r")\])")

_Found = tuple[Span, int]
"""A secret, and the number of its rule."""


class Redactor:
    """Takes out of texts what its rules find."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)
        self._gate = gates((*(rule.gate for rule in rules), ESCAPED))
        self._escaped = len(self._rules)

    def suspicious(self, text: str) -> bool:
        """Whether there may be a secret in it; of most texts none is found."""
        folded = plain(text)
        hits = self._hits(folded)
        if hits == [self._escaped]:
            return bool(self._hits(unescaped(folded).text))
        return bool(hits)

    def redact(self, text: str) -> str:
        """The text without its secrets."""
        for _ in range(_PASSES):
            clean = self._pass(text)
            if clean == text:
                break
            text = clean
        return text

    def _hits(self, folded: bytes) -> list[int]:
        """The numbers of the rules that may find something."""
        return self._gate.Match(folded) or []

    def _pass(self, text: str) -> str:
        """What stands between marks is cleaned, each piece alone."""
        if _MARK not in text:
            return self._clean(text)
        pieces = _DONE.split(text)
        pieces[::2] = [self._clean(piece) for piece in pieces[::2]]
        return "".join(pieces)

    def _clean(self, piece: str) -> str:
        """One pass over a text without marks; the rules do not see each other's work."""
        found = self._secrets(piece)
        if not found:
            return piece
        parts, place = [], 0
        for span, rule in _united(found):
            parts += [piece[place : span.start], f"[REDACTED:{self._rules[rule].kind}]"]
            place = span.end
        return "".join([*parts, piece[place:]])

    def _secrets(self, text: str) -> list[_Found]:
        """What all rules found: in the text as it is written, and with its escapes resolved."""
        folded = plain(text)
        hits = self._hits(folded)
        if not hits:
            return []
        found = self._found(folded, hits)
        if self._escaped in hits:
            view = unescaped(folded)
            inner = self._found(view.text, self._hits(view.text))
            found += [(view.original(span), rule) for span, rule in inner]
        return found

    def _found(self, folded: bytes, hits: list[int]) -> list[_Found]:
        return [
            (span, number)
            for number in hits
            if number != self._escaped
            for span in self._rules[number].find(folded)
        ]


@cache
def redactor(*, addresses: bool = False) -> Redactor:
    """Of all secrets and personal data; with `addresses`, of those of machines too."""
    return Redactor((*RULES, ADDRESSES) if addresses else RULES)


def redact(text: str) -> str:
    """The text without its secrets."""
    return redactor().redact(text)


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
