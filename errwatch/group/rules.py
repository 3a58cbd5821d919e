"""What decides before our own grouping: a user's rules, then a key that the log itself gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from errwatch.group import v1
from errwatch.model.event import Event
from errwatch.model.matching import meets


@dataclass(frozen=True, slots=True)
class GroupRule:
    """Events that meet all of its conditions are one issue; None is no condition.

    The name alone is what the fingerprint is made of: rules of one name make one issue.
    """

    name: str
    exception_type: str | None = None
    message: str | None = None
    path: str | None = None

    @property
    def fingerprint(self) -> str:
        return v1.digest(["rule", self.name])

    def matches(self, event: Event) -> bool:
        return meets(
            event, exception_type=self.exception_type, message=self.message, path=self.path
        )


def of_rule(event: Event, rules: Sequence[GroupRule]) -> str | None:
    """The fingerprint by the first rule that matches."""
    rule = next((rule for rule in rules if rule.matches(event)), None)
    return rule.fingerprint if rule else None


def of_key(event: Event) -> str | None:
    """The fingerprint by what the program itself groups its errors by."""
    return v1.digest(["key", event.key]) if event.key else None
