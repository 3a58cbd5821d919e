"""What is shown, what fails, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from errwatch.model.issue import Issue, Status
from errwatch.model.levels import Severity
from errwatch.model.result import ScanResult
from errwatch.model.triage import Baseline
from errwatch.triage.ignore import IgnoreRule
from errwatch.triage.sieve import FailOn, Sieve, exit_code
from tests.render.made import issue

TODAY = date(2026, 11, 25)
ONE, TWO = issue(1), issue(2, severity=Severity.HIGH)
SIEVE = Sieve(TODAY)
RULE = IgnoreRule("noise", fingerprint=ONE.fingerprint)


def result(
    *issues: Issue, new: tuple[Issue, ...] = (), failures: tuple[str, ...] = ()
) -> ScanResult:
    return ScanResult((), issues, failures, frozenset(one.fingerprint for one in new))


def shown(sieve: Sieve, scanned: ScanResult) -> list[Issue]:
    return list(sieve.sift(scanned).result.issues)


def test_all_that_is_not_hidden_shows_and_nothing_is_said() -> None:
    triage = SIEVE.sift(result(ONE, TWO))
    assert triage.result.issues == (ONE, TWO)
    assert triage.notes == ()


def test_an_ignore_rule_hides_until_it_expires() -> None:
    sieve = replace(SIEVE, ignores=(replace(RULE, until=TODAY),))
    triage = sieve.sift(result(ONE, TWO))
    assert triage.result.issues == (TWO,)
    assert triage.notes == ("1 issue not shown: 1 ignored by a rule",)
    assert ONE.fingerprint not in triage.accepted
    tomorrow = replace(sieve, today=date(2026, 11, 26)).sift(result(ONE))
    assert tomorrow.result.issues == (ONE,)
    assert tomorrow.notes == (
        "ignore rule “noise” expired on 2026-11-25; what it ignored is back",
    )  # fmt: skip


def test_a_rule_that_matches_nothing_is_told() -> None:
    assert replace(SIEVE, ignores=(RULE,)).sift(result(TWO)).notes == (
        "ignore rule “noise” matched nothing",
    )  # fmt: skip


def test_an_issue_ignored_in_the_state_is_hidden() -> None:
    triage = SIEVE.sift(result(replace(ONE, status=Status.IGNORED)))
    assert triage.result.issues == ()
    assert triage.notes == ("1 issue not shown: 1 ignored in the state",)


def test_with_a_baseline_only_new_issues_show_and_fail() -> None:
    sieve = replace(SIEVE, baseline=Baseline({ONE.fingerprint: "x"}))
    triage = sieve.sift(result(ONE, TWO))
    assert triage.failing == {TWO.fingerprint}
    assert triage.notes == ("1 issue not shown: 1 in the baseline",)
    assert triage.accepted.titles == {one.fingerprint: one.title for one in (ONE, TWO)}
    assert exit_code(sieve.sift(result(ONE))) == 0


def test_a_new_baseline_forgets_what_is_not_there_any_more() -> None:
    sieve = replace(SIEVE, baseline=Baseline({ONE.fingerprint: "x"}))
    assert set(sieve.sift(result(TWO)).accepted.titles) == {TWO.fingerprint}


def test_new_is_new_to_the_baseline_else_to_the_state_else_everything() -> None:
    scanned = result(ONE, TWO, new=(TWO,))
    with_state = replace(SIEVE, fail_on=FailOn.NEW, known=True)
    assert with_state.sift(scanned).failing == {TWO.fingerprint}
    assert shown(replace(with_state, new_only=True), scanned) == [TWO]
    without = replace(with_state, known=False)
    assert without.sift(scanned).failing == {ONE.fingerprint, TWO.fingerprint}
    based = replace(with_state, baseline=Baseline({TWO.fingerprint: ""}))
    assert based.sift(scanned).failing == {ONE.fingerprint}


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [
        (FailOn.ANY, [ONE, TWO]),
        (FailOn.NEVER, []),
        (FailOn.CRITICAL, []),
        (FailOn.HIGH, [TWO]),
        (FailOn.MEDIUM, [ONE, TWO]),
    ],
    ids=str,
)
def test_fail_on(fail_on: FailOn, failing: list[Issue]) -> None:
    triage = replace(SIEVE, fail_on=fail_on).sift(result(ONE, TWO))
    assert triage.failing == {one.fingerprint for one in failing}


@pytest.mark.parametrize("unread", [True, False])
@pytest.mark.parametrize("failing", [True, False])
@pytest.mark.parametrize("exit_zero", [True, False])
@pytest.mark.parametrize("allow_failure", [True, False])
def test_exit_codes(unread: bool, failing: bool, exit_zero: bool, allow_failure: bool) -> None:
    triage = SIEVE.sift(result(*[ONE] * failing, failures=("gone",) * unread))
    expected = 3 if unread and not allow_failure else 1 if failing and not exit_zero else 0
    assert exit_code(triage, exit_zero=exit_zero, allow_failure=allow_failure) == expected


def test_single_events_are_hidden_alike() -> None:
    sieve = replace(SIEVE, ignores=(RULE,), baseline=Baseline({TWO.fingerprint: ""}))
    assert sieve.hides([ONE.fingerprint], ONE.event)
    assert sieve.hides(["v1:0", TWO.fingerprint], TWO.event)
    assert not sieve.hides([issue(3).fingerprint], ONE.event)


def test_one_known_fingerprint_of_a_merged_issue_is_enough() -> None:
    merged = replace(result(ONE, TWO), names={"v1:a": ONE.fingerprint, "v1:b": ONE.fingerprint})
    based = replace(SIEVE, baseline=Baseline({"v1:b": ""})).sift(merged)
    assert based.result.issues == (TWO,)
    assert set(based.accepted.titles) == {"v1:a", "v1:b", ONE.fingerprint, TWO.fingerprint}
    ruled = replace(SIEVE, ignores=(replace(RULE, fingerprint="v1:a"),)).sift(merged)
    assert ruled.result.issues == (TWO,)
