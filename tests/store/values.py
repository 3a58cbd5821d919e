"""Nouns for the tests of the state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from errwatch.model.classification import Classification
from errwatch.model.event import Event, ExceptionInfo, Frame, Link
from errwatch.model.fix import Edit, Evidence, Fix, FixStatus, GateResult, GateStatus, Trial
from errwatch.model.levels import Level, Severity
from errwatch.model.partial import Partial
from errwatch.model.position import Digest, FilePosition, Ranges

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
KEY = "v1:1a2b3c4d5e6f708192a3b4c5d6e7f809"
OTHER = "v1:ffffffff5e6f708192a3b4c5d6e7f809"


def event(start: int = 0, *, seconds: float | None = 0, source: str = "app.log") -> Event:
    time = None if seconds is None else NOON + timedelta(seconds=seconds)
    return Event(source, 1, start, start + 9, Level.ERROR, "no plan", "no plan", time)


def partial(*starts: int, key: str = KEY) -> Partial:
    return Partial.of((key, event(start, seconds=start)) for start in starts)


def position(
    cursor: int,
    *spans: tuple[int, int],
    generation: int = 0,
    inode: int = 7,
    path: str = "/app.log",
) -> FilePosition:
    return FilePosition(
        path="/app.log",
        device=2**63 + 1,
        inode=inode,
        head=Digest(9, f"head{generation}"),
        cursor=cursor,
        tail=Digest(3, f"tail{cursor}"),
        counted=Ranges.of(spans),
        lines=cursor // 10,
        generation=generation,
    )


CLASSIFICATION = Classification(
    category="internal_error", severity=Severity.HIGH, rule="python-keyerror", why="KeyError"
)

FIX = Fix(
    id="",
    issue=KEY,
    status=FixStatus.PROVEN,
    created_at=NOON,
    evidence=Evidence.E2,
    engine="recipes",
    title="Look the plan up safely",
    files=("plans.py",),
    diff="--- a\n+++ b\n",
    gates=(
        GateResult("syntax", GateStatus.PASSED, "parses"),
        GateResult("tests", GateStatus.SKIPPED, "no tests"),
    ),
    trials=(Trial("recipes", "near-miss", "chosen", "the only one", "", ()),),
)

EDIT = Edit("plans.py", None, "x = 1\n")

texts = st.text(max_size=20)
times = st.datetimes(
    min_value=datetime(1970, 1, 2),
    max_value=datetime(2100, 1, 1),
    timezones=st.just(UTC),
)
frames = st.builds(Frame, texts, st.none() | st.integers(0, 2**40), st.none() | texts)
exceptions = st.builds(
    ExceptionInfo, texts, texts, st.lists(frames, max_size=2).map(tuple), st.sampled_from(Link)
)


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """Each at a place of its own, as the events of real sources are."""
    places = draw(st.sets(st.tuples(texts, st.integers(0, 2**40)), max_size=12))
    return [
        Event(
            source,
            draw(st.integers(1, 9)),
            start,
            start + 1,
            draw(st.sampled_from(Level)),
            draw(texts),
            draw(texts),
            draw(st.none() | times),
            exceptions=draw(st.lists(exceptions, max_size=2).map(tuple)),
            culprit=draw(st.none() | frames),
            logged=draw(st.booleans()),
        )
        for source, start in sorted(places)
    ]
