"""An engine of another distribution, as pip leaves it: modules and their metadata on the path."""

from __future__ import annotations

from pathlib import Path

import pytest

from errwatch.render.fix_schema import FixReportSchema
from errwatch.render.schema import ScanSchema
from tests.cli.conftest import Cli
from tests.cli.test_fixes import make_shop

MODULE = """\
from errwatch.model.fix import Candidate, Declined, Edit


class Engine:
    name = "acme"

    def propose(self, problem, verdict):
        before = problem.tree.read("billing/plans.py")
        worse = Edit("billing/plans.py", before, before.replace("lowr", "uper"))
        yield Candidate("acme", "guess", "Call str.uper", "It may be there.", (worse,))
        yield Declined("acme", f"told: {verdict()}")
        right = Edit("billing/plans.py", before, before.replace("lowr", "lower"))
        yield Candidate("acme", "near", "Call str.lower", "It is there.", (right,))


NOT_AN_ENGINE = 7
"""
POINTS = """\
[errwatch.engines]
acme = acme_engine:Engine
gone = acme_engine:Missing
lost = no_such_module:Engine
seven = acme_engine:NOT_AN_ENGINE
recipes = acme_engine:Engine
"""


@pytest.fixture
def installed(tmp_path: Path) -> str:
    """A search path with the distribution on it."""
    site = tmp_path / "site"
    metadata = site / "acme-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "acme_engine.py").write_text(MODULE)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(POINTS)
    return f"{Path(__file__).parents[2]}:{site}"


@pytest.fixture
def shop(cli: Cli) -> Cli:
    return make_shop(cli)


def test_an_installed_engine_is_asked_by_its_name(shop: Cli, installed: str) -> None:
    [found] = ScanSchema.model_validate(shop.json("scan", "app.log")).issues
    options = ("--repro", "python repro.py", "--dry-run", "--format", "json")
    done = shop.started("fix", found.id, "--engine", "acme", *options, PYTHONPATH=installed)
    assert done.returncode == 0, done.stderr
    report = FixReportSchema.model_validate_json(done.stdout)
    assert (report.fix.status, report.fix.engine) == ("proven", "acme")
    assert [one.status for one in report.candidates] == ["rejected", "declined", "chosen"]
    assert "told: reproduction: " in report.candidates[1].reason
    again = shop.started(
        "fixes", "replay", "FX-1", "--repro", "python repro.py", PYTHONPATH=installed
    )
    assert again.returncode == 0, again.stdout + again.stderr


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("gone", "cannot be loaded"),
        ("lost", "cannot be loaded: No module named 'no_such_module'"),
        ("seven", "acme_engine:NOT_AN_ENGINE gives no engine"),
        ("none", "no such engine; there is known, recipes, claude, acme, gone, lost, seven"),
    ],
)
def test_what_is_no_engine_is_one_clear_line(
    shop: Cli, installed: str, name: str, word: str
) -> None:
    done = shop.started("fix", "EW-1", "--engine", name, PYTHONPATH=installed)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert word in done.stderr


def test_an_engine_of_ours_is_not_replaced(shop: Cli, installed: str) -> None:
    [found] = ScanSchema.model_validate(shop.json("scan", "app.log")).issues
    done = shop.started("fix", found.id, "--engine", "recipes", "--dry-run", PYTHONPATH=installed)
    assert "no recipe mends" in done.stdout


TWICE = """\
2026-11-20 10:00:00,000 ERROR stock: cannot release
Traceback (most recent call last):
  File "/srv/app/stock.py", line 2, in release
    for number in held:
RuntimeError: dictionary changed size during iteration
2026-11-20 10:01:00,000 ERROR cache: cannot forget
Traceback (most recent call last):
  File "/srv/app/cache.py", line 3, in forget
    for key in ages:
RuntimeError: dictionary changed size during iteration
"""


def test_what_mended_one_place_is_offered_first_at_the_next(cli: Cli) -> None:
    texts = {
        "stock.py": "def release(held):\n    for number in held:\n        del held[number]\n",
        "cache.py": "def forget(ages):\n    if ages:\n"
        "        for key in ages:\n            ages.pop(key)\n",
        "app.log": TWICE,
    }
    for name, text in texts.items():
        (cli.cwd / name).write_text(text)
    cli.git("init", "-q", "-b", "main")
    cli.git("add", "-A")
    cli.git("commit", "-q", "-m", "The app")
    found = ScanSchema.model_validate(cli.json("scan", "app.log")).issues
    ids = {issue.culprit.file.rpartition("/")[2]: issue.id for issue in found if issue.culprit}

    def fixed(file: str, call: str) -> FixReportSchema:
        repro = f"python -c 'import {file}; {file}.{call}({{1: 2, 3: 4}})'"
        options = ("--repro", repro, "--no-pr", "--format", "json")
        return FixReportSchema.model_validate_json(cli("fix", ids[f"{file}.py"], *options).stdout)

    first, second = fixed("stock", "release"), fixed("cache", "forget")
    assert (first.fix.engine, second.fix.engine) == ("recipes", "known")
    assert (first.fix.evidence, second.fix.evidence) == ("E2", "E2")
    assert [one.recipe for one in second.candidates] == ["FX-1"]
    assert "+        for key in list(ages):" in second.fix.diff
