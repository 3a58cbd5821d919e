"""The gates that execute code, each in a repository made for the case."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from errwatch.fix.outcomes import Outcomes
from errwatch.fix.regression import compare
from errwatch.interfaces import Sandbox
from errwatch.model.fix import Candidate, FixStatus, GateResult, GateStatus
from errwatch.sandbox.local import Limits, LocalSandbox
from errwatch.sandbox.tiers import LimitsAlone
from tests.fix.scripted import BUGGY, FILES, FIXED, REPRODUCTION, TESTS, Bench, candidate, edit
from tests.repository.scratch import git

GOOD = candidate(edit(FIXED))


def gate(
    tmp_path: Path,
    name: str,
    files: dict[str, str] | None = None,
    *,
    proposed: Candidate = GOOD,
    test: str | None = None,
    reproduction: str | None = None,
    kind: str | None = "AttributeError",
    sandbox: Sandbox | None = None,
) -> GateResult:
    bench = Bench(tmp_path / "r", FILES | (files or {}))
    bench.sandbox = sandbox or bench.sandbox
    fix = bench.repair(proposed, test=test, reproduction=reproduction, dry_run=True, kind=kind)
    assert git(bench.root, "worktree", "list").count("\n") == 1
    return next(gate for gate in fix.trials[0].gates if gate.name == name)


def passed(detail: str, name: str = "tests") -> GateResult:
    return GateResult(name, GateStatus.PASSED, detail)


def failed(detail: str, name: str = "tests") -> GateResult:
    return GateResult(name, GateStatus.FAILED, detail)


def skipped(detail: str) -> GateResult:
    return GateResult("tests", GateStatus.SKIPPED, detail)


def test_tests_are_found_by_looking_and_red_ones_do_not_count(tmp_path: Path) -> None:
    assert gate(tmp_path, "tests") == passed("1 of 2 passed before, and all of them still pass")


def test_a_module_that_cannot_be_collected_does_not_hide_the_rest(tmp_path: Path) -> None:
    broken = {"tests/test_other.py": "import no_such_module\n"}
    assert gate(tmp_path, "tests", broken).status is GateStatus.PASSED


@pytest.mark.parametrize(
    ("files", "detail"),
    [
        ({"tests/test_plans.py": TESTS.replace('["basic", "pro"]', "[]")}, "no test passes before"),
        ({"tests/test_plans.py": "import unittest, no_such_module"}, "no test passes before"),
        ({"tests/test_plans.py": "import os, unittest; os._exit(0)"}, "the tests left no report"),
    ],
)
def test_without_a_baseline_the_gate_is_skipped(
    tmp_path: Path, files: dict[str, str], detail: str
) -> None:
    result = gate(tmp_path, "tests", files)
    assert result.status is GateStatus.SKIPPED
    assert result.detail.startswith(detail)


TELLING = """\
import unittest
from billing import plans

class Telling(unittest.TestCase):
    def test_price(self):
        self.assertEqual(plans.price_of("PRO"), 9)
"""


@pytest.mark.parametrize("kind", ["unittest", "pytest"])
def test_a_test_that_shows_the_issue_must_pass_afterwards(tmp_path: Path, kind: str) -> None:
    """Though no test passes before, and though it fails with another exception then."""
    bench = Bench(tmp_path / "r", FILES | {"tests/test_plans.py": TELLING})
    if kind == "pytest":
        bench.python = sys.executable
    worse = candidate(edit(BUGGY.replace("plan.lowr()", "plan")))
    fix = bench.repair(worse, GOOD, reproduction=None, dry_run=True)
    rejected, chosen = fix.trials
    assert rejected.reason.startswith(
        "tests: failed with the issue's exception before, and still fails: "
    )
    assert "test_price" in rejected.reason
    assert skipped("no test passes before the change") in chosen.gates


def test_a_test_that_rewrites_the_change_fails_the_gate(tmp_path: Path) -> None:
    rewriting = TESTS + "open(plans.__file__, 'a').write('#')\n"
    result = gate(tmp_path, "tests", {"tests/test_plans.py": rewriting})
    assert result == failed("the tests rewrote billing/plans.py")


def test_tests_that_rewrite_other_code_prove_nothing(tmp_path: Path) -> None:
    """What passes is a tree that would not be committed."""
    helped = TESTS + (
        "import os\n"
        "if 'lower' in open('billing/plans.py').read(): open('billing/helper.py', 'a').write('#')\n"
    )
    files = {"tests/test_plans.py": helped, "billing/helper.py": ""}
    assert gate(tmp_path, "tests", files) == failed("the tests rewrote billing/helper.py")


def test_what_tests_rewrite_in_any_case_is_told(tmp_path: Path) -> None:
    generating = TESTS + "open('version.py', 'w').write('v = 2')\n"
    files = {"tests/test_plans.py": generating, "version.py": "v = 1"}
    result = gate(tmp_path, "tests", files)
    assert result.status is GateStatus.PASSED
    assert "(the tests rewrite version.py, with and without the change)" in result.detail


def test_the_commit_holds_what_was_tested_whatever_the_tests_leave(tmp_path: Path) -> None:
    """The suite leaves files, also those that git would obey; none is committed or run."""
    marker = tmp_path / "ran"
    planted = TESTS + (
        "import os, pathlib\n"
        "open('left-over.py', 'w').write('x')\n"
        "git = pathlib.Path('.git'); (git / 'hooks').mkdir(parents=True, exist_ok=True)\n"
        f"evil = 'touch {marker}'\n"
        "(git / 'config').write_text(f'[core]\\n fsmonitor = {evil}\\n pager = {evil}\\n"
        '[filter "f"]\\n clean = {evil}\\n\')\n'
        "pathlib.Path('.gitattributes').write_text('* filter=f\\n')\n"
        "for name in ('pre-commit', 'post-commit', 'post-checkout', 'reference-transaction'):\n"
        "    (git / 'hooks' / name).write_text('#!/bin/sh\\n' + evil)\n"
        "    (git / 'hooks' / name).chmod(0o755)\n"
    )
    bench = Bench(tmp_path / "r", FILES | {"tests/test_plans.py": planted})
    fix = bench.repair(GOOD, gates=())
    assert fix.status is FixStatus.PROVEN
    changed = git(bench.root, "show", "--format=", "--name-only", fix.commit or "")
    assert changed.split() == ["billing/plans.py"]
    assert git(bench.root, "show", f"{fix.commit}:billing/plans.py") == FIXED
    assert not marker.exists()
    assert not git(bench.root, "status", "--porcelain")


def flipping_suite(counter: Path) -> str:
    """With a test that fails every other time."""
    test = (
        "def test_flips(self):\n"
        f"        with open({str(counter)!r}, 'a+') as file:\n"
        "            file.write('x')\n"
        "            self.assertTrue(file.tell() % 2)\n\n"
        "    def test_names"
    )
    return TESTS.replace("def test_names", test)


def test_a_test_that_flips_is_not_held_against_the_change(tmp_path: Path) -> None:
    """Every other run of it fails, and every run is in a worktree of its own."""
    flipping = flipping_suite(tmp_path / "counter")
    result = gate(tmp_path, "tests", {"tests/test_plans.py": flipping}, sandbox=LAX)
    assert result.status is GateStatus.PASSED
    assert "flip without the change, or with it: test_plans.PlansTest.test_flips" in (result.detail)


def test_a_test_that_breaks_fails_also_beside_one_that_flips(tmp_path: Path) -> None:
    flipping = flipping_suite(tmp_path / "counter")
    worse = candidate(edit(FIXED.replace("sorted(PRICES)", "[]")))
    result = gate(tmp_path, "tests", {"tests/test_plans.py": flipping}, proposed=worse, sandbox=LAX)
    assert result.status is GateStatus.FAILED
    assert "1 new failure: test_plans.PlansTest.test_names" in result.detail


def test_a_run_does_not_see_what_another_left(tmp_path: Path) -> None:
    once = TESTS + "open('left-over', 'x')\n"
    assert gate(tmp_path, "tests", {"tests/test_plans.py": once}).status is GateStatus.PASSED


def test_other_commands_tell_by_their_exit_code(tmp_path: Path) -> None:
    command = f"{sys.executable} -c 'from billing import plans; plans.names()'"
    assert gate(tmp_path, "tests", test=command) == passed("the command exits 0 before and after")
    worse = candidate(edit(FIXED.replace("sorted(PRICES)", "sorted(PRICES)[9]")))
    again = gate(tmp_path / "2", "tests", proposed=worse, test=command)
    assert again == failed("1 new failure: the command")
    red = gate(tmp_path / "3", "tests", test="false")
    assert red == skipped("no test passes before the change")


@pytest.mark.parametrize("test", [None, f"env X=1 {sys.executable} -m pytest tests"])
def test_pytest_is_read_test_by_test(tmp_path: Path, test: str | None) -> None:
    bench = Bench(tmp_path / "r")
    bench.python = sys.executable
    fix = bench.repair(GOOD, test=test, reproduction=None, dry_run=True)
    assert fix.gates[2] == passed("1 of 2 passed before, and all of them still pass")


def test_compare() -> None:
    def ran(*names: str, collected: int = 9) -> Outcomes:
        return Outcomes(frozenset(names), collected)

    assert compare(ran("a"), ran("a", "b", collected=11)).status is GateStatus.PASSED
    assert compare(ran("a", "b"), ran("b")) == failed("1 new failure: a")
    assert compare(ran(*"abcde"), ran()) == failed("5 new failures: a, b, c, ...")
    key = "ghp_" + "a1B2" * 8
    assert key[:20] not in compare(ran("x" * 180 + f" {key}"), ran()).detail
    assert compare(ran("a"), ran("a", collected=8)) == failed(
        "tests disappeared: 9 tests before, 8 after"
    )


def reproduced(
    tmp_path: Path, repro: str, kind: str | None = "AttributeError", sandbox: Sandbox | None = None
) -> GateResult:
    files, command = {"repro.py": repro}, REPRODUCTION
    return gate(
        *(tmp_path, "reproduction", files),
        test="none",
        reproduction=command,
        kind=kind,
        sandbox=sandbox,
    )


LAX = LocalSandbox(LimitsAlone(), Limits())
"""The code under test can leave something behind."""


def test_a_reproduction_says_what_it_went_through(tmp_path: Path) -> None:
    result = reproduced(tmp_path, FILES["repro.py"])
    assert result == passed(
        "raises AttributeError before through price_of in plans.py, exits 0 after; "
        "2 runs each, then one before",
        "reproduction",
    )


def test_a_dotted_type_is_the_same_by_its_last_segment(tmp_path: Path) -> None:
    assert reproduced(tmp_path, FILES["repro.py"], "x.y.AttributeError").status is GateStatus.PASSED


@pytest.mark.parametrize(
    ("repro", "kind", "detail"),
    [
        ("", "AttributeError", "does not reproduce AttributeError: before the change it exits"),
        ("raise KeyError", "AttributeError", "before the change it raises KeyError"),
        ("raise SystemExit(3)", "AttributeError", "before the change it exits with 3"),
        (FILES["repro.py"], None, "the issue names no exception"),
        (
            "d = {}\nd.lowr",
            "AttributeError",
            "before the change it does not go through the culprit price_of in plans.py",
        ),
        (
            "from billing import plans\nclass P:\n  def lowr(self):\n"
            "    raise AttributeError('no attribute at all')\nplans.price_of(P())",
            "AttributeError",
            "raises it with another message: no attribute at all",
        ),
        (
            FILES["repro.py"] + "raise SystemExit(3)",
            "AttributeError",
            "after the change it exits with 3",
        ),
        (
            "open('billing/plans.py', 'a').write('#')\n" + FILES["repro.py"],
            "AttributeError",
            "it rewrote billing/plans.py",
        ),
        (
            "import os\np = 'billing/plans.py'; old = os.stat(p); s = open(p).read()\n"
            "open(p, 'w').write(s.replace('lowr', 'lower') if 'lowr(' not in s else s)\n"
            "open(p, 'w').write(s); os.utime(p, ns=(old.st_atime_ns, old.st_mtime_ns))\n"
            + FILES["repro.py"],
            "AttributeError",
            "it rewrote billing/plans.py",
        ),
        (
            "import traceback\nfrom billing import plans\ntry: plans.price_of('PRO')\n"
            "except AttributeError: raise\ntry: ''.lowr()\n"
            "except AttributeError: traceback.print_exc()",
            "AttributeError",
            "after the change it exits with 0, but still shows AttributeError",
        ),
    ],
)
def test_what_proves_nothing_fails(
    tmp_path: Path, repro: str, kind: str | None, detail: str
) -> None:
    result = reproduced(tmp_path, repro, kind)
    assert result.status is GateStatus.FAILED
    assert detail in result.detail


def test_a_reproduction_of_another_time_does_not_count(tmp_path: Path) -> None:
    """It fails the first time only: what it counts with lies outside the worktree."""
    counter = tmp_path / "counter"
    repro = (
        f"import pathlib\nif pathlib.Path({str(counter)!r}).exists(): raise SystemExit\n"
        f"pathlib.Path({str(counter)!r}).touch()\n{FILES['repro.py']}"
    )
    assert "before the change it exits" in reproduced(tmp_path, repro, sandbox=LAX).detail


def test_a_command_that_fails_the_first_times_only_proves_nothing(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    repro = (
        f"import pathlib\nn = pathlib.Path({str(counter)!r}); n.touch(); k = len(n.read_text())\n"
        f"n.write_text('x' * (k + 1))\nif k > 1: raise SystemExit\n{FILES['repro.py']}"
    )
    detail = reproduced(tmp_path, repro, sandbox=LAX).detail
    assert detail.startswith("the failure does not come back without the change")


def test_the_baseline_is_measured_once(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    repro = f"open({str(counter)!r}, 'a').write('x')\n{FILES['repro.py']}"
    bench = Bench(tmp_path / "r", FILES | {"repro.py": repro})
    bench.sandbox = LAX
    remark = [candidate(edit(BUGGY + f"# {number}\n")) for number in range(3)]
    bench.repair(*remark, GOOD, test="none")
    before, failing_after, passing_after, again = 2, 3, 2, 1
    assert len(counter.read_text()) == before + failing_after + passing_after + again
