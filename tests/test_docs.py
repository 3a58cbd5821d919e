"""What the README says is what the command says."""

from __future__ import annotations

from pathlib import Path

import errwatch
from errwatch.cli.app import COMMANDS
from errwatch.fix.recipes import RECIPES
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
