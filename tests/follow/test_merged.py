from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from errwatch.follow.merged import Aftermath, Verdict, harm, verdict
from errwatch.follow.reverting import reverse
from errwatch.model.alert import Heard
from errwatch.model.event import Event, Frame
from errwatch.model.fix import Edit
from errwatch.model.issue import Issue
from tests.fix.scripted import event, issue
from tests.follow.test_opened import NOON, TRACKED

GRACE = timedelta(minutes=15)
MERGED = replace(
    TRACKED, merged_at=NOON, merge_commit="c" * 40, quiet_until=NOON + timedelta(hours=4),
    files=("src/billing/plans.py",),
)  # fmt: skip
END = NOON + timedelta(hours=4, minutes=1)


def at(minutes: float, text: str = "boom") -> Event:
    return replace(event(), time=NOON + timedelta(minutes=minutes), text=text)


def heard(minutes: float, lines: int = 10, events: int = 0) -> Heard:
    return Heard("app.log", int((NOON + timedelta(minutes=minutes)).timestamp()), lines, events)


BEFORE = replace(issue(), samples=(at(-60),))


def came_to(
    *events: Event,
    said: Sequence[Heard] = (heard(230),),
    builds: dict[str, bool | None] | None = None,
) -> Verdict:
    one = replace(BEFORE, samples=(*BEFORE.samples, *events))
    return verdict(MERGED, Aftermath(one, said, builds or {}, END), GRACE)


def test_quiet_with_traffic_to_the_end_is_verified() -> None:
    assert came_to() is Verdict.VERIFIED
    early = Aftermath(BEFORE, [heard(230)], {}, NOON + timedelta(hours=3))
    assert verdict(MERGED, early, GRACE) is Verdict.WAITING


def test_a_source_that_is_quiet_itself_proves_nothing() -> None:
    assert came_to(said=[]) is Verdict.QUIET_WITHOUT_TRAFFIC
    assert came_to(said=[heard(30)]) is Verdict.QUIET_WITHOUT_TRAFFIC, "it fell silent"
    assert came_to(said=[heard(230, 3, 3)]) is Verdict.QUIET_WITHOUT_TRAFFIC, "errors alone"


def test_it_is_back_when_code_with_the_change_says_so() -> None:
    assert came_to(at(60)) is Verdict.REGRESSED
    assert came_to(at(10)) is Verdict.VERIFIED, "the deployment may not have been over"
    assert came_to(at(60, "old"), builds={"old": False}) is Verdict.VERIFIED
    assert came_to(at(1, "new"), builds={"new": True}) is Verdict.REGRESSED


def seen_in(file: str, minutes: float, *, in_app: bool = True) -> Issue:
    first = NOON + timedelta(minutes=minutes)
    culprit = Frame(file, 5, "f", in_app=in_app)
    sample = replace(event(), culprit=culprit, time=first)
    return Issue("EW-2", "v1:2", 1, first, first, (sample,), {})


def test_a_new_error_in_the_files_of_the_change_is_held_against_it() -> None:
    found = harm(MERGED, BEFORE, [seen_in("/app/billing/plans.py", 30)], GRACE)
    assert found == "new in the files that it touched: EW-2"
    others = [
        seen_in("/app/billing/plans.py", -30),
        seen_in("/app/billing/other.py", 30),
        seen_in("/app/mybilling/plans.py", 30),
        seen_in("/app/billing/plans.py", 30, in_app=False),
        BEFORE,
    ]
    assert harm(MERGED, BEFORE, others, GRACE) is None


@pytest.mark.parametrize(("count", "harmful"), [(9, True), (3, False)])
def test_twice_as_often_is_held_against_it(count: int, harmful: bool) -> None:
    moment = int((NOON + GRACE).timestamp())
    one = replace(BEFORE, buckets={moment - 600: 2, moment + 600: count})
    assert (harm(MERGED, one, [], GRACE) is not None) is harmful


def taken_back(now: str | None, old: str | None = "old") -> list[Edit] | str:
    return reverse(["a.py"], lambda _: old, lambda _: "new", lambda _: now)


def test_takes_back_what_is_still_as_it_was_merged() -> None:
    assert taken_back("new") == [Edit("a.py", "new", "old")]
    assert taken_back("newer") == "a.py has changed since"
    assert taken_back(None) == "a.py has changed since"
    assert taken_back("old") == "nothing of it is left"
    assert taken_back("new", None) == "nothing of it is left"
