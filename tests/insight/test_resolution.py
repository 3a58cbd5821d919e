"""What became of fixes, by category, by engine and by model."""

from __future__ import annotations

from datetime import timedelta

from errwatch.insight.resolution import resolution
from errwatch.model.fix import FixStatus
from errwatch.model.issue import Status
from errwatch.model.ledger import Line, Move, Try
from errwatch.model.levels import Severity
from errwatch.model.pull_request import PullRequestState
from tests.insight.made import HOUR, NOON

PROVEN, DECLINED = FixStatus.PROVEN, FixStatus.DECLINED


def line(name: str, category: str | None = "internal_error") -> Line:
    return Line(
        name, f"EW-{name}", Status.NEW, 3, NOON, NOON, category, Severity.HIGH, True, ("app.log",)
    )


LINES = {one.fingerprint: one for one in (line("a"), line("b"), line("c", "cache_error"))}


def test_an_issue_that_was_tried_twice_counts_once() -> None:
    tries = [
        Try("FX-2", "a", PROVEN, NOON + 4 * HOUR, "recipes"),
        Try("FX-1", "a", DECLINED, NOON + HOUR),
        Try("FX-3", "c", DECLINED, NOON + HOUR, cost_usd=0.5),
    ]
    found = resolution(tries, [], LINES)
    assert (found.total.tried, found.total.proven, found.total.success) == (2, 1, 0.5)
    assert found.total.seconds_to_fix == 4 * 3600
    assert found.total.cost_usd == 0.5
    assert found.statuses == {"declined": 1, "proven": 1}
    assert [(one.name, one.tried, one.proven) for one in found.categories] == [
        ("cache_error", 1, 0),
        ("internal_error", 1, 1),
    ]


def test_the_first_proof_is_what_it_took() -> None:
    tries = [Try(f"FX-{n}", "a", PROVEN, NOON + n * HOUR, "recipes") for n in (3, 2)]
    assert resolution(tries, [], LINES).total.seconds_to_fix == 2 * 3600


def test_an_engine_that_was_asked_in_vain_has_tried() -> None:
    tries = [
        Try("FX-1", "a", PROVEN, NOON, "claude", "haiku", 0.3, engines=("recipes", "claude")),
        Try("FX-2", "b", PROVEN, NOON, "recipes", engines=("recipes",)),
    ]
    found = resolution(tries, [], LINES)
    assert [(one.name, one.tried, one.proven) for one in found.engines] == [
        ("recipes", 2, 1),
        ("claude", 1, 1),
    ]


def test_each_model_costs_what_it_was_asked_for() -> None:
    spent = {"haiku": 0.25, "sonnet": 1.0}
    tries = [
        Try("FX-1", "a", PROVEN, NOON, "claude", "sonnet", 1.25, spent=spent),
        Try("FX-2", "b", PROVEN, NOON, "claude", "haiku", 0.5),
    ]
    found = resolution(tries, [], LINES)
    assert [(one.name, one.tried, one.proven, one.cost_usd) for one in found.models] == [
        ("haiku", 2, 1, 0.75),
        ("sonnet", 1, 1, 1.0),
    ]


def test_what_was_verified_or_regressed_was_merged_before() -> None:
    merged = PullRequestState.MERGED
    tries = [
        Try("FX-1", "a", PROVEN, NOON, "recipes", pull_request="u", outcome="verified"),
        Try("FX-2", "b", PROVEN, NOON, "recipes", pull_request="u", outcome="regressed"),
        Try("FX-3", "c", PROVEN, NOON, "recipes", pull_request="u", pull_request_state=merged),
    ]
    found = resolution(tries, [], LINES)
    assert found.pull_requests == {"merged": 1}
    total = found.total
    assert (total.pull_requests, total.merged, total.verified, total.regressed) == (3, 3, 1, 1)


def test_how_long_it_took_is_the_middle_and_never_less_than_nothing() -> None:
    moves = [
        Move(NOON + timedelta(hours=hours), name, Status.RESOLVED)
        for name, hours in (("a", 2), ("b", -5), ("c", 9))
    ]
    assert resolution([], moves, LINES).seconds_to_resolve == 2 * 3600
    assert resolution([], moves[1:2], LINES).seconds_to_resolve == 0
    found = resolution([], [Move(NOON, "a", Status.REGRESSED)], LINES)
    assert (found.seconds_to_resolve, found.total.success, found.engines) == (None, None, ())
