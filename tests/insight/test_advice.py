"""What to do next: each piece of advice names an issue, and a command that there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from errwatch.cli.app import COMMANDS
from errwatch.insight.advice import ALIKE, Grounds, advice
from errwatch.model.fix import FixStatus
from errwatch.model.issue import Status
from errwatch.model.ledger import Line, Try
from errwatch.model.levels import Severity
from errwatch.model.pull_request import PullRequestState
from errwatch.model.report import Advice, Together
from tests.insight.made import HOUR, NOON

LINE = Line(
    "a", "EW-a", Status.ONGOING, 3, NOON - HOUR, NOON, "internal_error", Severity.HIGH,
    fixable=False, sources=("app.log",), message="boom",
)  # fmt: skip
OTHER = replace(LINE, fingerprint="b", id="EW-b")
NOTHING = Grounds([LINE, OTHER], {"a": 1, "b": 1}, None, {}, frozenset(), (), NOON)
FIXABLE = replace(LINE, fixable=True)


def tried(status: FixStatus, outcome: str | None = None) -> dict[str, list[Try]]:
    return {"a": [Try("FX-7", "a", status, NOON, outcome=outcome)]}


OPEN, CLOSED = PullRequestState.OPEN, PullRequestState.CLOSED
PROPOSED = Try("FX-7", "a", FixStatus.PROVEN, NOON, pull_request="https://x.invalid/7")

CASES = {
    "regressed": (
        replace(NOTHING, lines=[replace(LINE, status=Status.REGRESSED)]),
        "errwatch analyze EW-a",
    ),
    "proven": (replace(NOTHING, tries=tried(FixStatus.PROVEN)), "errwatch fixes show FX-7"),
    "open": (
        replace(NOTHING, tries={"a": [replace(PROPOSED, pull_request_state=OPEN)]}),
        "errwatch fixes show FX-7",
    ),
    "not tried": (replace(NOTHING, lines=[FIXABLE]), "errwatch fix EW-a"),
    "broken": (
        replace(NOTHING, lines=[FIXABLE], tries=tried(FixStatus.FAILED)),
        "errwatch fix EW-a",
    ),
    "unproven": (
        replace(NOTHING, lines=[FIXABLE], tries=tried(FixStatus.UNPROVEN)),
        "errwatch fix EW-a",
    ),
    "risen": (replace(NOTHING, events={"a": 20}, before={"a": 10}), "errwatch analyze EW-a"),
    "origin": (
        replace(NOTHING, together=[Together("EW-b", "EW-a", ("the same cause",), True)]),
        "errwatch analyze EW-a",
    ),
    "flood": (
        replace(NOTHING, lines=[replace(LINE, severity=Severity.INFO), OTHER], events={"a": 99}),
        "errwatch issues ignore EW-a",
    ),
    "unclear": (replace(NOTHING, lines=[replace(LINE, category=None)]), "errwatch classify EW-a"),
    "quiet": (replace(NOTHING, end=NOON + timedelta(days=8)), "errwatch issues resolve EW-a"),
}


@pytest.mark.parametrize(("grounds", "command"), CASES.values(), ids=CASES)
def test_each_rule_says_what_to_do(grounds: Grounds, command: str) -> None:
    found = advice(grounds)
    assert found[0].command == command
    assert found[0].title == "boom"
    assert command.split()[1] in COMMANDS


SILENT = {
    "nothing to say": NOTHING,
    "mended": replace(NOTHING, lines=[FIXABLE], mended=frozenset("a")),
    "declined": replace(NOTHING, lines=[FIXABLE], tries=tried(FixStatus.DECLINED)),
    "merged": replace(NOTHING, tries=tried(FixStatus.PROVEN, outcome="merged")),
    "closed": replace(NOTHING, tries={"a": [replace(PROPOSED, pull_request_state=CLOSED)]}),
    "few": replace(NOTHING, events={"a": 9}, before={"a": 1}),
    "severe flood": replace(NOTHING, events={"a": 99}),
    "not long quiet": replace(NOTHING, end=NOON + timedelta(days=6)),
    "rare": replace(
        NOTHING,
        lines=[replace(LINE, first_seen=NOON - timedelta(days=60))],
        end=NOON + timedelta(days=80),
    ),
    "no times": replace(NOTHING, lines=[replace(LINE, first_seen=None, last_seen=None)]),
}


@pytest.mark.parametrize("grounds", SILENT.values(), ids=SILENT)
def test_nothing_is_said_without_a_reason(grounds: Grounds) -> None:
    assert advice(grounds) == ()


def test_one_issue_is_named_once_and_a_kind_a_few_times() -> None:
    lines = [
        replace(FIXABLE, fingerprint=str(n), id=f"EW-{n}", status=Status.REGRESSED)
        for n in range(9)
    ]
    found: tuple[Advice, ...] = advice(replace(NOTHING, lines=lines))
    assert len({one.issue for one in found}) == len(found) == 2 * ALIKE
    assert [one.command.split()[1] for one in found] == ["analyze"] * ALIKE + ["fix"] * ALIKE
