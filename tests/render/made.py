"""Issues made for tests, and texts that would like to be more than text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from errwatch.model.classification import Classification
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.model.issue import Issue
from errwatch.model.levels import Level, Severity
from errwatch.model.result import InputSummary, ScanResult
from errwatch.model.triage import Triage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CULPRIT = Frame("/app/billing/plans.py", 41, "price_of")

HOSTILE = (
    "::error file=x::pwned", "::set-output name=a::b", " \u2003::error::x", "##[error]x",
    "##[set-output name=x]y", "##vso[task.setvariable x]", "##teamcity[x]",
    "#\u034f#\u034f[error]x", "\u034f::error::x", "\n::error::x",
    "\r::error::x", "%0A::error::x", "\x1b[31m", "\u202e", "\ufffe", "\ud800", "\x00", "]]>",
    "<script>", "&amp;", '"', "'", "|", "`", "```", "@octocat", "#12", "](http://x)", "{0}",
    "\\", "\u2028", "\x85", "a:b,c", "Ünï", "",
)  # fmt: skip
texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=6), max_size=5).map("".join)


def issue(
    number: int = 1,
    *,
    message: str = "'plan'",
    kind: str | None = "KeyError",
    culprit: Frame | None = CULPRIT,
    severity: Severity = Severity.MEDIUM,
    text: str | None = None,
    source: str = "app.log",
) -> Issue:
    exceptions = () if kind is None else (ExceptionInfo(kind, message),)
    event = Event(
        source, 7, 0, 1, Level.ERROR, message, message if text is None else text,
        time=NOON, exceptions=exceptions, culprit=culprit,
    )  # fmt: skip
    fingerprint = f"v1:{number:032x}"
    verdict = Classification("internal_error", severity, "key-error", "why", suggested_fix="guard")
    return Issue(
        f"EW-{number:032x}"[:11], fingerprint, 3, NOON, NOON + timedelta(hours=1), (event,),
        {int(NOON.timestamp()): 3}, classification=verdict,
    )  # fmt: skip


def numbered(count: int, severity: Severity = Severity.MEDIUM, *, first: int = 1) -> list[Issue]:
    return [issue(n << 100, severity=severity) for n in range(first, first + count)]


def triage(
    *issues: Issue, failures: tuple[str, ...] = (), failing: bool = True, input: str = "app.log"
) -> Triage:
    summary = InputSummary(input, lines=120, bytes=9000, events=4, issues=len(issues))
    result = ScanResult((summary,), issues, failures)
    return Triage(result, frozenset(i.fingerprint for i in issues) if failing else frozenset())


def hostile(text: str) -> Triage:
    """Wherever text can come from, it is this one."""
    culprit, log = Frame(f"/app/{text}.py", 0, text), f"log{text}"
    bad = issue(message=text, kind=text or "x", culprit=culprit, text=text, source=log)
    plain = issue(2, message=text, kind=None, culprit=None, source=log)
    return triage(bad, plain, failures=(log,), input=log)
