"""The recipe engine: deterministic repairs of well-known kinds of error, without a model.

A recipe takes a problem and gives a candidate, a reason why it has none, or None where the error is
not of its kind. It never decides what a program should do: it gives a default, a guard or a handler
only where the function has that very one already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from errwatch.fix.changes import same_change
from errwatch.fix.policy import is_test
from errwatch.fix.recipes.aware_datetime import AwareDatetime
from errwatch.fix.recipes.cache_fallback import CacheFallback
from errwatch.fix.recipes.generator_stop import GeneratorStop
from errwatch.fix.recipes.http_timeout import HttpTimeout
from errwatch.fix.recipes.log_arguments import LogArguments
from errwatch.fix.recipes.missing_import import MissingImport
from errwatch.fix.recipes.missing_self import MissingSelf
from errwatch.fix.recipes.mutable_default import MutableDefault
from errwatch.fix.recipes.mutated_iteration import MutatedIteration
from errwatch.fix.recipes.near_miss import NearMiss
from errwatch.fix.recipes.own_default import OwnDefault
from errwatch.fix.recipes.own_guard import OwnGuard
from errwatch.fix.recipes.place import ENGINE, Place, locate
from errwatch.fix.recipes.removed_api import RemovedApi
from errwatch.fix.recipes.retry import Retry
from errwatch.fix.recipes.stale_connection import StaleConnection
from errwatch.fix.recipes.text_encoding import TextEncoding
from errwatch.fix.recipes.widened_handler import WidenedHandler
from errwatch.interfaces import Problem
from errwatch.model.fix import Candidate, Declined


class Recipe(Protocol):
    id: str

    def propose(self, problem: Problem, place: Place) -> Candidate | Declined | None:
        """None where the error is not of this recipe's kind."""


RECIPES: tuple[Recipe, ...] = (
    MissingImport(),
    RemovedApi(),
    MutatedIteration(),
    NearMiss(),
    MutableDefault(),
    MissingSelf(),
    GeneratorStop(),
    AwareDatetime(),
    OwnDefault(),
    OwnGuard(),
    WidenedHandler(),
    LogArguments(),
    TextEncoding(),
    StaleConnection(),
    CacheFallback(),
    HttpTimeout(),
    Retry(),
)


class RecipeEngine:
    """Asks each recipe in turn."""

    name = ENGINE

    def propose(
        self, problem: Problem, verdict: Callable[[], str]
    ) -> Iterator[Candidate | Declined]:
        place = locate(problem)
        if isinstance(place, Declined):
            yield place
        elif is_test(place.file):
            yield place.declined("the error comes from a test, and existing tests are read-only")
        else:
            yield from _answers(problem, place)


def _answers(problem: Problem, place: Place) -> list[Candidate | Declined]:
    """The candidates; where there are none, the reasons."""
    found = [answer for recipe in RECIPES if (answer := _asked(recipe, problem, place))]
    answers = [_fresh(answer, problem) for answer in found]
    kinds = ", ".join(recipe.id for recipe in RECIPES)
    none = place.declined(f"no recipe mends {place.error.type}", f"recipes: {kinds}")
    return [a for a in answers if isinstance(a, Candidate)] or answers or [none]


def _asked(recipe: Recipe, problem: Problem, place: Place) -> Candidate | Declined | None:
    try:
        return recipe.propose(problem, place)
    except (RecursionError, MemoryError):
        return place.declined(f"{recipe.id}: the code is too deeply nested to be read")


def _fresh(answer: Candidate | Declined, problem: Problem) -> Candidate | Declined:
    """The answer, unless it is a change that did not stand before."""
    if isinstance(answer, Candidate) and any(
        same_change(diff, answer.edits) for diff in problem.rejected
    ):
        return Declined(
            ENGINE, f"{answer.recipe}: this change did not stand before: {answer.title}"
        )
    return answer
