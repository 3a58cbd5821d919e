"""Templates that differ in one word only, where that word is evidently a variable.

The relation is the least one with three properties. Once enough different words were seen in one
place of otherwise equal forms, these forms belong with the wider form, which has a variable there.
A wider form is a form itself. Belonging together is transitive. So it is a function of the set of
templates, more templates never take a group apart, and neither order nor split of the work counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from errwatch import lazy_re as re
from errwatch.group.v1 import VARIABLE

MIN_VALUES = 3
"""Different words that must stand in one place before the place counts as a variable."""

MIN_PLAIN = 12
"""The same, where plain words stand there: they are more often what tells templates apart."""

MIN_CONSTANT = 2
"""Words that must be left to say what the template is about."""

MAX_WORDS = 40
"""Longer templates are compared as wholes, to bound the work."""

_WORDS = re.compile(r"<\*>|[^\s,;:=()\[\]{}<>|]+|[,;:=()\[\]{}<>|]+")

Words = tuple[str, ...]
Hole = tuple[int, Words]
"""A place, and the form that is wider there."""


class Groups:
    """The groups of a set of templates."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._parent: dict[Words, Words] = {}
        """Form -> another of its group; none for the one that stands for it."""
        self._words: dict[Hole, dict[str, Words]] = {}
        """Word in the hole -> the form that has it there."""
        self._wide: set[Words] = set()
        waiting, known = [_words(template) for template in templates], set()
        while waiting:
            form = waiting.pop()
            if form not in known:
                known.add(form)
                waiting += self._widened(form)

    def of(self, template: str) -> str:
        """What stands for the group of a template, be it one of the set or not."""
        form = _words(template)
        if form not in self._parent and self._wide:
            form = next((wider for wider in _wider(form) if wider in self._wide), form)
        return " ".join(self._root(form))

    def _widened(self, form: Words) -> list[Words]:
        """Unite `form` with the wider forms for which there is evidence now; those that are new."""
        new = []
        for place, wider in _holes(form):
            words = self._words.setdefault((place, wider), {})
            before = _vary(words)
            words[form[place]] = form
            if before:
                self._unite(form, wider)
            elif _vary(words):
                new.append(wider)
                for one in words.values():
                    self._unite(one, wider)
        self._wide.update(new)
        return new

    def _unite(self, one: Words, other: Words) -> None:
        left, right = self._root(one), self._root(other)
        self._parent[max(left, right)] = min(left, right)

    def _root(self, form: Words) -> Words:
        root = form
        while (above := self._parent.get(root, root)) != root:
            root = above
        while form != root:
            form, self._parent[form] = self._parent[form], root
        return root


def _words(template: str) -> Words:
    return tuple(_WORDS.findall(template))


def _holes(form: Words) -> Iterator[Hole]:
    """Where a word stands that may be a variable; not a separator and not a variable already."""
    places = [place for place, word in enumerate(form) if word[0].isalnum()]
    if len(places) > MIN_CONSTANT and len(form) <= MAX_WORDS:
        for place in places:
            yield place, (*form[:place], VARIABLE, *form[place + 1 :])


def _wider(form: Words) -> Iterator[Words]:
    """With one variable more, then with two."""
    holes = list(_holes(form))
    yield from (wider for _, wider in holes)
    for (_, wider), (place, _) in combinations(holes, 2):
        yield (*wider[:place], VARIABLE, *wider[place + 1 :])


def _vary(words: Collection[str]) -> bool:
    if len(words) < MIN_VALUES or len(words) >= MIN_PLAIN:
        return len(words) >= MIN_PLAIN
    return sum(not word.isalpha() for word in words) >= MIN_VALUES
