"""The page: nothing in it is loaded or run, a log's words are only words, and all can read it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from importlib import resources

import pytest
from hypothesis import given, settings

from errwatch.model.report import Report
from errwatch.render.plain import clean
from errwatch.render.report.charts import bar_chart, line
from errwatch.render.report.page import page
from tests.render.made import texts
from tests.render.report.made import EMPTY, full, points
from tests.render.report.made import NOW as END

SHAPES = {"svg", "g", "rect", "polygon", "polyline", "title", "desc"}
TEXT = {"h1", "h2", "p", "span", "strong", "code", "br", "ol", "ul", "li", "dl", "dt", "dd", "div"}
TABLES = {"table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary"}
FRAME = {"html", "head", "meta", "style", "body", "header", "main", "section", "footer"}
ELEMENTS = SHAPES | TEXT | TABLES | FRAME | {"figure", "figcaption"}
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "role", "tabindex", "scope",
    "colspan", "width", "height", "x", "y", "viewbox", "preserveaspectratio", "points",
    "aria-label", "aria-labelledby", "aria-hidden",
}  # fmt: skip
EMPTY_ELEMENTS = {"meta", "br"}


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY_ELEMENTS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.append(("!--", {"data": data}))

    @property
    def said(self) -> str:
        return "".join(self.texts)

    def values(self, name: str) -> list[str]:
        return [value for _, attrs in self.elements if (value := attrs.get(name)) is not None]


@given(text=texts)
@settings(max_examples=60)
def test_what_a_log_says_is_only_text(text: str) -> None:
    page_of_it = page(full(text))
    found, usual = Page(page_of_it), Page(page(full()))
    assert not found.open
    assert [tag for tag, _ in found.elements] == [tag for tag, _ in usual.elements]
    assert [attrs.keys() for _, attrs in found.elements] == [
        attrs.keys() for _, attrs in usual.elements
    ]
    assert found.values("class") == usual.values("class")
    assert not re.search(r"(?m)^[^!-~\n]*::|##\[|##vso|##teamcity", page_of_it)
    assert clean(page_of_it) == page_of_it


@pytest.mark.parametrize(
    "text",
    [
        "</style><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onload='alert(1)",
        "javascript:alert(1)",
        "https://evil.invalid/x.png",
        "{{ 7 * 7 }}{% raw %}",
        "<!--",
        "]]><svg/onload=alert(1)>",
    ],
)
def test_nothing_breaks_out(text: str) -> None:
    found = Page(page(full(text)))
    assert {tag for tag, _ in found.elements} <= ELEMENTS
    assert set().union(*(attrs for _, attrs in found.elements)) <= ATTRIBUTES
    assert text in found.said


@pytest.mark.parametrize("report", [EMPTY, full()], ids=["empty", "full"])
def test_nothing_is_loaded_and_nothing_runs(report: Report) -> None:
    text = page(report)
    found = Page(text)
    assert {tag for tag, _ in found.elements} <= ELEMENTS
    assert set().union(*(attrs for _, attrs in found.elements)) <= ATTRIBUTES
    assert "://" not in text
    assert "url(" not in text
    assert "@import" not in text
    (policy,) = (a["content"] for _, a in found.elements if a.get("http-equiv"))
    (style,) = re.findall("<style>(.*)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_it_can_be_read_aloud() -> None:
    found = Page(page(full()))
    assert [a for tag, a in found.elements if tag == "html"] == [{"lang": "en"}]
    ids = Counter(found.values("id"))
    assert set(ids.values()) == {1}
    for names in found.values("aria-labelledby"):
        assert set(names.split()) <= ids.keys()
    headings = [tag for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    for tag, attrs in found.elements:
        if tag == "svg":
            assert ("aria-hidden" in attrs) != (attrs.get("role") == "img")
        if tag == "th":
            assert attrs["scope"] in ("col", "row")


def test_every_bar_says_its_numbers_and_a_table_has_them_all() -> None:
    found = Page(page(full()))
    said = found.said
    assert "Nov 25, 14:20: 0 events" in said
    assert "Nov 25, 13:20: 2 events (1 high, 1 low)" in said
    assert [tag for tag, _ in found.elements].count("details") == 2


def test_the_answer_comes_first() -> None:
    said = " ".join(Page(page(full())).said.split())
    answer = said.index("3 new, 1 regressed, 2 resolved", 60)
    assert answer < said.index("Worst: medium KeyError") < said.index("What to do next")
    assert "7.3 an hour" in said
    assert "0.4% of the lines read" in said
    assert "2 ignored issues with 12 events not counted." in said


def test_of_nothing_it_says_so() -> None:
    said = Page(page(EMPTY)).said
    assert "Nothing was scanned or watched yet" in said
    assert "Events over time" not in said


STYLE = (resources.files("errwatch.render.report") / "page.css").read_text("utf-8")


def palettes() -> list[dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in blocks]


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_can_be_told_from_the_paper() -> None:
    light, dark, printed = palettes()
    assert light.keys() == dark.keys() == printed.keys()
    for palette in (light, dark, printed):
        for name in palette.keys() - {"paper", "rule", "wash"}:
            least = 3 if name == "amber" else 4.5  # what is only drawn may be fainter
            assert contrast(palette[name], palette["paper"]) >= least, (name, palette[name])
        assert contrast(palette["ink"], palette["wash"]) >= 7


def test_every_class_that_is_used_is_styled() -> None:
    used = {name for names in Page(page(full())).values("class") for name in names.split()}
    assert used <= set(re.findall(r"\.([a-z]+)", STYLE))


def test_bars_fill_the_chart() -> None:
    chart = bar_chart(points(3, END - END.replace(hour=13)))
    assert (chart.width, chart.top) == (30, 4)
    assert [bar.x for bar in chart.bars] == [1, 11, 21]
    first, second, third = chart.bars
    assert [(s.severity, s.y, s.height) for s in first.segments] == [
        ("high", 50.0, 50.0), ("low", 0.0, 50.0),
    ]  # fmt: skip
    assert [(s.severity, s.y, s.height) for s in second.segments] == [
        ("high", 75.0, 25.0), ("low", 50.0, 25.0),
    ]  # fmt: skip
    assert third.segments == ()
    assert bar_chart(()).bars == ()


def test_a_line_goes_from_edge_to_edge() -> None:
    assert line([0, 5, 10]) == "0,100 50,50 100,0"
    assert line([0, 0]) == "0,100 100,100"
    assert line([7]) == "0,0"
