"""Markdown that shows log text and is not shaped by it."""

from __future__ import annotations

import re

from hypothesis import given
from markdown_it import MarkdownIt

from errwatch.render.markdown import ROWS, SAMPLE_SIZE, SAMPLES, markdown
from tests.render.made import hostile, issue, numbered, texts, triage

GITHUB = MarkdownIt("commonmark", {"html": True}).enable("table")
OURS = {"<details>", "<summary>", "</summary>", "</details>"}


def test_a_row_an_issue_and_what_was_not_read() -> None:
    text = markdown(triage(issue(), issue(2), failures=("a.log: gone",)))
    assert "- a.log: gone" in text
    rows = [line for line in text.splitlines() if line.startswith("| **medium**")]
    assert len(rows) == 2
    assert "KeyError: 'plan'<br>EW-00000000 | 3 | /app/billing/plans.py:41" in rows[0]


def test_what_does_not_fail_the_scan_is_not_bold() -> None:
    assert "| medium |" in markdown(triage(issue(), failing=False))


def test_it_stays_far_below_the_limit_of_a_summary() -> None:
    many = [issue(n, message="x|" * 500, text="`@" * 9_000) for n in range(2_000)]
    text = markdown(triage(*many, failures=tuple("`" * 900 for _ in range(2_000))))
    assert len(text.encode()) < 300_000
    assert f"{2_000 - ROWS:,} more issues not shown" in text
    assert text.count("<details>") == SAMPLES
    assert len(markdown(triage(issue(text="y" * 10**6)))) < SAMPLE_SIZE + 2_000


def test_all_of_few() -> None:
    issues = numbered(3)
    assert all(markdown(triage(*issues)).count(one.id) == 2 for one in issues)


@given(texts)
def test_no_text_changes_the_shape(text: str) -> None:
    tokens = GITHUB.parse(markdown(hostile(text)))
    expected = GITHUB.parse(markdown(hostile("word")))
    shape = [token.type for token in tokens]
    assert shape == [token.type for token in expected]
    for token in tokens:
        if token.type == "html_block":
            assert set(re.findall("<[^>]*>", token.content)) <= OURS
            assert "@octocat" not in token.content
        for child in token.children or ():
            assert child.type not in ("link_open", "image", "code_inline")
            assert child.type != "html_inline" or child.content == "<br>"
