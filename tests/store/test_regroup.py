"""A person's merges and splits: every number follows, and nothing but a person undoes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.errors import UnknownReference
from errwatch.interfaces import Store
from errwatch.model.change import Change, Classified, Counted, Fixed, Merged, Split, StatusSet
from errwatch.model.classification import BY_USER
from errwatch.model.issue import Status
from errwatch.model.partial import Partial
from errwatch.store.issues import MAX_PARTS
from errwatch.store.sqlite import SqliteStore
from tests.store.values import CLASSIFICATION, FIX, KEY, OTHER, event, partial

THIRD = "v1:00000000aa00000000aa00000000aa00"
FOURTH = "v1:dddddddd5e6f708192a3b4c5d6e7f809"
NAMES = (KEY, OTHER, THIRD, FOURTH)


@contextmanager
def memory() -> Iterator[Store]:
    with SqliteStore(Path("never-made"), read_only=True) as store:
        store._database.connection.execute("PRAGMA query_only = OFF")
        for number, name in enumerate(NAMES):
            store.commit(Counted(partial(number * 700, key=name)), actor="scan")
        yield store


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as store:
        yield store


def groups(store: Store) -> set[frozenset[str]]:
    homes = store.grouping().issues
    return {frozenset(n for n in NAMES if homes[n] == home) for home in homes.values()}


def test_a_split_undoes_a_merge_and_a_merge_a_split(store: Store) -> None:
    store.commit(Classified(OTHER, CLASSIFICATION), Fixed(replace(FIX, issue=OTHER)), actor="fix")
    store.commit(StatusSet(OTHER, Status.IGNORED), actor="issues")
    before, fixes = store.issues(), store.fixes()
    store.commit(Merged(KEY, OTHER, by_hand=True), actor="issues")
    whole = store.issue(OTHER)
    assert (whole.id, whole.count, whole.status) == (store.issue(KEY).id, 2, Status.IGNORED)
    assert whole.classification == CLASSIFICATION
    assert [fix.issue for fix in store.fixes(KEY)] == [KEY]
    store.commit(Split(OTHER), actor="issues")
    assert (store.issues(), store.fixes()) == (before, fixes)
    store.commit(Merged(KEY, OTHER, by_hand=True), actor="issues")
    assert store.issue(OTHER) == whole
    assert store.grouping().apart == frozenset()
    trail = [(row.action, row.actor) for row in store.audit()[-3:]]
    assert trail == [("merged", "issues"), ("split", "issues"), ("merged", "issues")]


def test_what_is_counted_after_a_merge_is_split_too(store: Store) -> None:
    store.commit(Merged(KEY, OTHER, by_hand=True), actor="issues")
    store.commit(Counted(partial(5000, 6000, key=OTHER)), actor="watch")
    assert store.issue(KEY).count == 4
    store.commit(Split(OTHER), actor="issues")
    one, other = store.issue(KEY), store.issue(OTHER)
    assert (one.count, other.count) == (1, 3)
    assert [sample.start for sample in other.samples] == [700, 5000, 6000]
    assert (sum(other.buckets.values()), other.last_seen) == (3, event(0, seconds=6000).time)


def test_what_was_merged_into_it_leaves_with_it(store: Store) -> None:
    store.commit(Merged(THIRD, FOURTH), Merged(KEY, OTHER), actor="scan")
    store.commit(Merged(KEY, THIRD, by_hand=True), actor="issues")
    store.commit(Split(THIRD), actor="issues")
    assert groups(store) == {frozenset({KEY, OTHER}), frozenset({THIRD, FOURTH})}


@pytest.mark.parametrize("order", list(permutations([(KEY, OTHER), (OTHER, THIRD), (THIRD, KEY)])))
def test_likeness_never_merges_what_a_person_split(
    store: Store, order: Sequence[tuple[str, str]]
) -> None:
    store.commit(Merged(KEY, OTHER, by_hand=True), actor="issues")
    store.commit(Split(OTHER), actor="issues")
    store.commit(*(Merged(*pair) for pair in order), actor="scan")
    assert groups(store) == {frozenset({KEY, THIRD}), frozenset({OTHER}), frozenset({FOURTH})}


def test_nor_through_what_a_person_merged_with_it(store: Store) -> None:
    store.commit(Merged(KEY, OTHER, by_hand=True), actor="issues")
    store.commit(Split(OTHER), actor="issues")
    store.commit(Merged(OTHER, THIRD, by_hand=True), actor="issues")
    store.commit(Merged(THIRD, KEY), Merged(FOURTH, THIRD), actor="scan")
    assert groups(store) == {frozenset({KEY}), frozenset({OTHER, THIRD, FOURTH})}


def test_what_was_never_counted_apart_leaves_its_events_behind(store: Store) -> None:
    store.commit(Merged(KEY, "v1:aa"), actor="scan")
    store.commit(Split("v1:aa"), actor="issues")
    assert store.issue(KEY).count == 1
    store.commit(Merged(KEY, "v1:aa"), Counted(partial(9, key="v1:aa")), actor="scan")
    assert [store.issue(name).count for name in (KEY, "v1:aa")] == [1, 1]


def test_only_what_is_merged_can_be_split(store: Store) -> None:
    with pytest.raises(UnknownReference, match="merged into no issue"):
        store.commit(Split(KEY), actor="issues")


def test_a_persons_verdict_on_a_part_holds_for_the_whole(store: Store) -> None:
    mine = replace(CLASSIFICATION, rule=BY_USER)
    store.commit(Classified(KEY, CLASSIFICATION), Classified(OTHER, mine), actor="classify")
    store.commit(Merged(KEY, OTHER), actor="scan")
    assert store.issue(KEY).classification == mine
    store.commit(Classified(KEY, CLASSIFICATION), actor="classify")
    assert store.issue(KEY).classification == CLASSIFICATION, "the last word is said of the whole"


def test_parts_with_numbers_of_their_own_are_bounded(store: Store) -> None:
    names = [f"v1:{number:032x}" for number in range(MAX_PARTS + 9)]
    links = [Merged(KEY, name) for name in names]
    whole = Partial.of((name, event(n)) for n, name in enumerate(names))
    store.commit(*links, Counted(whole), actor="scan")
    store.commit(Counted(whole), actor="scan")
    assert store.issue(KEY).count == 1 + 2 * len(names)
    store.commit(*map(Split, names), actor="issues")
    assert store.issue(KEY).count == 1 + 2 * (len(names) - MAX_PARTS + 1)


def test_the_first_run_leaves_an_issue_new_however_many_commits_it_takes(store: Store) -> None:
    before = frozenset(issue.fingerprint for issue in store.issues())
    for start in (1, 2):
        store.commit(Counted(partial(start, key="v1:aa"), before=before), actor="scan")
        store.commit(Counted(partial(start, key=KEY), before=before), actor="scan")
    assert store.issue("v1:aa").status is Status.NEW
    assert store.issue(KEY).status is Status.ONGOING


PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))


@given(st.lists(PAIRS, max_size=5), st.randoms(use_true_random=False))
def test_merges_by_hand_commute_and_nest(pairs: list[tuple[str, str]], draw: object) -> None:
    shuffled = list(pairs)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    with memory() as one, memory() as other:
        one.commit(*(Merged(a, b, by_hand=True) for a, b in pairs), actor="issues")
        for a, b in shuffled:
            other.commit(Merged(b, a, by_hand=True), actor="issues")
        assert one.issues() == other.issues()


CHANGES = st.one_of(
    st.builds(lambda pair, hand: Merged(pair[0], pair[1], by_hand=hand), PAIRS, st.booleans()),
    st.builds(lambda name: Counted(partial(3, key=name)), st.sampled_from(NAMES)),
    st.builds(Split, st.sampled_from(NAMES)),
)


@given(st.lists(CHANGES, max_size=12))
def test_every_number_follows_the_fingerprints(changes: list[Change]) -> None:
    counts = dict.fromkeys(NAMES, 1)
    with memory() as store:
        for change in changes:
            if isinstance(change, Split) and store.issue(change.fingerprint).fingerprint == (
                change.fingerprint
            ):
                continue
            store.commit(change, actor="issues")
            if isinstance(change, Counted):
                (name,) = change.partial.tallies
                counts[name] += 1
            homes, found = store.grouping().issues, {i.fingerprint: i for i in store.issues()}
            assert found.keys() == set(homes.values())
            for name, issue in found.items():
                parts = [one for one in NAMES if homes[one] == name]
                assert issue == store.issue(name)
                assert issue.count == sum(counts[one] for one in parts)
                assert issue.count == sum(issue.buckets.values())
            for one, left in store.grouping().apart:
                assert homes[one] != homes[left]
