"""A report for a person at a terminal, or for a pipe: plain lines, none wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from errwatch.model.report import Advice, Point, Ranked, Record, Report, Share, Together
from errwatch.render.plain import one_line
from errwatch.render.report.words import (
    BARS,
    PLAIN_BARS,
    change,
    duration,
    headline,
    left_out,
    percent,
    rate,
    span_of,
    sparkline,
    worst,
)
from errwatch.render.terminal import SEVERITY_STYLE, place, plural

TOP = 5
NAMES = 6
"""Categories, services, ... that are named; the others are added up."""
LABEL = 12
NARROWEST = 40
ROOMY = 72
"""The width at which tables have all their columns."""
DAYS = 30


@dataclass(frozen=True, slots=True)
class Screen:
    width: int = 80
    unicode: bool = True

    def cut(self, text: str, width: int) -> str:
        """At most so many cells."""
        if cell_len(text) <= width:
            return text
        dots = "…" if self.unicode else "..."
        return set_cell_size(text, max(width - len(dots), 0)).rstrip() + dots

    def line(self, values: Sequence[int]) -> str:
        return sparkline(values, BARS if self.unicode else PLAIN_BARS)

    @property
    def room(self) -> int:
        """Beside a label."""
        return max(self.width, NARROWEST) - LABEL

    def pair(self, label: str, value: str) -> Iterator[Text]:
        """Folded beside its label."""
        for row in self.folded(value, self.room):
            yield Text.assemble((f"{label:<{LABEL}}", "dim"), row)
            label = ""

    def folded(self, text: str, width: int) -> Iterator[str]:
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if line and cell_len(longer) > width:
                yield line
                longer = word
            line = self.cut(longer, width)
        yield line


def report_lines(report: Report, screen: Screen = Screen()) -> Iterator[Text]:
    span = span_of(report)
    if not (report.figures.issues or report.top):
        yield from _nothing(report, span, screen)
        return
    title = f"{headline(report)}{', ' if span else ''}{span}"
    for row in screen.folded(title, screen.width):
        yield Text(row, style="bold")
    yield from _worst(report, screen)
    yield Text()
    yield from _figures(report, screen)
    yield from _times(report, screen)
    yield from _shares(report, screen)
    yield from _top(report, screen)
    yield from _fixes(report, screen)
    yield from _together(report.together, screen)
    yield from _advice(report.advice, screen)


def _nothing(report: Report, span: str, screen: Screen) -> Iterator[Text]:
    words = f"No issues{' ' if span else ''}{span}."
    if not span:
        words += " Nothing was scanned or watched yet, or nothing was wrong."
    for row in (words, *left_out(report)):
        yield from map(Text, screen.folded(row, screen.width))


def _worst(report: Report, screen: Screen) -> Iterator[Text]:
    first = worst(report)
    if first is not None:
        yield _head("worst: ", first, screen)


def _head(label: str, one: Ranked, screen: Screen) -> Text:
    verdict = one.issue.classification
    severity = verdict.severity.value if verdict else "?"
    line = Text(label)
    line.append(severity, style=SEVERITY_STYLE.get(severity, ""))
    line.append(" " * (10 - len(severity)) if not label else " ")
    line.append(f"{one.issue.id}  ", style="dim")
    if one.issue.status.value not in ("new", "ongoing"):
        line.append(f"{one.issue.status.value}  ", style="bold magenta")
    title = screen.cut(one_line(one.issue.title), max(screen.width, NARROWEST) - line.cell_len)
    return line.append(title, style="bold")


def _figures(report: Report, screen: Screen) -> Iterator[Text]:
    now, before = report.figures, report.before
    events = f"{plural(now.events, 'event')} of {plural(now.issues, 'issue')}"
    if before is not None:
        events += f"; {before.events:,} before, {change(now.events, before.events)}"
    yield from screen.pair("events", events)
    if words := rate(now):
        share = report.lines_share
        words += f", {percent(share)} of the lines read" if share is not None else ""
        yield from screen.pair("rate", words)
    for words in left_out(report):
        yield from screen.pair("", words)


def _times(report: Report, screen: Screen) -> Iterator[Text]:
    yield from _series("by hour", report.hourly, "%m-%d %H:%M", screen)
    if len(report.daily) > 1:
        room = min(DAYS, screen.room - 2)
        yield from _series("by day", report.daily[-room:], "%Y-%m-%d", screen)


def _series(label: str, points: Sequence[Point], format: str, screen: Screen) -> Iterator[Text]:
    if not points:
        return
    counts = [point.events for point in points]
    bars = f"|{screen.line(counts)}|"
    most = f"at most {max(counts):,}"
    beside = len(bars) + 1 + len(most) <= screen.room
    line = Text.assemble((f"{label:<{LABEL}}", "dim"), bars)
    yield line.append(f" {most}") if beside else line
    first, last = (f"{points[place].start:{format}}" for place in (0, -1))
    span = f"{first} to {last} UTC"
    yield from screen.pair("", span if beside else f"{most}, {span}")


def _shares(report: Report, screen: Screen) -> Iterator[Text]:
    shares = report.shares
    for label, several in (
        ("severity", shares.severities),
        ("category", shares.categories),
        ("service", shares.services),
        ("language", shares.languages),
    ):
        if label in ("severity", "category") or len(several) > 1:
            yield from screen.pair(label, _named(several, screen))
    statuses = ", ".join(f"{count:,} {name}" for name, count in report.statuses.items())
    yield from screen.pair("status", statuses)


def _named(several: Sequence[Share], screen: Screen) -> str:
    """`internal_error 3 (120), database_error 1 (7)`: issues, and their events."""
    shown = [
        f"{screen.cut(one_line(one.name), screen.room // 2)} {one.issues:,} ({one.events:,})"
        for one in several[:NAMES]
    ]
    rest = several[NAMES:]
    if rest:
        shown.append(f"and {len(rest):,} more")
    return ", ".join(shown)


def _top(report: Report, screen: Screen) -> Iterator[Text]:
    yield Text()
    for one in report.top[:TOP]:
        yield _head("", one, screen)
        yield _facts(one, screen)
    more = report.figures.issues - min(len(report.top), TOP)
    if more > 0:
        yield Text(f"and {more:,} more: errwatch issues list", style="dim")


def _facts(one: Ranked, screen: Screen) -> Text:
    """How often, how that changed, where."""
    facts = f"x{one.events:,}"
    if one.before is not None and one.before != one.events:
        facts += f" ({change(one.events, one.before)})"
    room = max(screen.width, NARROWEST) - 10
    trend = screen.line(one.trend[-min(24, room - len(facts) - 4) :])
    facts += f"  |{trend}|" if trend.strip() and len(one.trend) > 1 else ""
    where = place(one.issue.event.culprit) or one_line(one.issue.event.source)
    left = room - len(facts) - 2
    facts += f"  {_tail(where, left, screen)}" if left > 12 else ""
    return Text(f"{'':<10}{facts}", style="dim")


def _tail(text: str, width: int, screen: Screen) -> str:
    """The end of a path says more than its beginning."""
    if cell_len(text) <= width:
        return text
    dots = "…" if screen.unicode else "..."
    while cell_len(text) > width - len(dots):
        text = text[max(1, len(text) - width) :]
    return dots + text


def _fixes(report: Report, screen: Screen) -> Iterator[Text]:
    total, took = report.resolution.total, report.resolution.seconds_to_resolve
    yield Text()
    if not total.tried:
        yield from screen.pair("fixes", "none was tried")
    else:
        words = f"{total.proven:,} of {plural(total.tried, 'issue')} proven"
        words += (
            f" ({percent(total.success)}), {total.merged:,} merged, {total.verified:,} verified"
        )
        words += f", {total.regressed:,} regressed; ${total.cost_usd:,.2f}"
        if total.seconds_to_fix is not None:
            words += f"; {duration(total.seconds_to_fix)} from the first event to the proof"
        yield from screen.pair("fixes", words)
    if states := report.resolution.pull_requests:
        counts = ", ".join(f"{count:,} {state}" for state, count in states.items())
        yield from screen.pair("PRs", counts)
    if took is not None:
        yield from screen.pair("resolved", f"{duration(took)} after the first event")
    rows = (*report.resolution.engines, *report.resolution.models)
    yield from _records("engine, model", rows, screen)
    yield from _records("category", report.resolution.categories, screen)


def _records(label: str, records: Sequence[Record], screen: Screen) -> Iterator[Text]:
    if not records:
        return
    roomy = screen.width >= ROOMY
    name = 23 if roomy else max(screen.width, NARROWEST) - 23
    head = f"{label:<{name}}{'tried':>6}{'proven':>7}{'':>6}"
    head += f"{'merged':>8}{'verified':>9}{'cost':>9}" if roomy else ""
    yield Text(head.rstrip(), style="dim")
    for one in records[:NAMES]:
        shown = set_cell_size(screen.cut(one_line(one.name), name - 1), name)
        row = f"{shown}{one.tried:>6,}{one.proven:>7,}{percent(one.success):>6}"
        if roomy:
            row += f"{one.merged:>8,}{one.verified:>9,}{f'${one.cost_usd:,.2f}':>9}"
        yield Text(row)


def _together(pairs: Sequence[Together], screen: Screen) -> Iterator[Text]:
    if not pairs:
        return
    yield Text()
    label = "together"
    for pair in pairs[:3]:
        verb = "comes after" if pair.other_first else "goes with"
        words = f"{pair.one} {verb} {pair.other}: {one_line('; '.join(pair.why))}"
        yield from screen.pair(label, words)
        label = ""


def _advice(advice: Sequence[Advice], screen: Screen) -> Iterator[Text]:
    if not advice:
        return
    yield Text()
    yield Text("next", style="bold")
    for one in advice:
        yield Text(f"  {one.command}", no_wrap=True)
        for row in screen.folded(one_line(one.why), max(screen.width, NARROWEST) - 6):
            yield Text(f"      {row}", style="dim")
