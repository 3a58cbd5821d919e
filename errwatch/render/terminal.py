"""Lines for a person to read. Log text enters as `Text`, never as markup, and is cleaned first.

Nothing is cut to the width of the terminal: a pipe gets the same words as a screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.text import Text

from errwatch.model.analysis import Analysis, Opinion, Relation
from errwatch.model.event import Event, Frame
from errwatch.model.fix import Fix, FixStatus, GateStatus
from errwatch.model.issue import Issue
from errwatch.model.pull_request import Tracked, Withheld
from errwatch.model.result import ScanResult
from errwatch.render.plain import clean, one_line

SEVERITY_STYLE = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "cyan",
    "info": "dim",
}
GATE_STYLE = {GateStatus.PASSED: "green", GateStatus.FAILED: "red", GateStatus.SKIPPED: "yellow"}
FIX_STYLE = {
    FixStatus.PROVEN: "bold green",
    FixStatus.UNPROVEN: "yellow",
    FixStatus.DECLINED: "yellow",
    FixStatus.FAILED: "bold red",
}
INDENT = " " * 10


def place(frame: Frame | None) -> str | None:
    if frame is None:
        return None
    line = "" if frame.line is None else f":{frame.line}"
    function = f" in {frame.function}" if frame.function else ""
    return one_line(f"{frame.file}{line}{function}")


def where(event: Event) -> str:
    """The culprit; where there is none, the line of the log."""
    source = "standard input" if event.source == "-" else event.source
    return place(event.culprit) or one_line(f"{source}, line {event.line}")


def span(first: datetime | None, last: datetime | None) -> str | None:
    if first is None or last is None:
        return None
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    start = f"{first:%Y-%m-%d %H:%M}"
    if f"{last:%Y-%m-%d %H:%M}" == start:
        return f"{start} UTC"
    end = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
    return f"{start} to {end} UTC"


def issue_lines(issue: Issue, *, mark: str = "") -> Iterator[Text]:
    """An issue on two lines: what it is; where and when."""
    verdict = issue.classification
    severity = verdict.severity.value if verdict else "?"
    head = Text(f"{severity:<10}", style=SEVERITY_STYLE.get(severity, ""))
    head.append(f"{issue.id}  x{issue.count}  ", style="dim")
    if mark:
        head.append(f"{mark}  ", style="bold magenta")
    head.append(one_line(issue.title), style="bold")
    yield head
    facts = [
        verdict.category if verdict else None,
        where(issue.event),
        span(issue.first_seen, issue.last_seen),
    ]
    yield Text(INDENT + " | ".join(fact for fact in facts if fact), style="dim")


def scan_lines(result: ScanResult) -> Iterator[Text]:
    for issue in result.issues:
        yield from issue_lines(issue, mark="new" if issue.fingerprint in result.new else "")
    if result.issues:
        yield Text()
    yield Text(summary(result))


def summary(result: ScanResult) -> str:
    """How much was found in how much."""
    count = plural(len(result.issues), "issue")
    where = one_line(result.inputs[0].input) if len(result.inputs) == 1 else None
    where = where or plural(len(result.inputs), "input")
    return (
        f"{count}, {plural(result.events, 'event')} in {plural(result.lines, 'line')} "
        f"({size(result.bytes)}) of {where}"
    )


def status_line(issue: Issue) -> Iterator[Text]:
    yield from issue_lines(issue, mark="" if issue.status.value == "new" else issue.status.value)


def verdict_lines(issue: Issue) -> Iterator[Text]:
    verdict = issue.classification
    if verdict is None:
        yield Text("not classified yet")
        return
    category = verdict.category + (f" / {verdict.subcategory}" if verdict.subcategory else "")
    yield pair("category", category)
    yield pair("severity", verdict.severity.value, SEVERITY_STYLE[verdict.severity.value])
    yield pair("rule", verdict.rule)
    yield pair("why", one_line(verdict.why))
    yield pair("impact", verdict.impact)
    yield pair("retryable", "yes" if verdict.retryable else "no")
    yield pair("fixable", "yes" if verdict.fixable else "no")
    yield pair("fix", verdict.suggested_fix)
    yield pair("prevention", verdict.prevention)


def detail_lines(issue: Issue) -> Iterator[Text]:
    """Everything about one issue."""
    yield from issue_lines(issue)
    yield pair("status", issue.status.value)
    yield pair("fingerprint", issue.fingerprint)
    yield from verdict_lines(issue)
    for event in issue.samples[:1]:
        yield Text()
        yield Text(f"{one_line(event.source)}, line {event.line}:", style="dim")
        yield verbatim(event.text)


def analysis_lines(analysis: Analysis) -> Iterator[Text]:
    if analysis.quarantine:
        yield pair("quarantined", f"not this repository's trace: {one_line(analysis.quarantine)}")
    for cause in analysis.root_causes:
        yield pair("cause", f"{one_line(cause.summary)} ({cause.confidence:.0%})")
    yield from _opinion_lines(analysis.opinion) if analysis.opinion else ()
    for number, suspect in enumerate(analysis.suspects[:5], 1):
        where = f"{suspect.file}:{suspect.line} {suspect.function}"
        yield pair(f"suspect {number}", f"{one_line(where)} ({one_line(suspect.why)})")
    excerpt = analysis.excerpt
    if excerpt is not None:
        yield Text()
        for number, line in enumerate(excerpt.lines, excerpt.first):
            marked = number == excerpt.marked
            row = f"{'>' if marked else ' '} {number:>5}  {clean(line)}"
            yield Text(row, style="bold" if marked else "dim", no_wrap=True)
        yield Text()
    for blame in analysis.blame:
        if excerpt is None or blame.line == excerpt.marked:
            words = f"{blame.commit[:10]} {blame.author}, {blame.date:%Y-%m-%d}: {blame.summary}"
            yield pair("changed by", one_line(words))
    for label, values in (
        ("called at", (", ".join(analysis.callers),) if analysis.callers else ()),
        ("tested at", (", ".join(analysis.tests),) if analysis.tests else ()),
        ("factor", analysis.contributing_factors),
        ("related", [_related(relation) for relation in analysis.relations]),
        ("do", analysis.recommendations),
        ("note", analysis.notes),
    ):
        for value in values:
            yield pair(label, one_line(value))


def _opinion_lines(opinion: Opinion) -> Iterator[Text]:
    said = opinion.transcript
    yield pair("asked", f"{said.model}, ${said.cost_usd:.2f}; the places it names were checked")
    for cause in opinion.causes:
        at = one_line(", ".join(cause.evidence))
        yield pair("cause", f"{one_line(cause.summary)} ({cause.confidence:.0%}; {at})")
    for why in opinion.whys:
        yield pair("why", one_line(why))
    no_code = f": {opinion.why_no_code}" if opinion.why_no_code else ""
    yield pair("mended in", one_line(f"{opinion.remedy.value}{no_code}"))
    for label, values in (
        ("reproduce", (opinion.reproduction,) if opinion.reproduction else ()),
        ("factor", opinion.factors),
        ("do", opinion.recommendations),
    ):
        for value in values:
            yield pair(label, one_line(value))


def _related(relation: Relation) -> str:
    before = ", came before" if relation.first else ""
    return f"{relation.issue}{before}: {'; '.join(relation.why)}"


def diff_lines(diff: str) -> Iterator[Text]:
    for line in clean(diff).splitlines():
        header = line.startswith(("+++", "---", "diff ", "index "))
        style = "bold" if header else {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        yield Text(line, style=style, no_wrap=True)


def fix_lines(fix: Fix, issue_id: str) -> Iterator[Text]:
    """The verdict on a fix, its gates and its diff."""
    if fix.diff:
        yield from diff_lines(fix.diff)
        yield Text()
    for gate in fix.gates:
        row = Text(f"{gate.status.value:<8} ", style=GATE_STYLE[gate.status])
        row.append(f"{gate.name:<13} ")
        row.append(one_line(gate.detail), style="dim")
        yield row
    if fix.gates:
        yield Text()
    head = Text(f"{fix.status.value} ", style=FIX_STYLE[fix.status])
    head.append(" ".join(part for part in (fix.id, "for", issue_id) if part))
    head.append(f": {one_line(fix.title)}" if fix.title else "")
    yield head
    if fix.evidence:
        yield Text(f"evidence: {fix.evidence.value}", style="bold")
    yield from (
        pair(label, one_line(value))
        for label, value in (
            ("reason", fix.reason),
            ("branch", fix.branch),
            ("commit", fix.commit),
            ("proposed", fix.pull_request),
            ("sandbox", fix.sandbox),
        )
        if value
    )


def fix_row(fix: Fix, issue_id: str) -> Text:
    """A fix on one line."""
    row = Text(f"{fix.id:<7}")
    row.append(f"{fix.status.value:<9} ", style=FIX_STYLE[fix.status])
    row.append(f"{fix.evidence.value if fix.evidence else '--'}  {issue_id}  ", style="dim")
    row.append(one_line(fix.title or fix.reason or ""))
    return row


def pull_request_lines(title: str, body: str) -> Iterator[Text]:
    """The pull request as it would be opened."""
    yield Text()
    yield Text("The pull request, as it would be opened:", style="bold")
    yield Text(clean(title), style="bold")
    yield verbatim(body)
    yield Text()


def published_lines(outcome: Tracked | Withheld, remote: bool) -> Iterator[Text]:
    """Where it is; or why it is not."""
    if isinstance(outcome, Withheld):
        yield pair("withheld", one_line(outcome.reason))
    elif remote:
        yield pair("proposed", outcome.url + (" (draft)" if outcome.draft else ""))
    else:
        yield pair("patch", one_line(outcome.url))
        yield Text("With a token in GITHUB_TOKEN it is opened as a pull request.", style="dim")


def verbatim(text: str) -> Text:
    """Text of several lines, to be copied as it is."""
    return Text(clean(text).rstrip(), no_wrap=True)


def pair(label: str, value: str | None, style: str = "") -> Text:
    row = Text(f"{label:<12}", style="dim")
    row.append(value or "-", style=style)
    return row


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
