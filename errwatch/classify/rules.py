"""A rule file, read and checked: text -> RulePack. The head of rules.toml explains the keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from errwatch.classify.matching import Matcher, options
from errwatch.errors import RulesError
from errwatch.model.levels import Level, Severity
from errwatch.model.matching import refusal

Fixable = Literal["yes", "no", "with_culprit"]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Text = Annotated[str, Field(min_length=1)]

_PROVEN = "proven"
"""Patterns need not be compiled one by one to be believed."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    def with_set(self, other: Self) -> Self:
        """This table, with the keys that are written in the other."""
        return self.model_copy(update={key: getattr(other, key) for key in other.model_fields_set})


class Category(_Table):
    about: Text
    mends: Text
    fixable: Fixable
    impact: Text
    resolution: Text
    prevention: Text


class Verdict(_Table):
    """What is said of an issue, before the policy raises its severity."""

    id: Identifier
    category: Identifier
    severity: Severity
    subcategory: Identifier | None = None
    retryable: bool = False
    suggested_fix: Text | None = None
    fixable: Fixable | None = None
    """This and the next three: the category's where None."""
    impact: Text | None = None
    resolution: Text | None = None
    prevention: Text | None = None
    threshold: Annotated[int, Field(gt=0)] | None = None
    """How many events in `window` seconds are many; the policy's where None."""
    window: Annotated[int, Field(gt=0)] | None = None


class Rule(Verdict):
    """A verdict, and what it is for: a type or a pattern of any exception of the chain."""

    exception_types: tuple[Text, ...] = ()
    patterns: tuple[Text, ...] = ()

    @field_validator("patterns")
    @classmethod
    def _linear(cls, patterns: tuple[str, ...], given: ValidationInfo) -> tuple[str, ...]:
        for pattern in () if given.context == _PROVEN else patterns:
            if reason := refusal(pattern, options()):
                msg = f"`{pattern}`: RE2 says {reason}"
                raise ValueError(msg)
        return patterns

    @model_validator(mode="after")
    def _matches_something(self) -> Self:
        if not self.exception_types and not self.patterns:
            msg = "needs patterns or exception_types"
            raise ValueError(msg)
        return self


class Mark(_Table):
    """More events than `share` of the threshold in the window: at least `severity`."""

    share: Annotated[float, Field(gt=0)]
    severity: Severity


class Floor(_Table):
    """At least `severity` for these categories and subcategories."""

    area: Text
    severity: Severity
    categories: tuple[Identifier, ...] = ()
    subcategories: tuple[Identifier, ...] = ()


class Policy(_Table):
    """What raises a severity. The empty policy raises nothing."""

    threshold: Annotated[int, Field(gt=0)] = 10
    window: Annotated[int, Field(gt=0)] = 300
    crash: Severity | None = None
    """At least this, where the process ended."""
    levels: dict[Level, Severity] = {}
    """At least this, where the log says this level."""
    frequency: tuple[Mark, ...] = ()
    floors: tuple[Floor, ...] = ()


class Unmatched(_Table):
    """The verdicts where no rule matches."""

    exception: Verdict = Verdict(
        id="unmatched-exception", category="internal_error", severity=Severity.MEDIUM
    )
    message: Verdict = Verdict(
        id="unmatched-message", category="internal_error", severity=Severity.MEDIUM
    )


class _File(_Table):
    """A rule file, key by key."""

    policy: Policy = Policy()
    unmatched: Unmatched = Unmatched()
    categories: dict[Identifier, Category] = {}
    rule: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class RulePack:
    """Rules in the order in which they are asked, with what they refer to."""

    origin: str
    rules: tuple[Rule, ...]
    categories: Mapping[str, Category]
    policy: Policy
    unmatched: Unmatched

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher((rule.exception_types, rule.patterns) for rule in self.rules)

    def extended_by(self, other: RulePack) -> RulePack:
        """The user's pack over this one: asked first, and a rule of a known id replaces ours; so
        does each key of `[policy]` and `[unmatched]`.

        Raises RulesError for a category that neither pack has.
        """
        own = {rule.id for rule in other.rules}
        extended = RulePack(
            other.origin,
            (*other.rules, *(rule for rule in self.rules if rule.id not in own)),
            {**self.categories, **other.categories},
            self.policy.with_set(other.policy),
            self.unmatched.with_set(other.unmatched),
        )
        _check_categories(extended)
        return extended


def load_rules(text: str, origin: str, *, proven: bool = False) -> RulePack:
    """Read a rule file; `origin` names it in messages. `proven`: RE2 takes its patterns, as it
    does those of the file that ships, which its tests read without this.

    Raises RulesError in one line that names the file, the rule and the key. Categories are not
    looked at here: a user's file leans on those of the pack that it extends.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{origin}: not valid TOML: {error}"
        raise RulesError(msg) from error
    except RecursionError as error:
        msg = f"{origin}: too deeply nested to be read"
        raise RulesError(msg) from error
    try:
        file = _File.model_validate(raw, context=_PROVEN if proven else None)
    except ValidationError as error:
        raise RulesError(_explain(error, raw, origin)) from error
    pack = RulePack(origin, file.rule, file.categories, file.policy, file.unmatched)
    _check_ids(pack)
    return pack


def _check_ids(pack: RulePack) -> None:
    seen: set[str] = set()
    for rule in pack.rules:
        if rule.id in seen:
            raise _complaint(pack, rule, "id", "there are two rules of this id")
        seen.add(rule.id)


def _check_categories(pack: RulePack) -> None:
    for verdict in (*pack.rules, pack.unmatched.exception, pack.unmatched.message):
        if verdict.category not in pack.categories:
            known = ", ".join(sorted(pack.categories))
            reason = f"`{verdict.category}` is none of {known}"
            raise _complaint(pack, verdict, "category", reason)


def _complaint(pack: RulePack, verdict: Verdict, key: str, reason: str) -> RulesError:
    return RulesError(f"{pack.origin}: rule `{verdict.id}`: {key}: {reason}")


def _explain(error: ValidationError, raw: dict[str, Any], origin: str) -> str:
    """The first complaint of pydantic in one line: file, rule, key, reason."""
    first = error.errors()[0]
    where = list(first["loc"])
    place = origin
    if where[:1] == ["rule"] and len(where) > 1:
        place = f"{origin}: rule {_name(raw['rule'], int(where[1]))}"
        where = where[2:]
    key = ".".join(str(part) for part in where)
    reason = {"extra_forbidden": "unknown key", "missing": "missing"}.get(
        first["type"], first["msg"].removeprefix("Value error, ")
    )
    return ": ".join(part for part in (place, key, reason) if part).replace("\n", " ")


def _name(rules: Any, index: int) -> str:
    """A rule by its id; by its number where it has none."""
    rule = rules[index]
    name = rule.get("id") if isinstance(rule, dict) else None
    return f"`{name}`" if isinstance(name, str) else f"number {index + 1}"
