"""What the README says is what the command says."""

from __future__ import annotations

import re
from pathlib import Path

import errwatch
from errwatch.classify.rules import Rule, load_rules
from errwatch.cli.app import COMMANDS
from errwatch.fix import lint, regression, reproduction
from errwatch.fix.gates import STATIC
from errwatch.fix.recipes import RECIPES
from errwatch.render.report.schema import ReportSchema
from tests import help_page

ROOT = Path(errwatch.__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_is_in_the_readme_in_the_words_of_its_help() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `errwatch ")]
    assert rows == [f"| `errwatch {name}` | {words} |" for name, words in COMMANDS.items()]


def test_every_option_is_in_the_docs_in_the_words_of_its_help() -> None:
    assert help_page.PAGE.read_text("utf-8") == help_page.text(), "run: python -m tests.help_page"


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in page.read_text("utf-8").split("](")[1:]:
            name = target.split(")")[0]
            if "://" not in name:
                assert (page.parent / name).exists(), f"{page.name}: {name}"


def test_every_recipe_is_told_of_in_its_order() -> None:
    page = (ROOT / "docs" / "recipes.md").read_text("utf-8")
    rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert rows == [recipe.id for recipe in RECIPES]


def keys(page: str) -> list[str]:
    """What the tables of a page explain, in order."""
    lines = (ROOT / "docs" / page).read_text("utf-8").splitlines()
    return [name for line in lines for name in row_names(line)]


def row_names(line: str) -> list[str]:
    """What the first cell of a row names."""
    return re.findall(r"`([^`]+)`", line.split(" | ")[0]) if line.startswith("| `") else []


def test_every_gate_is_told_of_in_its_order() -> None:
    static = [gate.__name__ for gate in STATIC]
    assert [name for name in keys("fixes.md") if name not in ("known", "recipes", "claude")] == [
        *static,
        lint.NAME,
        regression.NAME,
        reproduction.NAME,
    ]


def test_every_key_of_a_rule_is_told_of() -> None:
    assert sorted(keys("rules.md")) == sorted(Rule.model_fields)


def test_every_key_of_the_report_is_told_of() -> None:
    _, _, about_json = (ROOT / "docs" / "report.md").read_text("utf-8").partition("## JSON")
    told = [name for line in about_json.splitlines() for name in row_names(line)]
    names = {field.serialization_alias or name for name, field in ReportSchema.model_fields.items()}
    assert names - {"schema"} == set(told)


def test_the_rules_of_the_docs_are_rules() -> None:
    _, _, rest = (ROOT / "docs" / "rules.md").read_text("utf-8").partition("# errwatch-rules.toml")
    ours = load_rules((ROOT / "rules.toml").read_text("utf-8"), "rules.toml")
    pack = ours.extended_by(load_rules(rest.partition("```")[0], "errwatch-rules.toml"))
    assert [rule.id for rule in pack.rules[:2]] == ["ledger-out-of-step", "partner-slow"]
    assert "partner_error" in pack.categories


def test_every_page_can_be_reached_from_the_readme() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in README, page.name
