from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from errwatch.model.fix import Fix, FixStatus
from errwatch.model.pull_request import PullRequestState, Tracked
from errwatch.propose.limits import Limits, too_many
from tests.follow.test_opened import NOON, TRACKED

FIX = Fix("FX-9", "v1:9", FixStatus.PROVEN, NOON, branch="auto-fix/x/EW-9", files=("shop/cart.py",))
LIMITS = Limits(most_open=3, per_hour=2, per_day=4)


def others(count: int, hours: float, state: PullRequestState) -> list[Tracked]:
    at = NOON - timedelta(hours=hours)
    return [
        replace(TRACKED, number=n, issue=f"v1:{n}", opened_at=at, state=state, files=(f"{n}.py",))
        for n in range(count)
    ]


OPEN, MERGED = PullRequestState.OPEN, PullRequestState.MERGED
CASES = {
    "three are open": (others(3, 30, OPEN), "3 pull requests open are enough"),
    "two within the hour": (others(2, 0.5, MERGED), "2 pull requests of the last hour"),
    "four within the day": (others(4, 20, MERGED), "4 pull requests of the last day"),
    "one changes the same file": (
        [replace(TRACKED, issue="v1:1", files=("shop/cart.py",))],
        "https://x/1 changes shop/cart.py too",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_people_get_no_more_than_they_want(case: str) -> None:
    tracked, told = CASES[case]
    withheld = too_many(FIX, tracked, LIMITS, NOON)
    assert withheld is not None
    assert withheld.reason.startswith(told)
    assert withheld.reason.endswith("errwatch fix opens it when there is room")


def test_there_is_room_again() -> None:
    assert too_many(FIX, others(2, 30, OPEN), LIMITS, NOON) is None
    assert too_many(FIX, others(9, 30, MERGED), LIMITS, NOON) is None


def test_its_own_is_always_brought_up_to_date() -> None:
    own = replace(TRACKED, issue="v1:9", opened_at=datetime(2026, 11, 20, 11, 59, tzinfo=UTC))
    assert too_many(FIX, [own, *others(5, 0.1, OPEN)], LIMITS, NOON) is None
