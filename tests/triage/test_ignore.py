from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from errwatch.model.event import ExceptionInfo, Frame
from errwatch.triage.ignore import IgnoreRule
from tests.render.made import issue

ISSUE = issue(0x1A2B3C4D << 96)
RULE = IgnoreRule("why")


@pytest.mark.parametrize(
    ("rule", "covered"),
    [
        (replace(RULE, id="EW-1a2b3c4d"), True),
        (replace(RULE, id="ew-1A2B3C4D00"), True),
        (replace(RULE, id="EW-1a2b3c4e"), False),
        (replace(RULE, fingerprint=ISSUE.fingerprint), True),
        (replace(RULE, fingerprint=ISSUE.fingerprint[:-1] + "1"), False),
        (replace(RULE, exception_type="KeyError"), True),
        (replace(RULE, exception_type="Error"), False),
        (replace(RULE, message="^KeyError: .plan"), True),
        (replace(RULE, message="price"), False),
        (replace(RULE, path="billing/*"), True),
        (replace(RULE, path="*/plans.py"), True),
        (replace(RULE, path="/app/billing/plans.py"), True),
        (replace(RULE, path="illing/*"), False),
        (replace(RULE, path="billing/*", exception_type="KeyError"), True),
        (replace(RULE, path="billing/*", exception_type="ValueError"), False),
    ],
)
def test_all_conditions_must_hold(rule: IgnoreRule, covered: bool) -> None:
    assert rule.covers(ISSUE) is covered


@pytest.mark.parametrize("kind", ["shop.errors.Refused", "Shop::Refused", "Shop\\Refused"])
def test_a_type_counts_with_and_without_its_module(kind: str) -> None:
    raised = issue(kind=kind)
    assert replace(RULE, exception_type="Refused").covers(raised)
    assert replace(RULE, exception_type=kind).covers(raised)


def test_any_exception_of_the_chain_counts() -> None:
    chain = (*ISSUE.event.exceptions, ExceptionInfo("TimeoutError", "slow"))
    chained = replace(ISSUE, samples=(replace(ISSUE.event, exceptions=chain),))
    assert replace(RULE, exception_type="TimeoutError").covers(chained)


def test_one_sample_that_differs_keeps_the_issue_in_sight() -> None:
    elsewhere = replace(ISSUE.event, culprit=Frame("/app/web/pay.py", 3, "pay"))
    assert not replace(RULE, path="billing/*").covers(replace(ISSUE, samples=(ISSUE.event,) * 2
                                                              + (elsewhere,)))  # fmt: skip


def test_without_a_culprit_no_path_matches() -> None:
    assert not replace(RULE, path="*").covers(issue(culprit=None))


def test_the_last_day_counts() -> None:
    rule = replace(RULE, until=date(2026, 11, 25))
    assert not rule.expired(date(2026, 11, 25))
    assert rule.expired(date(2026, 11, 26))
    assert not RULE.expired(date.max)
