from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from errwatch.escape import code, plain, prose

HOSTILE = [
    "@octocat please look",
    "fixes #12 and GH-34 and gh-5, a/b#6",
    "![pixel](https://evil.invalid/x.png)",
    "[click](javascript:alert(1)) <img src=x onerror=y> <!-- hidden -->",
    "`code` ```fence``` **bold** __bold__ ~~gone~~ | cell |",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "--- ",
    "https://evil.invalid www.evil.invalid",
    "&#64;octocat &amp;",
    "\x1b[31mred\x1b[0m \u202eright\u202c ze\u200bro \ud800",
    "two\n\nlines\r\n# and a heading\u2028more",
    "\\",
    "",
]
pieces = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=8)
snippets = pieces.map("".join)
"""Short enough to be shown whole."""
ZERO_WIDTH = "\u200b"


def shown(markdown: str) -> tuple[set[str], str]:
    """The kinds of things that a Markdown reader sees, and the text in them."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    kinds, text = set(), ""
    for block in parser.parse(markdown):
        kinds.add(block.type)
        for token in block.children or ():
            kinds.add(token.type)
            text += token.content
    return kinds, text


def harmless(text: str) -> None:
    assert not any(sign + follower in text for sign in "@#" for follower in "o1")
    assert not any(link in text.lower() for link in ("gh-5", "://", "www."))
    assert all(character.isprintable() or character == ZERO_WIDTH for character in text)


@settings(deadline=None)
@given(snippets)
def test_prose_is_read_letter_by_letter(text: str) -> None:
    kinds, read = shown("Text: " + prose(text))
    assert kinds <= {"paragraph_open", "inline", "text", "paragraph_close"}
    assert read.removeprefix("Text:").strip() == plain(text)
    harmless(read)


@settings(deadline=None)
@given(snippets)
def test_prose_begins_no_list_heading_or_quote(text: str) -> None:
    kinds, _ = shown(prose(text) or "x")
    assert kinds <= {"paragraph_open", "inline", "text", "paragraph_close"}


@settings(deadline=None)
@given(snippets)
def test_prose_keeps_to_its_cell(text: str) -> None:
    kinds, read = shown(f"| a | b |\n| --- | --- |\n| {prose(text)} | end |\n")
    assert kinds <= {"inline", "text"} | {
        f"{part}_{side}"
        for part in ("table", "thead", "tbody", "tr", "th", "td")
        for side in ("open", "close")
    }
    assert read == "ab" + plain(text) + "end"


@settings(deadline=None)
@given(snippets)
def test_code_is_one_code_span(text: str) -> None:
    kinds, _ = shown("x " + code(text) + " y")
    assert kinds <= {"paragraph_open", "inline", "text", "code_inline", "paragraph_close"}
    assert "code_inline" in kinds
    assert "\n" not in code(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_is_one_harmless_line(text: str) -> None:
    harmless(plain(text))


def test_ordinary_text_stays_readable() -> None:
    text = "KeyError: 'plan' in price_of (billing/plans.py), 3 of 4; cost 0.25"
    assert prose(text) == plain(text) == text


def test_long_text_is_cut() -> None:
    assert len(plain("a" * 1000, 72)) == 72
    assert len(prose("*" * 10_000)) < 1100
