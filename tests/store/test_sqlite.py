from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.errors import StateConflict, UnknownReference
from errwatch.interfaces import Store
from errwatch.model.analysis import Analysis, Excerpt, RootCause, Suspect
from errwatch.model.change import Analysed, Classified, Counted, Fixed, StatusSet
from errwatch.model.event import Event
from errwatch.model.fix import FixStatus, GateResult, GateStatus
from errwatch.model.issue import Status
from errwatch.model.levels import Severity
from errwatch.model.partial import Partial
from errwatch.model.position import Ranges
from errwatch.store.files import EARLIER
from errwatch.store.sqlite import SqliteStore
from tests.store.values import (
    CLASSIFICATION,
    FIX,
    KEY,
    NOON,
    OTHER,
    event,
    events,
    partial,
    position,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "state.db", repository="/srv/shop") as store:
        yield store


def statuses(store: Store) -> list[Status]:
    return [issue.status for issue in store.issues()]


def test_an_issue_is_its_events(store: Store) -> None:
    store.commit(Counted(partial(0, 400)), actor="scan")
    (issue,) = store.issues()
    assert (issue.id, issue.fingerprint, issue.count) == ("EW-1a2b3c4d", KEY, 2)
    assert (issue.first_seen, issue.last_seen) == (NOON, event(400, seconds=400).time)
    assert issue.samples == (event(0), event(400, seconds=400))
    assert sorted(issue.buckets.values()) == [1, 1]
    assert (issue.repository, issue.classification, issue.crashes) == ("/srv/shop", None, 0)


@settings(max_examples=30, deadline=None)
@given(found=events(), data=st.data())
def test_any_split_in_any_order_gives_the_same_issues(
    found: list[Event], data: st.DataObject
) -> None:
    """What is committed bit by bit, by whatever process comes first, is what one scan finds."""
    keyed = [(data.draw(st.sampled_from([KEY, OTHER])), one) for one in found]
    shuffled = data.draw(st.permutations(keyed))
    size = data.draw(st.integers(1, 5))
    whole = Partial.of(keyed)
    with SqliteStore(Path("never-made"), read_only=True) as store:
        # A reader of nothing has its state in memory, which makes this test ten times as fast.
        store._database.connection.execute("PRAGMA query_only = OFF")
        for start in range(0, len(shuffled), size):
            store.commit(Counted(Partial.of(shuffled[start : start + size])), actor="watch")
        for issue in store.issues():
            tally = whole.tallies.pop(issue.fingerprint)
            assert (issue.count, issue.crashes) == (tally.count, tally.crashes)
            assert (issue.first_seen, issue.last_seen) == (tally.first_seen, tally.last_seen)
            assert issue.buckets == tally.buckets
            assert issue.samples == tally.samples
        assert not whole.tallies


def test_the_issue_seen_last_comes_first(store: Store) -> None:
    store.commit(Counted(partial(5)), actor="scan")
    store.commit(Counted(partial(9, key=OTHER)), actor="scan")
    timeless = "v1:00000000aa"
    store.commit(Counted(Partial.of([(timeless, event(99, seconds=None))])), actor="scan")
    assert [issue.fingerprint for issue in store.issues()] == [OTHER, KEY, timeless]


def test_status_follows_what_is_seen(store: Store) -> None:
    store.commit(Counted(partial(1)), Counted(partial(2)), actor="scan")
    assert statuses(store) == [Status.NEW], "seen twice, but in one commit"
    store.commit(Counted(partial(3)), actor="watch")
    assert statuses(store) == [Status.ONGOING]
    store.commit(StatusSet(KEY, Status.RESOLVED), actor="user")
    store.commit(Counted(partial(4)), actor="watch")
    store.commit(Counted(partial(5)), actor="watch")
    assert statuses(store) == [Status.REGRESSED], "until it is resolved again"
    store.commit(StatusSet(KEY, Status.IGNORED), actor="user")
    store.commit(Counted(partial(6)), actor="watch")
    assert statuses(store) == [Status.IGNORED]
    moves = [(row.actor, row.action, json.loads(row.detail)) for row in store.audit()]
    assert moves == [
        ("scan", "found", {"id": "EW-1a2b3c4d"}),
        ("watch", "status", {"from": "new", "to": "ongoing"}),
        ("user", "status", {"from": "ongoing", "to": "resolved"}),
        ("watch", "status", {"from": "resolved", "to": "regressed"}),
        ("user", "status", {"from": "regressed", "to": "ignored"}),
    ]


def test_an_id_is_as_long_as_it_must_be_and_stays(store: Store) -> None:
    keys = ["v1:1a2b3c4d00", "v1:1a2b3c4d01", "v1:1a2b3c4d0", "v2:1a2b3c4d0", "v1:1a"]
    for key in keys:
        store.commit(Counted(partial(1, key=key)), actor="scan")
    named = {issue.fingerprint: issue.id for issue in store.issues()}
    assert [named[key] for key in keys] == [
        "EW-1a2b3c4d",
        "EW-1a2b3c4d0",
        "EW-v1:1a2b3c4d0",
        "EW-v2:1a2b3c4d0",
        "EW-1a",
    ]
    assert {store.issue(name).id for name in named.values()} == set(named.values())
    assert {store.issue(key).fingerprint for key in named} == set(named)


@pytest.mark.parametrize(
    "reference",
    ["EW-1a2b3c4d", "ew-1A2B3C4D", "1a2b", " EW-1a2b ", KEY, KEY[:9], KEY.upper(), "EW-" + KEY[3:]],
)
def test_what_names_an_issue(store: Store, reference: str) -> None:
    store.commit(Counted(partial(1)), Counted(partial(1, key=OTHER)), actor="scan")
    assert store.issue(reference).fingerprint == KEY


def test_a_reference_to_several_names_them(store: Store) -> None:
    keys = [f"v1:1a{number}0000000" for number in range(7)]
    store.commit(*(Counted(partial(1, key=key)) for key in keys), actor="scan")
    with pytest.raises(UnknownReference, match=r"'1a' names more than one") as failure:
        store.issue("1a")
    assert "EW-1a000000, EW-1a100000" in str(failure.value)
    assert "and 2 more; give more digits" in str(failure.value)


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("EW-1a2b3c4e", "did you mean EW-1a2b3c4d?"),
        ("zzz", "`errwatch issues list` shows all"),
        ("", "`errwatch issues list` shows all"),
        ("%", "`errwatch issues list` shows all"),
        ("EW-", "`errwatch issues list` shows all"),
    ],
)
def test_a_reference_to_none_says_what_is_close(store: Store, reference: str, hint: str) -> None:
    store.commit(Counted(partial(1)), actor="scan")
    with pytest.raises(UnknownReference) as failure:
        store.issue(reference)
    assert str(failure.value) == f"there is no issue {reference!r}; {hint}"


def test_positions_are_found_by_inode_and_by_name(store: Store) -> None:
    assert store.position(2**63 + 1, 7) is None
    store.commit(Counted(Partial(), position(30, (0, 30))), actor="watch")
    store.commit(Counted(Partial(), position(50, (30, 50), (70, 71))), actor="watch")
    expected = replace(position(50), counted=Ranges.of([(0, 50), (70, 71)]))
    assert store.position(2**63 + 1, 7) == expected
    newer = position(10, (0, 10), inode=8)
    store.commit(Counted(Partial(), newer), actor="watch")
    store.commit(Counted(Partial(), position(60, (50, 60))), actor="watch")
    assert [one.inode for one in store.positions("/app.log")] == [8, 7], "begun last, first"
    assert store.positions("/other.log") == []


def test_a_cursor_never_goes_back(store: Store) -> None:
    store.commit(Counted(Partial(), position(50, (0, 50))), actor="scan")
    store.commit(Counted(Partial(), position(30, (60, 61))), actor="watch")
    stored = store.position(2**63 + 1, 7)
    assert stored == replace(position(50), counted=Ranges.of([(0, 50), (60, 61)]))


def test_an_inode_that_was_given_away_keeps_what_was_read_of_the_text_before(store: Store) -> None:
    first, other = position(50, (0, 40)), replace(position(9, (0, 9), generation=1), path="/b.log")
    store.commit(Counted(Partial(), first), actor="watch")
    store.commit(Counted(Partial(), other), actor="watch")
    assert store.position(first.device, first.inode) == other
    assert store.positions("/app.log") == [first]
    assert store.positions("/b.log") == [other]
    assert store.beside("/any.log") == [other, first]


def test_of_texts_that_are_gone_those_that_were_begun_last_are_kept(store: Store) -> None:
    for number in range(EARLIER + 9):
        store.commit(Counted(Partial(), position(5, (0, 5), generation=number)), actor="watch")
    kept = [one.generation for one in store.positions("/app.log")]
    assert kept == list(range(EARLIER + 8, 7, -1)), "and the one that is there"


def test_another_text_in_the_same_file_starts_afresh(store: Store) -> None:
    store.commit(Counted(Partial(), position(50, (0, 50))), actor="watch")
    store.commit(Counted(Partial(), position(20, (0, 20), generation=1)), actor="watch")
    assert store.position(2**63 + 1, 7) == position(20, (0, 20), generation=1)
    with pytest.raises(StateConflict, match="has begun it anew"):
        store.commit(Counted(partial(60), position(70, (50, 70))), actor="slow")
    assert store.position(2**63 + 1, 7) == position(20, (0, 20), generation=1)
    assert store.issues() == []


def test_what_two_processes_read_counts_once(store: Store) -> None:
    store.commit(Counted(partial(1), position(50, (0, 50))), actor="scan")
    with pytest.raises(StateConflict, match=r"another errwatch reads /app\.log"):
        store.commit(Counted(partial(1), position(60, (49, 60))), actor="watch")
    assert store.issue(KEY).count == 1
    store.commit(Counted(partial(51), position(60, (50, 60))), actor="watch")
    assert store.issue(KEY).count == 2


def test_the_latest_verdicts_are_kept_and_all_are_audited(store: Store) -> None:
    analysis = Analysis(
        issue=KEY,
        repository="/srv/shop",
        commit="abc",
        suspects=(Suspect("plans.py", "price_of", 41, 0.9, "the culprit"),),
        excerpt=Excerpt("plans.py", 40, 41, ("a", "b")),
        root_causes=(RootCause("no such plan", 0.7),),
    )
    store.commit(
        Counted(partial(1)), Classified(KEY, CLASSIFICATION), Analysed(analysis), actor="scan"
    )
    assert store.issue(KEY).classification == CLASSIFICATION
    assert store.analysis(KEY) == analysis
    assert store.analysis(OTHER) is None
    corrected = replace(CLASSIFICATION, rule="user", severity=Severity.LOW)
    store.commit(
        Classified(KEY, corrected), Analysed(replace(analysis, commit="def")), actor="user"
    )
    assert store.issue(KEY).classification == corrected
    assert store.analysis(KEY) == replace(analysis, commit="def")
    told = [(row.action, json.loads(row.detail).get("rule")) for row in store.audit()]
    assert told == [
        ("found", None),
        ("classified", "python-keyerror"),
        ("analysed", None),
        ("classified", "user"),
        ("analysed", None),
    ]


def test_fixes_are_numbered_and_can_be_replaced(store: Store) -> None:
    store.commit(Counted(partial(1)), Counted(partial(1, key=OTHER)), actor="scan")
    first, second = store.commit(Fixed(FIX), Fixed(replace(FIX, issue=OTHER)), actor="fix")
    assert (first, second.id) == (replace(FIX, id="FX-1"), "FX-2")
    assert store.fixes() == [second, first]
    assert store.fixes(KEY) == [first]
    gates = (GateResult("tests", GateStatus.FAILED, "1 new failure"),)
    changed = replace(first, status=FixStatus.FAILED, gates=gates, pull_request="https://x/1")
    assert store.commit(Fixed(changed), actor="fix") == [changed]
    assert store.fixes(KEY) == [changed]
    assert [row.subject for row in store.audit() if row.action == "fixed"] == [
        "FX-1",
        "FX-2",
        "FX-1",
    ]


@pytest.mark.parametrize("name", ["FX-2", "2", "FX-", "FX-x", "nonsense", "FX-" + "9" * 40])
def test_a_fix_that_is_not_there_cannot_be_replaced(store: Store, name: str) -> None:
    store.commit(Counted(partial(1)), actor="scan")
    store.commit(Fixed(FIX), actor="fix")
    with pytest.raises(UnknownReference, match="there is no fix"):
        store.commit(Fixed(replace(FIX, id=name)), actor="fix")


def test_verdicts_on_an_unknown_issue_are_refused_with_all_that_came_along(store: Store) -> None:
    for change in (
        Classified(OTHER, CLASSIFICATION),
        Analysed(Analysis(OTHER, "/srv/shop", "abc")),
        StatusSet(OTHER, Status.RESOLVED),
        Fixed(replace(FIX, issue=OTHER)),
    ):
        with pytest.raises(UnknownReference, match="there is no issue"):
            store.commit(Counted(partial(1)), change, actor="scan")
    assert store.issues() == []
    assert store.audit() == []


def test_text_that_is_no_unicode_can_be_stored(store: Store) -> None:
    odd = replace(event(), text="half \ud800 pair, NUL \0", source="caf\udce9.log")
    where = replace(position(5), path="/caf\udce9.log")
    store.commit(Counted(Partial.of([(KEY, odd)]), where), actor="scan")
    assert store.issue(KEY).event.text == "half ? pair, NUL \0"
    assert [one.path for one in store.positions("/caf\udce9.log")] == ["/caf?.log"]
