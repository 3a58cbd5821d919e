"""Issues as they turn up: one line each, whole in a pipe, and no wider than a terminal there."""

from __future__ import annotations

from datetime import date, datetime

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from errwatch.model.issue import Issue, Status
from errwatch.render.plain import one_line
from errwatch.render.terminal import SEVERITY_STYLE, place

ROOMY = 60
"""Cells of a terminal with room for the time."""


def whole_line(issue: Issue, seen: datetime) -> Text:
    """When, how bad, which, what, where."""
    mark = "regressed" if _is_back(issue) else "new"
    line = Text(f"{seen:%Y-%m-%d %H:%M:%S} UTC  ", style="dim")
    line.append_text(_severity(issue, 9)).append(f"{issue.id}  {mark}  ", style="dim")
    return _told(line, issue)


def row(issue: Issue, seen: datetime, today: date, width: int) -> Text:
    """As much of it as there is room for; the time is UTC, the day where it was another."""
    line = Text()
    if width >= ROOMY:
        when = f"{seen:%H:%M:%S}Z" if seen.date() == today else f"{seen:%Y-%m-%d}"
        line.append(f"{when:<12}", style="dim")
    line.append_text(_severity(issue, 9)).append(f"{issue.id}  ", style="dim")
    if _is_back(issue):
        line.append("back  ", style="bold magenta")
    line = _told(line, issue)
    line.truncate(width, overflow="ellipsis")
    return line


def cut(text: str, cells: int) -> str:
    """No more of it than fits into so many cells, with a mark where something is missing."""
    if cell_len(text) <= cells:
        return text
    return f"{set_cell_size(text, cells - 1).rstrip()}…" if cells > 0 else ""


def _severity(issue: Issue, cells: int) -> Text:
    verdict = issue.classification
    severity = verdict.severity.value if verdict else "?"
    return Text(f"{severity:<{cells}}", style=SEVERITY_STYLE.get(severity, ""))


def _told(line: Text, issue: Issue) -> Text:
    line.append(one_line(issue.title), style="bold")
    where = place(issue.event.culprit)
    return line.append(f"  {where}", style="dim") if where else line


def _is_back(issue: Issue) -> bool:
    return issue.status is Status.REGRESSED
