"""A report as Markdown, for a pull request, a wiki or a job's summary. Log text stands in it letter
by letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from errwatch.escape import code, prose
from errwatch.model.report import Ranked, Record, Report, Share
from errwatch.render.plain import inert
from errwatch.render.report.words import (
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
from errwatch.render.terminal import plural, where

ROWS = 10
DAYS = 14


def markdown(report: Report) -> str:
    lines = [f"## errwatch: {headline(report)}", ""]
    if span := span_of(report):
        lines += [f"{prose(span[0].upper() + span[1:])}.", ""]
    if not (report.figures.issues or report.top):
        lines += ["Nothing was scanned or watched yet, or nothing was wrong.", ""]
    for part in (_answer, _advice, _times, _top, _shares, _fixes, _together):
        lines += part(report)
    return "\n".join(inert(line) for line in lines).rstrip()


def _answer(report: Report) -> Iterator[str]:
    first = worst(report)
    if first is not None:
        severity = _severity(first)
        yield f"Worst: **{severity}** {prose(first.issue.title)} ({first.issue.id})"
        yield ""
    if report.figures.issues:
        now, before = report.figures, report.before
        words = f"{plural(now.events, 'event')} of {plural(now.issues, 'issue')}"
        if before is not None:
            words += f"; {before.events:,} before, {change(now.events, before.events)}"
        yield f"- {words}"
        if hourly := rate(now):
            share = report.lines_share
            of_lines = "" if share is None else f", {percent(share)} of the lines read"
            yield f"- {hourly}{of_lines}"
    yield from (f"- {words}" for words in left_out(report))
    yield ""


def _advice(report: Report) -> Iterator[str]:
    if report.advice:
        yield from ("### What to do next", "")
        for one in report.advice:
            yield f"1. {code(one.command)} {prose(one.title)}<br>{prose(one.why)}"
        yield ""


def _times(report: Report) -> Iterator[str]:
    if not report.hourly and not report.daily:
        return
    yield from ("### Events over time", "")
    if report.hourly:
        line = sparkline([point.events for point in report.hourly]).replace(" ", "·")
        first, last = report.hourly[0].start, report.hourly[-1].start
        yield f"{code(line)} by hour, {first:%m-%d %H:%M} to {last:%m-%d %H:%M} UTC"
        yield ""
    if report.daily:
        yield from ("| day (UTC) | events |", "| --- | ---: |")
        yield from (f"| {one.start:%Y-%m-%d} | {one.events:,} |" for one in report.daily[-DAYS:])
        yield ""


def _top(report: Report) -> Iterator[str]:
    if not report.top:
        return
    yield from ("### Top issues", "")
    yield "| severity | issue | events | before | status | where |"
    yield "| --- | --- | ---: | ---: | --- | --- |"
    for one in report.top[:ROWS]:
        before = "" if one.before is None else f"{one.before:,}"
        cells = (
            _severity(one),
            f"{prose(one.issue.title)}<br>{one.issue.id}",
            f"{one.events:,}",
            before,
            one.issue.status.value,
            prose(where(one.issue.event)),
        )
        yield _row(cells)
    yield ""


def _shares(report: Report) -> Iterator[str]:
    shares = report.shares
    for name, several in (
        ("severity", shares.severities),
        ("category", shares.categories),
        ("service", shares.services),
        ("source", shares.sources),
        ("language", shares.languages),
    ):
        if several:
            yield from _share(name, several)


def _share(name: str, several: Sequence[Share]) -> Iterator[str]:
    yield from (f"| {name} | issues | events |", "| --- | ---: | ---: |")
    for one in several[:ROWS]:
        yield _row((prose(one.name), f"{one.issues:,}", f"{one.events:,}"))
    if len(several) > ROWS:
        yield _row((f"and {len(several) - ROWS} more", "", ""))
    yield ""


def _fixes(report: Report) -> Iterator[str]:
    total = report.resolution.total
    if not total.tried:
        return
    yield from ("### Fixes", "")
    for name, several in (
        ("engine", report.resolution.engines),
        ("model", report.resolution.models),
        ("category", report.resolution.categories),
    ):
        rows = (*several[:ROWS], total) if name == "engine" else several[:ROWS]
        if rows:
            yield from _records(name, rows)


def _records(name: str, records: Sequence[Record]) -> Iterator[str]:
    yield f"| {name} | tried | proven | PRs | merged | verified | regressed | to a proof | cost |"
    yield f"| --- |{' ---: |' * 8}"
    for one in records:
        numbers = (one.pull_requests, one.merged, one.verified, one.regressed)
        yield _row(
            (
                prose(one.name),
                f"{one.tried:,}",
                f"{one.proven:,} ({percent(one.success)})",
                *(f"{number:,}" for number in numbers),
                duration(one.seconds_to_fix),
                f"${one.cost_usd:,.2f}".replace("$", "\\$"),
            )
        )
    yield ""


def _together(report: Report) -> Iterator[str]:
    if report.together:
        yield from ("### What goes together", "")
        for pair in report.together:
            verb = "comes after" if pair.other_first else "goes with"
            yield f"- {pair.one} {verb} {pair.other}: {prose('; '.join(pair.why))}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _severity(one: Ranked) -> str:
    verdict = one.issue.classification
    return verdict.severity.value if verdict else "?"
