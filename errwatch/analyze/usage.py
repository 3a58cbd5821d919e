"""Who calls a function, what tests it, and where a name is defined."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from errwatch import lazy_re as re
from errwatch.code.function import Function
from errwatch.code.locate import Locator
from errwatch.code.place import Place
from errwatch.code.source import SourceFile
from errwatch.model.analysis import Mention

_TESTS = re.compile(
    r"(?:^|/)(?:tests?|testing|specs?|__tests__)/|(?:^|/)test_|[._-](?:test|spec)s?\."
)

_DEFINES = r"(?:def|class|function\*?|func|func \([^)]{1,80}\)|interface|enum|record)"

Definition = tuple[SourceFile, Function]
Definitions = Callable[[str], Sequence[Definition]]
"""The functions and classes of that name in the repository."""


class Usage:
    """Looks names up in one commit; each once."""

    def __init__(self, search: Callable[[str], Sequence[Mention]], locator: Locator) -> None:
        self._locator = locator
        self._search = search
        self._found: dict[str, Sequence[Mention]] = {}

    def mentions(self, name: str) -> Sequence[Mention]:
        if name not in self._found:
            self._found[name] = self._search(name)
        return self._found[name]

    def users(self, name: str) -> int:
        """How many places of the code call a function of that name; tests are not counted."""
        return len(self.callers(name))

    def callers(self, name: str) -> list[Mention]:
        return [one for one in self._calls(name) if not is_test(one.file)]

    def tests(self, name: str) -> list[Mention]:
        return [one for one in self._calls(name) if is_test(one.file)]

    def _calls(self, name: str) -> list[Mention]:
        called = re.compile(rf"(?<!def )(?<!func )(?<!function )\b{re.escape(name)}\s*\(")
        return [one for one in self.mentions(name) if called.search(one.text)]

    def defined(self, name: str) -> Sequence[tuple[SourceFile, Function]]:
        """The functions and classes of that name; tests are not looked at."""
        says = re.compile(rf"\s*(?:\w+ ){{0,4}}{_DEFINES} {re.escape(name)}\b")
        files = [one.file for one in self.mentions(name) if says.match(one.text)]
        return [
            (source, one)
            for file in dict.fromkeys(files)
            if not is_test(file) and (source := self._locator.source(file))
            for one in source.functions
            if one.bare == name
        ]

    def subclasses(self, name: str) -> Sequence[tuple[SourceFile, Function]]:
        """The Python classes that have the named one as a base; tests are not looked at."""
        based = re.compile(rf"\s*class (\w{{1,80}})\(.{{0,200}}\b{re.escape(name)}\b")
        matches = [
            (one.file, match[1]) for one in self.mentions(name) if (match := based.match(one.text))
        ]
        return [
            (source, one)
            for file, found in matches
            if not is_test(file) and (source := self._locator.source(file))
            for one in source.functions
            if one.bare == found
        ]


def is_test(file: str) -> bool:
    return _TESTS.search(file) is not None


def only(found: Sequence[Definition]) -> Sequence[Definition]:
    """What a name means, where that is one thing."""
    return found if len(found) == 1 else ()


def place_of(place: Place, source: SourceFile, one: Function) -> Place:
    """A definition as a place of the trace that led to it."""
    return Place(place.frame, source, one.first, one.name)
