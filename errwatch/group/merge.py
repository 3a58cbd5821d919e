"""Templates that differ in one word only, where that word is evidently a variable.

Stateless and free of order: the result is a function of the set of templates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from errwatch.group.v1 import VARIABLE

MIN_VALUES = 3
"""Different words that must stand in one place before the place counts as a variable."""

MIN_PLAIN = 12
"""The same, where plain words stand there: they are more often what tells templates apart."""

MIN_CONSTANT = 2
"""Words that must be left to say what the template is about."""

_WORDS = re.compile(r"<\*>|[^\s,;:=()\[\]{}<>|]+|[,;:=()\[\]{}<>|]+")

Words = tuple[str, ...]
Hole = tuple[int, Words]
"""A form without the word at one place."""


def merged(templates: Iterable[str]) -> dict[str, str]:
    """Template -> the template of its group."""
    words = {one: tuple(_WORDS.findall(one)) for one in set(templates)}
    while True:
        wider = _widened(set(words.values()))
        if not wider:
            return {one: " ".join(form) for one, form in words.items()}
        words = {one: wider.get(form, form) for one, form in words.items()}


def _widened(forms: set[Words]) -> dict[Words, Words]:
    """The forms in which at least one place turned out to be a variable."""
    values: dict[Hole, set[str]] = defaultdict(set)
    for form in forms:
        for place in _places(form):
            values[_hole(form, place)].add(form[place])
    variable = {hole for hole, words in values.items() if _vary(words)}
    wider: dict[Words, Words] = {}
    for form in forms:
        places = {place for place in _places(form) if _hole(form, place) in variable}
        if places and len(_places(form)) - len(places) >= MIN_CONSTANT:
            wider[form] = tuple(
                VARIABLE if place in places else word for place, word in enumerate(form)
            )
    return wider


def _vary(words: set[str]) -> bool:
    plain = sum(word.isalpha() for word in words)
    return len(words) - plain >= MIN_VALUES or len(words) >= MIN_PLAIN


def _places(form: Words) -> list[int]:
    """Where a word stands; not a separator and not a variable."""
    return [place for place, word in enumerate(form) if word[0].isalnum()]


def _hole(form: Words, place: int) -> Hole:
    return place, form[:place] + form[place + 1 :]
