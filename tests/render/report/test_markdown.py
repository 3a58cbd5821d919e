"""The report as Markdown: tables that hold, whatever a log says."""

from __future__ import annotations

from hypothesis import given
from markdown_it import MarkdownIt

from errwatch.render.report.markdown import markdown
from tests.render.made import texts
from tests.render.report.made import EMPTY, full

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def shape(text: str) -> list[str]:
    """The elements of it, without what stands in them."""
    found = []
    for token in GITHUB.parse(text):
        found.append(token.type)
        children = token.children or []
        found += [child.type for child in children if child.type not in ("text", "softbreak")]
    return found


def test_it_says_how_things_stand() -> None:
    text = markdown(full())
    assert text.startswith("## errwatch: 3 new, 1 regressed, 2 resolved\n")
    for part in (
        "Worst: **medium** KeyError: internal_error (EW-00000010)",
        "- 1,234 events of 4 issues; 900 before, +37%",
        "- 7.3 events an hour, 0.4% of the lines read",
        "- 2 ignored issues with 12 events not counted",
        "1. `errwatch fix EW-00000010` internal_error<br>because internal_error",
        "| 2026-11-25 | 0 |",
        "| medium | KeyError: internal_error<br>EW-00000010 | 900 | 20 | new |",
        "| all | 5 | 3 (60%) | 2 | 2 | 1 | 1 | 2 h | \\$3.20 |",
        "- EW-a comes after EW-b: internal_error; 2 calls in common",
    ):
        assert part in text
    assert shape(text).count("table_open") == 10


def test_nothing_is_said_of_nothing() -> None:
    assert markdown(EMPTY) == (
        "## errwatch: 0 new, 0 regressed, 0 resolved\n\n"
        "Nothing was scanned or watched yet, or nothing was wrong."
    )


@given(text=texts)
def test_what_a_log_says_is_only_text(text: str) -> None:
    found, usual = markdown(full(text)), markdown(full())
    allowed = {"html_inline", "code_inline"}
    assert [t for t in shape(found) if t not in allowed] == [
        t for t in shape(usual) if t not in allowed
    ]
    for token in GITHUB.parse(found):
        for child in token.children or []:
            if child.type == "html_inline":
                assert child.content == "<br>"
