from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errwatch.errors import UsageError
from errwatch.model.fix import Candidate, Declined, Edit, Evidence, Fix, FixStatus, GateStatus
from errwatch.redact import redactor
from errwatch.repository.git import open_repository
from tests.fix.scripted import (
    BRANCH,
    BUGGY,
    FINGERPRINT,
    FIXED,
    NOW,
    REPRODUCTION,
    Bench,
    candidate,
    edit,
)
from tests.repository.scratch import commit, git
from tests.repository.traps import (
    leave_work_in_progress,
    seen_by_the_user,
    set_traps,
    snapshot,
    trapped_home,
)

GOOD = candidate(edit(FIXED), cost_usd=0.25, model="m")
ALSO_GOOD = candidate(edit(FIXED + "\n\n# as well\n"), title="Call str.lower too")
BREAKS_TESTS = candidate(edit(FIXED.replace("sorted", "list(reversed").replace("S)\n", "S))\n")))
NO_EFFECT = candidate(edit(BUGGY + "# nothing\n"), title="Add a remark", cost_usd=0.5)
AGAINST_POLICY = candidate(edit(FIXED + "eval('1')\n"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "r")


def gates(fix: Fix) -> dict[str, GateStatus]:
    return {gate.name: gate.status for gate in fix.gates}


def test_a_change_that_reproduces_and_breaks_nothing_is_proven_and_committed(bench: Bench) -> None:
    fix = bench.repair(GOOD)
    assert (fix.status, fix.evidence, fix.reason) == (FixStatus.PROVEN, Evidence.E2, None)
    assert list(gates(fix).items()) == [
        ("words", GateStatus.PASSED),
        ("lint", GateStatus.PASSED),
        ("tests", GateStatus.PASSED),
        ("reproduction", GateStatus.PASSED),
    ]
    assert fix.branch == BRANCH
    assert fix.commit == git(bench.root, "rev-parse", BRANCH).strip()
    assert fix.base == git(bench.root, "rev-parse", "main").strip()
    assert git(bench.root, "show", f"{BRANCH}:billing/plans.py") == FIXED
    assert git(bench.root, "diff", "--name-only", "main", BRANCH) == "billing/plans.py\n"
    assert "+    return PRICES[plan.lower()]" in fix.diff
    assert (fix.engine, fix.model, fix.cost_usd) == ("scripted", "m", 0.25)
    assert (fix.files, fix.created_at, fix.issue) == (("billing/plans.py",), NOW, FINGERPRINT)
    assert (fix.reproduction, fix.sandbox) == (REPRODUCTION, bench.sandbox.tier)
    assert [trial.status for trial in fix.trials] == ["chosen"]


def test_a_quarantined_trace_is_not_acted_on(bench: Bench) -> None:
    fix = bench.repair(GOOD, quarantine="a.py: line 7 reads as no line")
    assert (fix.status, fix.trials) == (FixStatus.DECLINED, ())
    assert fix.reason == "quarantined: a.py: line 7 reads as no line"
    assert bench.told == []
    assert git(bench.root, "branch", "--list", "auto-fix/*") == ""


def test_the_commit_carries_the_trailers(bench: Bench) -> None:
    bench.repair(GOOD)
    shown = git(bench.root, "log", "-1", "--format=%s%n%(trailers)", BRANCH).split("\n")
    assert shown[:4] == [
        "Call str.lower",
        "Errwatch-Issue: EW-1a2b3c4d",
        f"Errwatch-Fingerprint: {FINGERPRINT}",
        "Errwatch-Evidence: E2",
    ]


def test_it_stops_at_the_first_proven_candidate(bench: Bench) -> None:
    fix = bench.repair(NO_EFFECT, GOOD, BREAKS_TESTS)
    assert fix.status is FixStatus.PROVEN
    assert [(trial.status, trial.reason) for trial in fix.trials] == [
        ("rejected", "reproduction: after the change it raises AttributeError"),
        ("chosen", "every gate passed"),
    ]
    assert bench.engine.asked == 2
    assert fix.cost_usd == 0.75


def test_the_first_gate_that_fails_rejects(bench: Bench) -> None:
    fix = bench.repair(AGAINST_POLICY, BREAKS_TESTS)
    assert (fix.status, fix.branch, fix.evidence) == (FixStatus.DECLINED, None, None)
    policy, tests = fix.trials
    assert [gate.name for gate in policy.gates] == ["words"]
    assert policy.reason == "words: looked for eval("
    assert [gate.name for gate in tests.gates] == ["words", "lint", "tests"]
    assert tests.reason == "tests: 1 new failure: test_plans.PlansTest.test_names"
    assert tests.diff
    assert "Call str.lower: words: looked for eval(" in (fix.reason or "")
    assert not git(bench.root, "branch", "--list", BRANCH)


def test_tests_alone_give_a_draft(bench: Bench) -> None:
    fix = bench.repair(GOOD, reproduction=None)
    assert (fix.status, fix.evidence) == (FixStatus.UNPROVEN, Evidence.E1)
    assert fix.reason == "a draft at most (reproduction: no reproduction was given)"
    assert fix.branch == BRANCH
    assert fix.reproduction is None


def test_a_reproduction_alone_is_said_to_be_alone(bench: Bench) -> None:
    fix = bench.repair(GOOD, test="none")
    assert (fix.status, fix.evidence) == (FixStatus.PROVEN, Evidence.E2)
    assert fix.reason == "proven by its reproduction only (tests: not wanted)"


def test_nothing_executed_is_the_lowest_evidence(bench: Bench) -> None:
    fix = bench.repair(GOOD, test="none", reproduction=None)
    assert (fix.status, fix.evidence) == (FixStatus.UNPROVEN, Evidence.E0)


def test_of_unproven_candidates_the_first_is_kept(bench: Bench) -> None:
    fix = bench.repair(GOOD, NO_EFFECT, reproduction=None)
    assert fix.title == GOOD.title
    assert [trial.status for trial in fix.trials] == ["chosen", "rejected"]


def test_a_dry_run_commits_nothing(bench: Bench) -> None:
    fix = bench.repair(GOOD, dry_run=True)
    assert (fix.status, fix.branch, fix.commit) == (FixStatus.PROVEN, None, None)
    assert "+    return PRICES[plan.lower()]" in fix.diff
    assert not git(bench.root, "branch", "--list", BRANCH)


def test_no_candidate_says_why_and_what_was_examined(bench: Bench) -> None:
    fix = bench.repair(Declined("scripted", "no recipe fits", ("billing/plans.py",)))
    assert fix.status is FixStatus.DECLINED
    assert fix.reason == "scripted: no recipe fits (examined billing/plans.py)"
    assert [trial.status for trial in fix.trials] == ["declined"]
    assert bench.repair().reason == "no engine had anything to say"


def test_what_did_not_stand_before_is_not_tried_again(bench: Bench) -> None:
    first = bench.repair(NO_EFFECT)
    second = bench.repair(NO_EFFECT, NO_EFFECT, rejected=(first.trials[0].diff,))
    assert {trial.reason for trial in second.trials} == {"the same change did not stand before"}
    assert not any(trial.gates for trial in second.trials)


def test_no_secret_of_a_gate_or_a_command_is_kept(bench: Bench) -> None:
    secret = "ghp_" + "a1B2" * 8
    one = replace(GOOD, title=f"Call {secret}", rationale=secret)
    fix = bench.repair(one, reproduction=f"{REPRODUCTION} {secret}", dry_run=True)
    assert fix.status is FixStatus.PROVEN
    assert secret not in str(replace(fix, trials=()))
    fix = bench.repair(candidate(edit(BUGGY), title=f"Call {secret}"), reproduction=None)
    assert secret not in (fix.reason or "")
    fix = bench.repair(Declined("scripted", secret), reproduction=None)
    assert secret not in str(fix)


def test_whoever_hears_of_a_fix_reads_no_secret_and_no_address_if_asked(bench: Bench) -> None:
    secret, address = "ghp_" + "a1B2" * 8, "203.0.113.7"
    words = f"{secret} from {address}"
    one = replace(GOOD, title=f"Call {words}", rationale=words)
    declined = Declined("scripted", words, (words,))
    hide = redactor(addresses=True).redact
    fix = bench.repair(declined, one, hide=hide)
    message = git(bench.root, "log", "-1", "--format=%B", BRANCH)
    for said in (str(fix), message, "\n".join(bench.told)):
        assert "[REDACTED:" in said
        assert secret not in said
        assert address not in said


def test_a_change_of_nothing_is_refused(bench: Bench) -> None:
    assert bench.repair(candidate(edit(BUGGY))).trials[0].reason == "it changes nothing"


def test_a_step_that_breaks_makes_the_fix_failed(bench: Bench) -> None:
    fix = bench.repair(NO_EFFECT, candidate(Edit("../out.py", None, "x = 1\n")))
    assert fix.status is FixStatus.FAILED
    assert "not a path inside the repository" in (fix.reason or "")
    assert len(fix.trials) == 1


def test_a_branch_of_somebody_else_makes_the_fix_failed(bench: Bench) -> None:
    git(bench.root, "branch", BRANCH)
    fix = bench.repair(GOOD)
    assert (fix.status, fix.branch) == (FixStatus.FAILED, None)
    assert "holds somebody's commits" in (fix.reason or "")


def test_fixing_twice_moves_our_branch(bench: Bench) -> None:
    bench.repair(GOOD, reproduction=None)
    fix = bench.repair(GOOD)
    assert fix.commit == git(bench.root, "rev-parse", BRANCH).strip()


def test_the_same_result_again_is_the_commit_that_is_there(bench: Bench) -> None:
    proven = bench.repair(GOOD).commit
    fix = bench.repair(GOOD)
    assert (fix.branch, fix.commit, fix.reason) == (BRANCH, proven, None)
    assert git(bench.root, "rev-parse", BRANCH).strip() == proven


@pytest.mark.parametrize(("answer", "reproduction"), [(GOOD, None), (ALSO_GOOD, REPRODUCTION)])
def test_a_result_that_is_no_better_leaves_a_proven_branch_alone(
    bench: Bench, answer: Candidate, reproduction: str | None
) -> None:
    proven = bench.repair(GOOD).commit
    fix = bench.repair(answer, reproduction=reproduction)
    assert (fix.branch, fix.commit) == (BRANCH, None)
    assert (fix.reason or "").endswith(
        f"{BRANCH} is left alone: it holds a change with the evidence E2"
    )
    assert git(bench.root, "rev-parse", BRANCH).strip() == proven


def test_a_proven_branch_follows_the_default_branch(bench: Bench) -> None:
    bench.repair(GOOD)
    commit(bench.root, {"README": "more"})
    fix = bench.repair(GOOD)
    assert fix.commit == git(bench.root, "rev-parse", BRANCH).strip()


def test_each_step_is_asked_for_and_told(bench: Bench) -> None:
    bench.repair(GOOD)
    assert bench.asked == [
        "Look for a change with the engine scripted?",
        "Try this change: Call str.lower?",
        f"Commit the change to the branch {BRANCH}?",
    ]
    assert [line.split(":")[0] for line in bench.told] == [
        "scripted proposes",
        "words",
        "lint",
        "tests",
        "reproduction",
        f"committing to {BRANCH}",
    ]


@pytest.mark.parametrize(
    ("vetoed", "status", "reason"),
    [
        ("engine", FixStatus.DECLINED, "scripted: not wanted"),
        ("Try", FixStatus.DECLINED, "scripted: Call str.lower: not wanted"),
        ("Commit", FixStatus.PROVEN, "commit not wanted"),
    ],
)
def test_a_veto_stops_that_step(
    bench: Bench, vetoed: str, status: FixStatus, reason: str | None
) -> None:
    bench.vetoed = vetoed
    fix = bench.repair(GOOD)
    assert (fix.status, fix.reason, fix.branch) == (status, reason, None)


def test_a_command_that_cannot_be_split_is_a_usage_error(bench: Bench) -> None:
    with pytest.raises(UsageError, match="--repro"):
        bench.repair(GOOD, reproduction="python 'open")
    with pytest.raises(UsageError, match="--test"):
        bench.repair(GOOD, test="python 'open")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("", "--repro: an empty command"),
        ("no-such-program x", "--repro: no-such-program: no such command"),
        ("./no/such.sh", "--repro: ./no/such.sh: no such command in the repository"),
        ("/no/such", "--repro: /no/such: no such command"),
    ],
)
def test_a_reproduction_that_cannot_be_started_is_a_usage_error(
    bench: Bench, command: str, told: str
) -> None:
    with pytest.raises(UsageError, match=f"^{told}$"):
        bench.repair(GOOD, reproduction=command)
    assert not bench.told


def test_the_users_repository_is_as_it_was(bench: Bench) -> None:
    leave_work_in_progress(bench.root, "billing/plans.py")
    told, files = seen_by_the_user(bench.root), snapshot(bench.root)
    assert bench.repair(NO_EFFECT, GOOD).status is FixStatus.PROVEN
    assert snapshot(bench.root) == files
    assert seen_by_the_user(bench.root) == told


def test_nothing_of_the_users_repository_is_run(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "marker"
    set_traps(bench.root, marker)
    monkeypatch.setenv("HOME", str(trapped_home(tmp_path / "home", marker)))
    bench.repository = open_repository(bench.root)
    files = snapshot(bench.root)
    assert bench.repair(NO_EFFECT, GOOD).commit
    assert snapshot(bench.root) == files
    assert not marker.exists()
