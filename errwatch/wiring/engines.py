"""The engines that write changes, by their names."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from errwatch.config import Settings
from errwatch.errors import UsageError
from errwatch.fix.agent import NAME as CLAUDE
from errwatch.fix.agent.budget import Budget, Limits, Price
from errwatch.fix.policy import Policy
from errwatch.interfaces import FixEngine
from errwatch.llm.claude import Claude
from errwatch.llm.prices import INPUT_OUTPUT
from errwatch.model.fix import Transcript

RECIPES = "recipes"
NAMES = (RECIPES, CLAUDE)

KEY = "ANTHROPIC_API_KEY"
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
    return [RECIPES, CLAUDE] if os.environ.get(KEY) else [RECIPES]


def engines(
    names: Sequence[str], settings: Settings, policy: Policy, wanted: Wanted
) -> list[FixEngine]:
    """Raises UsageError for an engine that is unknown, or cannot work here."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        msg = f"{unknown[0]}: no such engine; there is {', '.join(NAMES)}"
        raise UsageError(msg)
    return [_recipes() if name == RECIPES else _claude(settings, policy, wanted) for name in names]


def _recipes() -> FixEngine:
    from errwatch.fix.recipes import RecipeEngine  # libcst is slow to import

    return RecipeEngine()


def _claude(settings: Settings, policy: Policy, wanted: Wanted) -> FixEngine:
    from errwatch.fix.agent.engine import ClaudeEngine  # jinja2, for the prompt

    key = os.environ.get(KEY)
    if not key:
        msg = f"--engine {CLAUDE}: set {KEY} to a key of Anthropic's API"
        raise UsageError(msg)
    said = settings.claude
    limits = Limits(
        said.dollars if wanted.dollars is None else wanted.dollars,
        said.turns,
        said.tokens,
        said.seconds,
    )
    prices = {name: Price(*price) for name, price in INPUT_OUTPUT.items()}
    prices |= {one.model: Price(one.input, one.output) for one in settings.price}
    base_url = os.environ.get("ANTHROPIC_BASE_URL") or None
    return ClaudeEngine(
        models=wanted.models or said.models,
        model=Claude(key, base_url, TIMEOUT, time.sleep),
        budget=Budget(limits, prices, time.monotonic),
        policy=policy,
        record=wanted.record,
    )
