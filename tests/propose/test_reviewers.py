"""Who is asked for a review: CODEOWNERS as GitHub reads it, and blame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.analysis import Blame
from errwatch.model.pull_request import Reviewers
from errwatch.propose.codeowners import MOST_BYTES, Rule, owners_of, parse
from errwatch.propose.reviewers import MOST, reviewers_of
from tests.forge.conftest import NOON


def owners(text: str, *files: str) -> list[str]:
    return owners_of(files, {"CODEOWNERS": text}.get)


@pytest.mark.parametrize(
    ("pattern", "file", "matches"),
    [
        ("*", "a/b/c.py", True),
        ("*.js", "web/app.js", True),
        ("*.js", "web/app.jsx", False),
        ("/build/logs/", "build/logs/a/b.txt", True),
        ("/build/logs/", "src/build/logs/a.txt", False),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/build/a.md", False),
        ("apps/", "src/apps/a.py", True),
        ("apps/", "apps.py", False),
        ("/docs/", "docs/a/b.md", True),
        ("/scripts", "scripts/run.sh", True),
        ("**/logs", "deep/down/logs/a.txt", True),
        ("**/logs", "logs/a.txt", True),
        ("/apps/**/test.py", "apps/a/b/test.py", True),
        ("shop.py", "deep/shop.py", True),
        ("shop/stock.py", "deep/shop/stock.py", False),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/.py", False),
        ("with\\ space.py", "with space.py", True),
        ("a.b", "axb", False),
    ],
)
def test_a_pattern(pattern: str, file: str, matches: bool) -> None:
    assert owners(f"{pattern} @ada", file) == (["@ada"] if matches else [])


def test_the_last_rule_that_matches_decides() -> None:
    text = "# all\n* @ada @bob\n/shop/ @carol # the shop\n/shop/free.py\n"
    assert owners(text, "a.py") == ["@ada", "@bob"]
    assert owners(text, "shop/a.py", "a.py", "shop/b.py") == ["@carol", "@ada", "@bob"]
    assert owners(text, "shop/free.py") == []


def test_the_first_place_counts() -> None:
    files = {"CODEOWNERS": "* @root", ".github/CODEOWNERS": "* @github"}
    assert owners_of(["a"], files.get) == ["@github"]
    assert owners_of(["a"], dict[str, str]().get) == []
    assert owners("* @ada\n" + "#" * MOST_BYTES, "a") == []


@given(st.text(max_size=80))
def test_whatever_the_file_holds_it_is_read(text: str) -> None:
    assert all(isinstance(rule, Rule) for rule in parse(text))
    assert all(not owner.isspace() for owner in owners(text, "a/b.py"))


@given(st.lists(st.sampled_from(["*", "**", "a", "/", "?", "."]), min_size=1, max_size=12))
def test_every_pattern_is_decided(parts: list[str]) -> None:
    pattern = "".join(parts)
    assert owners(f"{pattern} @ada", "a/a.a") in ([], ["@ada"])


BLAME = (Blame("a.py", 1, "c" * 40, "Ada", NOON, "Change"),)


def test_owners_come_first_then_who_changed_the_line() -> None:
    found = reviewers_of(
        ["@carol", "@acme/payments", "a@b.example"], BLAME, lambda _c: "ada", "acme"
    )
    assert found == Reviewers(("carol", "ada"), ("payments",))


def test_teams_of_others_and_unknown_authors_are_left_out() -> None:
    found = reviewers_of(["@other/team", "@ACME/x"], BLAME, lambda _c: None, "acme")
    assert found == Reviewers((), ("x",))
    assert not reviewers_of([], (), lambda _c: "ada", None)


def test_nobody_is_asked_twice_and_not_everybody() -> None:
    many = [f"@p{number}" for number in range(9)]
    asked = []

    def account(commit: str) -> str:
        asked.append(commit)
        return "p0"

    assert len(reviewers_of(many, BLAME, account, None).people) == MOST
    assert asked == [], "nobody looks whose it is where there are enough"
    assert reviewers_of(["@p0"], BLAME, account, None) == Reviewers(("p0",))
