"""A report as one page of HTML: nothing is loaded, nothing is run, and log text is only text."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from errwatch import __version__
from errwatch.model.issue import Issue
from errwatch.model.report import UNCLASSIFIED, Point, Report
from errwatch.render.plain import clean, inert_xml
from errwatch.render.report import words
from errwatch.render.report.charts import bar_chart, line
from errwatch.render.terminal import plural, span, where

if TYPE_CHECKING:
    from jinja2 import Template

ROWS = 12
"""Of a table of shares."""


def page(report: Report) -> str:
    style = _read("page.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    from markupsafe import Markup  # with jinja2, which is slow to import

    made = _template().render(
        report=report,
        rows=ROWS,
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=Markup(f"sha256-{digest}"),  # noqa: S704 - letters of base64
        version=__version__,
    )
    return inert_xml(made)


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=_cleaned)
    environment.filters |= _filters()
    return environment.from_string(_read("page.html.j2"))


def _cleaned(value: Any) -> Any:
    """What is Markup is ours, and escaped already."""
    return clean(value) if type(value) is str else value


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "at": _at,
        "bar_chart": bar_chart,
        "change": words.change,
        "duration": words.duration,
        "headline": words.headline,
        "left_out": words.left_out,
        "line": line,
        "percent": words.percent,
        "rate": words.rate,
        "seen": _seen,
        "severity": _severity,
        "span": words.span_of,
        "told": _told,
        "where": lambda issue: where(issue.event),
        "worst": words.worst,
    }


def _severity(issue: Issue) -> str:
    return issue.classification.severity.value if issue.classification else UNCLASSIFIED


def _seen(issue: Issue) -> str | None:
    return span(issue.first_seen, issue.last_seen)


def _told(point: Point, format: str) -> str:
    """What is said of a bar."""
    parts = ", ".join(f"{count:,} {severity}" for severity, count in point.by.items())
    head = f"{_at(point.start, format)}: {plural(point.events, 'event')}"
    return f"{head} ({parts})" if parts else head


def _at(moment: datetime, format: str) -> str:
    return f"{moment.astimezone(UTC):{format}}"
