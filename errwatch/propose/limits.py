"""How many pull requests people get at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from errwatch.model.fix import Fix
from errwatch.model.pull_request import PullRequestState, Tracked, Withheld


@dataclass(frozen=True, slots=True)
class Limits:
    most_open: int = 3
    per_hour: int = 2
    per_day: int = 5


def too_many(
    fix: Fix, tracked: Sequence[Tracked], limits: Limits, now: datetime
) -> Withheld | None:
    """Why a first pull request for an issue is not opened now; `tracked` are those of its forge."""
    if any(_is_of(one, fix) for one in tracked):
        return None
    opened = [one for one in tracked if one.state is PullRequestState.OPEN]
    later = f"it stays on {fix.branch}; errwatch fix opens it when there is room"
    for one in opened:
        if same := sorted(set(one.files) & set(fix.files)):
            return Withheld(f"{one.url} changes {same[0]} too; {later}")
    counts = (
        (len(opened), limits.most_open, "open", "most_open"),
        (
            _since(tracked, now - timedelta(hours=1)),
            limits.per_hour,
            "of the last hour",
            "per_hour",
        ),
        (_since(tracked, now - timedelta(days=1)), limits.per_day, "of the last day", "per_day"),
    )
    for count, most, kind, name in counts:
        if count >= most:
            setting = f"pull_request.{name}"
            return Withheld(f"{count} pull requests {kind} are enough ({setting}); {later}")
    return None


def _is_of(one: Tracked, fix: Fix) -> bool:
    return one.issue == fix.issue and one.state is PullRequestState.OPEN


def _since(tracked: Sequence[Tracked], moment: datetime) -> int:
    return sum(one.opened_at >= moment for one in tracked)
