"""Give a request a time after which it is given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst

from errwatch.fix.recipes.arguments import added, is_open_ended, named
from errwatch.fix.recipes.mentions import mentions
from errwatch.fix.recipes.place import ENGINE, Place
from errwatch.fix.recipes.source import Source
from errwatch.interfaces import Problem, Tree
from errwatch.model.fix import Candidate, Declined, Edit

GAVE_UP = ("timed out", "timeout", "time limit", "timelimitexceeded", "[errno 110]", "[errno 60]")
VERBS = ("get", "head", "options", "post", "put", "patch", "delete", "request")
UNBOUNDED = {
    "requests": frozenset(f"requests.{verb}" for verb in VERBS),
    "urlopen": frozenset({"urllib.request.urlopen"}),
}
"""What waits without end where nothing is said, by a word that its file has."""
USUAL = "30"
"""Seconds, where the repository does not say what is usual in it."""


class HttpTimeout:
    """Adds `timeout=` to the request on the line, with the seconds that most other requests of the
    repository give, else 30.

    Applies to a request of `requests` or `urllib` that says no time, where something else (the
    machine, a worker, a queue) gave it up. The number is a guess, so that the confidence is low.
    """

    id = "http-timeout"

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        said = f"{place.error.type}: {place.error.message}".lower()
        if not any(words in said for words in GAVE_UP):
            return None
        source = place.source
        calls = (
            [call for call in _requests(source) if source.covers(call, place.line)]
            if source
            else []
        )
        open_calls = [
            call for call in calls if "timeout" not in named(call) and not is_open_ended(call)
        ]
        if source is None or len(open_calls) != 1:
            return None
        return _mended(source, place, open_calls[0], _usual(problem.tree))


def _requests(source: Source) -> Iterator[cst.Call]:
    every = frozenset().union(*UNBOUNDED.values())
    return (call for call in source.nodes(cst.Call) if source.imported_as(call.func) & every)


def _usual(tree: Tree) -> str:
    """The seconds that most requests of the repository give."""
    given: Counter[str] = Counter()
    for file in sorted({file for word in UNBOUNDED for file, _ in mentions(tree, word)}):
        source = Source.parse(tree.read(file) or "")
        for call in _requests(source) if source else ():
            match named(call).get("timeout"):
                case cst.Integer(value=number) | cst.Float(value=number):
                    given[number] += 1
    return given.most_common(1)[0][0] if given else USUAL


def _mended(source: Source, place: Place, call: cst.Call, seconds: str) -> Candidate:
    return Candidate(
        engine=ENGINE,
        recipe=HttpTimeout.id,
        title=f"Give up the request in {place.file} after {seconds} s",
        rationale=(
            f"{place}: {source.code(call.func)} waits without end, until something else ends it. "
            f"{seconds} s is what other requests here give, or a guess: set what fits."
        ),
        edits=(
            Edit(
                place.file, place.text, source.spliced([added(source, call, f"timeout={seconds}")])
            ),
        ),
        confidence=0.4,
    )
