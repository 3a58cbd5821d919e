"""The record of a fix, through the command line: shown, replayed without a model, verified."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from errwatch.render.again import AgainSchema
from errwatch.render.fix_schema import FixReportSchema
from errwatch.render.schema import ScanSchema
from tests.cli.conftest import Cli
from tests.fix.scripted import BUGGY, FIXED, TESTS, python_without_pytest
from tests.servers.anthropic import AnthropicServer, text, use, uses

NEW = "tests/test_price_of.py"
TEST = """\
import unittest

from billing import plans


class PriceTest(unittest.TestCase):
    def test_any_case(self):
        self.assertEqual(plans.price_of("PRO"), 9)
"""
TRACE = """\
2026-11-20 10:00:00,000 ERROR billing: no price for ana@example.com
Traceback (most recent call last):
  File "/srv/app/billing/plans.py", line 5, in price_of
    return PRICES[plan.lowr()]
AttributeError: 'str' object has no attribute 'lowr'
"""


HAND_IN = uses(use("hand_in", title="Call str.lower", rationale="lowr is a typing error."))
ANSWERS = [
    uses(text("I look at it."), use("view", path="billing/plans.py")),
    uses(use("create_test", path=NEW, text=TEST)),
    uses(use("str_replace", path="billing/plans.py", old="plan.lowr()", new="plan.uper()")),
    HAND_IN,
    uses(use("str_replace", path="billing/plans.py", old="plan.uper()", new="plan.lower()")),
    HAND_IN,
]


def make_shop(cli: Cli) -> Cli:
    """A repository with a log that names the error in it, and the quickest Python for its tests."""
    files = {
        "billing/__init__.py": "",
        "billing/plans.py": BUGGY,
        "tests/test_plans.py": TESTS,
        "app.log": TRACE,
        "repro.py": "from billing.plans import price_of\nprice_of('PRO')\n",
        "errwatch.toml": f'[repo]\npython = "{python_without_pytest(cli.home)}"\n',
        ".gitignore": "errwatch.toml\n",
    }
    for name, content in files.items():
        (cli.cwd / name).parent.mkdir(exist_ok=True)
        (cli.cwd / name).write_text(content)
    cli.git("init", "-q", "-b", "main")
    cli.git("add", "-A")
    cli.git("commit", "-q", "-m", "The shop")
    return cli


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """The shop, and FX-1 in it, which a model made."""
    root = tmp_path_factory.mktemp("made")
    (root / "home").mkdir()
    (root / "work").mkdir()
    shop = make_shop(Cli(root / "home", root / "work"))
    [found] = ScanSchema.model_validate(shop.json("scan", "app.log")).issues
    with AnthropicServer(list(ANSWERS)) as server:
        done = shop(
            *("fix", found.id, "--engine", "claude", "--model", "small", "--no-pr"),
            ANTHROPIC_API_KEY="test-key",
            ANTHROPIC_BASE_URL=server.url,
            ANTHROPIC_CONFIG_DIR=str(shop.home),
        )
    assert done.returncode == 0, done.stderr + done.stdout
    return shop


@pytest.fixture
def shop(made: Cli, tmp_path: Path) -> Cli:
    """A copy of it for each test."""
    shutil.copytree(made.home, tmp_path / "home")
    shutil.copytree(made.cwd, tmp_path / "work")
    return Cli(tmp_path / "home", tmp_path / "work")


@pytest.fixture
def proven(shop: Cli) -> str:
    """The branch of FX-1."""
    report = FixReportSchema.model_validate(shop.json("fixes", "show", "FX-1"))
    assert (report.fix.status, report.fix.engine) == ("proven", "claude")
    return report.fix.branch or ""


def again(shop: Cli, *arguments: str, code: int = 0) -> AgainSchema:
    done = shop("fixes", *arguments, "--repo", ".", "--format", "json")
    assert done.returncode == code, done.stderr + done.stdout
    return AgainSchema.model_validate_json(done.stdout)


def test_all_that_was_said_and_tried_is_shown(shop: Cli, proven: str) -> None:
    assert "hand_in" not in shop("fixes", "show", "FX-1").stdout
    shown = shop("fixes", "show", "FX-1", "--transcript").stdout
    for word in (
        "You repair one error",
        "'str' object has no attribute 'lowr'",
        "assistant uses str_replace",
        "plan.uper()",
        "It did not stand. tests:" if "tests:" in shown else "It did not stand. reproduction:",
        "failed   ",
        "tool_use, ",
    ):
        assert word in shown
    assert "ana@example.com" not in shown
    report = FixReportSchema.model_validate(shop.json("fixes", "show", "FX-1", "--transcript"))
    [kept] = report.transcripts or []
    assert len(kept.answers) == len(ANSWERS)
    assert sum(answer.cost_usd for answer in kept.answers) == pytest.approx(report.fix.cost_usd)
    assert [one.status for one in report.candidates] == ["rejected", "chosen"]
    assert report.candidates[0].gates[-1].status == "failed"


def test_a_replay_comes_to_the_same_edits_without_a_model(shop: Cli, proven: str) -> None:
    found = again(shop, "replay", "fx-1")
    assert (found.same_edits, found.holds) == (True, True)
    assert (found.then, found.now) == ("E2", "E2")
    assert {(gate.then, gate.now) for gate in found.gates} <= {
        ("passed", "passed"),
        ("skipped", "skipped"),
    }
    assert shop.git("branch", "--list", "auto-fix/*").count("\n") == 1
    assert json.loads(shop("fixes", "list", "--format", "json").stdout)["fixes"][1:] == []


def test_a_replay_runs_the_gates_of_today(shop: Cli, proven: str) -> None:
    with (shop.cwd / "errwatch.toml").open("a") as settings:
        settings.write("[fix]\nmax_lines = 3\n")
    found = again(shop, "replay", "FX-1", code=1)
    assert not found.holds
    assert found.now is None
    [diff] = [gate for gate in found.gates if gate.name == "diff"]
    assert (diff.then, diff.now) == ("passed", "failed")


def test_what_recipes_made_is_replayed_and_verified_too(cli: Cli) -> None:
    shop = make_shop(cli)
    missing = BUGGY.replace("plan.lowr()", "json.loads(plan)")
    (shop.cwd / "billing" / "plans.py").write_text(missing)
    (shop.cwd / "repro.py").write_text("from billing.plans import price_of\nprice_of('\"pro\"')\n")
    (shop.cwd / "app.log").write_text(
        TRACE.replace("plan.lowr()", "json.loads(plan)").partition("AttributeError")[0]
        + "NameError: name 'json' is not defined\n"
    )
    shop.git("commit", "-q", "-a", "-m", "Read plans")
    [found] = ScanSchema.model_validate(shop.json("scan", "app.log")).issues
    done = shop("fix", found.id, "--repro", "python repro.py", "--no-pr")
    assert done.returncode == 0, done.stdout + done.stderr
    assert again(shop, "replay", "FX-1").same_edits
    assert again(shop, "verify", "FX-1").holds


def test_a_fix_is_verified_as_its_branch_stands(shop: Cli, proven: str) -> None:
    found = again(shop, "verify", "FX-1")
    assert (found.holds, found.notes) == (True, [])


def commit_on(shop: Cli, branch: str, file: str, content: str) -> None:
    shop.git("checkout", "-q", branch)
    (shop.cwd / file).write_text(content)
    shop.git("add", file)
    shop.git("commit", "-q", "-m", f"Change {file}")
    shop.git("checkout", "-q", "main")


def test_what_somebody_broke_on_the_branch_is_told(shop: Cli, proven: str) -> None:
    commit_on(shop, proven, "billing/plans.py", FIXED.replace("sorted(PRICES)", "[]"))
    found = again(shop, "verify", "FX-1", code=1)
    assert not found.holds
    [note] = found.notes
    assert note.startswith("the branch was at ")
    [tests] = [gate for gate in found.gates if gate.name == "tests"]
    assert (tests.then, tests.now) == ("passed", "failed")
    told = shop("fixes", "verify", "FX-1", "--repo", ".").stdout
    assert "(was passed:" in told
    assert "does not hold any more" in told


def test_a_default_branch_that_moved_is_what_it_is_verified_on(shop: Cli, proven: str) -> None:
    commit_on(shop, "main", "billing/other.py", "x = 1\n")
    found = again(shop, "verify", "FX-1")
    assert found.holds
    assert "the default branch was at" in found.notes[0]


def test_where_both_have_changed_a_file_that_is_told(shop: Cli, proven: str) -> None:
    commit_on(shop, "main", "billing/plans.py", BUGGY + "\n\nPLANS = names()\n")
    found = again(shop, "verify", "FX-1")
    assert found.holds
    assert "changed billing/plans.py, so this was tried on" in found.notes[-1]


def test_a_link_on_the_branch_is_no_fix(shop: Cli, proven: str) -> None:
    shop.git("checkout", "-q", proven)
    (shop.cwd / "billing/plans.py").unlink()
    (shop.cwd / "billing/plans.py").symlink_to("/etc/passwd")
    shop.git("add", "billing/plans.py")
    shop.git("commit", "-q", "-m", "Link it")
    shop.git("checkout", "-q", "main")
    found = again(shop, "verify", "FX-1", code=1)
    assert "no plain text: billing/plans.py" in (found.reason or "")


def test_what_is_gone_cannot_be_verified(shop: Cli, proven: str, tmp_path: Path) -> None:
    shop.git("branch", "-q", "-D", proven)
    done = shop("fixes", "verify", "FX-1", "--repo", ".")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is gone; nothing to verify" in done.stderr
    assert shop("fixes", "replay", "FX-9").returncode == 2
