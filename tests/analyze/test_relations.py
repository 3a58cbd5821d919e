"""Issues that have to do with each other, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.analyze.relations import relations, service_of, suspicions
from errwatch.analyze.windows import shared, span
from errwatch.model.classification import Classification
from errwatch.model.event import Event, Link
from errwatch.model.issue import Issue
from errwatch.model.levels import Severity
from tests.analyze.memory import NOON, error, event, frame, issue

START = int(NOON.timestamp())
WEEK = 2016
"""Windows in a week."""


def at(function: str, type_: str = "KeyError", file: str = "/app/stock.py") -> Event:
    one = frame(file, 3, function)
    return event(error(type_, "'x'", one), culprit=one)


def windows(*numbers: int) -> dict[int, int]:
    return {START + 300 * number: 1 for number in numbers}


BACKGROUND = issue(at("idle", "Idle", "/app/idle.py"), name="0000ffff", buckets=windows(0, WEEK))
"""Makes the span long in which windows may coincide."""


def ties(mine: Issue, other: Issue) -> tuple[str, ...]:
    return next((one.why for one in relations(mine, [other]) if one.issue == other.id), ())


def later(one: Event, hours: float = 9, buckets: dict[int, int] | None = None) -> Issue:
    when = NOON + timedelta(hours=hours)
    return issue(one, name="0000000b", first=when, last=when, buckets=buckets)


def test_kin_share_a_culprit_then_a_kind_then_a_time() -> None:
    mine = later(at("take"), buckets=windows(2))
    others = [
        replace(later(at("f", "E", "/app/web.py"), 1, buckets=windows(2)), id="EW-a"),
        replace(later(at("give"), 1), id="EW-b", fingerprint="v1:b"),
        replace(later(at("take", "TypeError"), 1), id="EW-c", fingerprint="v1:c"),
        replace(later(at("give", "TypeError"), 1, buckets=windows(3)), id="EW-d"),
        mine,
    ]
    others = [replace(one, fingerprint=one.id) if one is not mine else one for one in others]
    assert [one.issue for one in relations(mine, others)] == ["EW-c", "EW-b", "EW-a"]


def test_kin_are_few() -> None:
    mine = issue(at("take"), name="00000001")
    others = [issue(at("take"), name=f"000000{n:02x}") for n in range(2, 40)]
    assert len(relations(mine, others)) == 10


def test_an_issue_that_the_chain_ends_in_is_the_same_cause() -> None:
    inner = error("TimeoutError", "no answer", frame("/app/db.py", 3, "ask"), link=Link.CAUSE)
    wrapped = event(error("StoreError", "", frame("/app/web.py", 9, "page")), inner)
    alone = event(error("TimeoutError", "no answer", frame("/app/db.py", 3, "ask")))
    assert ties(issue(wrapped), later(alone)) == ("the same cause, TimeoutError",)
    other = event(error("TimeoutError", "no reply", frame("/app/mail.py", 8, "send")))
    assert ties(issue(wrapped), later(other)) == ()


def test_the_same_words_elsewhere_are_one_cause() -> None:
    one = event(error("Refused", "cannot reach db7 after 3 tries", frame("/app/a.py", 1, "f")))
    two = event(error("Refused", "cannot reach db9 after 8 tries", frame("/app/b.py", 1, "g")))
    assert ties(issue(one), later(two)) == ("the same Refused, raised elsewhere",)


def test_calls_in_common() -> None:
    way = [frame("/app/web.py", 1, "serve"), frame("/app/web.py", 9, "page")]
    one = event(error("A", "a", *way, frame("/app/a.py", 1, "f")))
    two = event(error("B", "b", *way, frame("/app/b.py", 1, "g")))
    assert ties(issue(one), later(two)) == ("2 calls in common",)


def test_a_release_that_brought_both() -> None:
    one, two = (replace(at(name, name, f"/app/{name}.py"), text="release=1.4.0") for name in "fg")
    assert ties(issue(one), later(two, 0.1)) == ("first seen with it, in release 1.4.0",)
    assert ties(issue(one), later(replace(two, text="release=1.5.0"), 0.1)) == (
        "first seen within 10 minutes of it",
    )
    assert ties(issue(one), later(two)) == ()


def test_windows_that_coincide_more_than_by_chance() -> None:
    mine = issue(at("f", "A", "/app/a.py"), buckets=windows(5, 300, 900, 1500))
    other = later(at("g", "B", "/app/b.py"), buckets=windows(5, 300, 900, 1700))
    (found,) = (one for one in relations(mine, [other, BACKGROUND]) if one.issue == other.id)
    assert found.why == ("in 3 of its 4 windows, by chance under 0.1%",)
    always = later(at("g", "B", "/app/b.py"), buckets=windows(*range(WEEK)))
    assert ties(mine, always) == ("in the same five minutes",)


def test_what_begins_first_each_time_comes_before() -> None:
    mine = issue(at("f", "A", "/app/a.py"), buckets=windows(6, 301, 901))
    other = later(at("g", "B", "/app/b.py"), buckets=windows(5, 6, 300, 301, 900, 901))
    (found, _) = relations(mine, [other, BACKGROUND])[:2]
    assert (found.issue, found.first) == (other.id, True)
    turned = relations(replace(other, fingerprint="v1:x"), [mine, BACKGROUND])[0]
    assert (turned.issue, turned.first) == (mine.id, False)


def test_trouble_that_others_suffer_from_is_named_where_it_began_before() -> None:
    mine = issue(at("f", "A", "/app/a.py"), buckets=windows(0))
    other = issue(
        replace(at("g", "PoolTimeout", "/app/b.py"), source="/logs/worker.log.1"),
        name="0000000b",
        first=NOON - timedelta(minutes=3),
        buckets=windows(0),
    )
    known = relations(mine, [other])
    assert known[0].why == (
        "first seen within 10 minutes of it",
        "in the same five minutes",
        "in another service, worker",
    )
    assert list(suspicions(mine, [other], known)) == []
    verdict = Classification("database_error", Severity.HIGH, "pool", "why")
    down = replace(other, classification=verdict)
    assert list(suspicions(mine, [down], relations(mine, [down]))) == [
        "EW-0000000b (PoolTimeout: 'x') began before it: look there first"
    ]
    after = replace(down, first_seen=NOON + timedelta(minutes=3))
    assert list(suspicions(mine, [after], relations(mine, [after]))) == []


@pytest.mark.parametrize(
    ("source", "service"),
    [("/logs/api.log.1", "api"), ("-", "-"), ("worker.log", "worker"), ("loki:x/y", "y")],
)
def test_a_service_is_named_by_its_log(source: str, service: str) -> None:
    assert service_of(replace(event(message="x"), source=source)) == service


BUCKETS = st.sets(st.integers(0, 40).map(lambda n: 300 * n), max_size=12)


@given(BUCKETS, BUCKETS)
def test_chances_are_chances(mine: set[int], theirs: set[int]) -> None:
    found = shared(mine, theirs, 41)
    assert (found is None) == (not mine & theirs)
    if found is not None:
        assert 0 < found.chance <= 1
        assert found.windows == len(mine & theirs)
        back = shared(theirs, mine, 41)
        assert back is not None
        assert back.chance == pytest.approx(found.chance)


def test_chances_add_up() -> None:
    found = shared({0, 300}, {0, 600}, 4)
    assert found is not None
    assert found.chance == pytest.approx(5 / 6)
    assert span([issue(at("f"), buckets=windows(0, 3)), issue(at("f"))]) == 4
    assert span([issue(at("f"))]) == 0
