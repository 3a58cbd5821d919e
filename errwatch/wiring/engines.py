"""The engines that write changes, by their names."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from errwatch.agent.budget import Budget, Limits, Price
from errwatch.config import Settings
from errwatch.errors import UsageError
from errwatch.fix.agent import NAME as CLAUDE
from errwatch.fix.policy import Policy
from errwatch.interfaces import FixEngine, Model
from errwatch.llm.claude import Claude
from errwatch.llm.prices import INPUT_OUTPUT
from errwatch.llm.scripted import Recorded
from errwatch.model.conversation import Transcript
from errwatch.model.fix import Fix
from errwatch.wiring.plugins import installed_engines, loaded

if TYPE_CHECKING:
    from errwatch.analyze.asked import Analyst
    from errwatch.store.sqlite import SqliteStore

RECIPES = "recipes"
KNOWN = "known"

KEY = "ANTHROPIC_API_KEY"
UNLIMITED = Limits(math.inf, sys.maxsize, sys.maxsize, math.inf)
"""What is recorded costs nothing."""
TIMEOUT = 300.0
"""Seconds for one answer of a model."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says of models, over the settings."""

    models: tuple[str, ...] = ()
    dollars: float | None = None
    record: Callable[[Transcript], None] = lambda _transcript: None


def usual_engines() -> list[str]:
    """Those that can work here: a key for a model makes it one of them."""
    return [KNOWN, RECIPES, CLAUDE] if os.environ.get(KEY) else [KNOWN, RECIPES]


def engines(
    names: Sequence[str],
    settings: Settings,
    policy: Policy,
    wanted: Wanted,
    state: Callable[[], SqliteStore],
) -> list[FixEngine]:
    """`state` opens it to be read. Raises UsageError for an engine that is unknown, or cannot work
    here."""
    ours: dict[str, Callable[[], FixEngine]] = {
        KNOWN: lambda: _known(state),
        RECIPES: _recipes,
        CLAUDE: lambda: _claude(settings, policy, wanted),
    }
    others = installed_engines()
    unknown = [name for name in names if name not in ours and name not in others]
    if unknown:
        msg = f"{unknown[0]}: no such engine; there is {', '.join((*ours, *others))}"
        raise UsageError(msg)
    return [ours[name]() if name in ours else loaded(others[name]) for name in names]


def recorded_engines(
    fix: Fix, settings: Settings, policy: Policy, record: Callable[[Transcript], None]
) -> list[FixEngine]:
    """Those that worked on a fix; a model says what it said then."""
    asked = {trial.engine for trial in fix.trials}
    found = [_recipes()] if RECIPES in asked else []
    found += [loaded(other) for name, other in installed_engines().items() if name in asked]
    if fix.transcripts:
        from errwatch.fix.agent.engine import ClaudeEngine  # jinja2, for the prompt

        budget = Budget(UNLIMITED, _prices(settings), time.monotonic)
        models = [transcript.model for transcript in fix.transcripts]
        model = Recorded(fix.transcripts)
        found.append(ClaudeEngine(models, model, budget, policy, record))
    return found


def _known(state: Callable[[], SqliteStore]) -> FixEngine:
    from errwatch.fix.known import KnownEngine, Solved

    def solved() -> list[Solved]:
        with state() as store:
            errors = {issue.fingerprint: issue.event.exception_type for issue in store.issues()}
            return [Solved(fix, errors.get(fix.issue)) for fix in store.fixes()]

    return KnownEngine(solved)


def _recipes() -> FixEngine:
    from errwatch.fix.recipes import RecipeEngine  # libcst is slow to import

    return RecipeEngine()


def analyst(settings: Settings, wanted: Wanted) -> Analyst | None:
    """Who is asked for an opinion; None without a key."""
    key = os.environ.get(KEY)
    if not key:
        return None
    from errwatch.analyze.asked import Analyst  # jinja2, for the prompt
    from errwatch.fix.agent.tools import is_secret

    usual = settings.claude.analysis_dollars
    budget = _budget(settings, usual if wanted.dollars is None else wanted.dollars)
    return Analyst(wanted.models or settings.claude.models, _model(key), budget, is_secret)


def _claude(settings: Settings, policy: Policy, wanted: Wanted) -> FixEngine:
    from errwatch.fix.agent.engine import ClaudeEngine  # jinja2, for the prompt

    key = os.environ.get(KEY)
    if not key:
        msg = f"--engine {CLAUDE}: set {KEY} to a key of Anthropic's API"
        raise UsageError(msg)
    said = settings.claude
    return ClaudeEngine(
        models=wanted.models or said.models,
        model=_model(key),
        budget=_budget(settings, said.dollars if wanted.dollars is None else wanted.dollars),
        policy=policy,
        record=wanted.record,
    )


def _model(key: str) -> Model:
    return Claude(key, os.environ.get("ANTHROPIC_BASE_URL") or None, TIMEOUT, time.sleep)


def _budget(settings: Settings, dollars: float) -> Budget:
    said = settings.claude
    limits = Limits(dollars, said.turns, said.tokens, said.seconds)
    return Budget(limits, _prices(settings), time.monotonic)


def _prices(settings: Settings) -> dict[str, Price]:
    prices = {name: Price(*price) for name, price in INPUT_OUTPUT.items()}
    return prices | {one.model: Price(one.input, one.output) for one in settings.price}
