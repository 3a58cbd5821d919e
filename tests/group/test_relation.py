"""The relation of near-duplicates is a function of the set: it only grows, however it is split."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from errwatch.group import v1
from errwatch.group.relation import issue_names, merges, relation
from errwatch.model.change import Merged
from errwatch.model.event import Event
from errwatch.model.grouping import Grouping
from errwatch.model.levels import Level
from errwatch.model.partial import Named, Partial

WORDS = st.sampled_from(["disk", "node", "is", "full", "a-x", "b_c", "c.d", "e-f", "<*>", "("])
TEMPLATES = st.sets(st.lists(WORDS, min_size=3, max_size=5).map(" ".join), max_size=30)
HOSTS = [f"lost contact with host-{name} for good" for name in ("ash", "elm", "oak", "yew")]


def named(templates: set[str]) -> dict[str, str]:
    return {v1.of_message(template): template for template in templates}


def partial(*templates: str) -> Partial:
    event = Event("x", 1, 0, 1, Level.ERROR, "jam", "jam")
    return Partial.of(Named(v1.of_message(line), event, line) for line in templates)


@given(TEMPLATES, TEMPLATES)
def test_more_templates_never_take_a_group_apart(some: set[str], more: set[str]) -> None:
    small, large = relation(named(some)), relation(named(some | more))
    for name, first in small.items():
        assert large[name] == large[first]
    assert all(large[first] == first <= name for name, first in large.items())


@given(TEMPLATES)
def test_related_twice_is_related_once(some: set[str]) -> None:
    templates = named(some)
    assert relation(templates) == relation(dict(reversed(templates.items())))


def test_what_is_recorded_wins_and_what_is_new_joins_it() -> None:
    names = [v1.of_message(line) for line in HOSTS]
    oldest = max(names)
    known = Grouping(named(set(HOSTS[:3])), dict.fromkeys(names[:3], oldest))
    assert issue_names(partial(HOSTS[3]), known) == {names[3]: oldest}
    assert issue_names(partial(*HOSTS), Grouping()) == dict.fromkeys(names, min(names))
    found = merges(partial(HOSTS[3]), known)
    assert {change.fingerprint for change in found} <= set(names)
    assert Merged(names[3], min(names)) in found or names[3] == min(names)


def test_nothing_is_compared_where_all_is_known() -> None:
    names = dict.fromkeys(map(v1.of_message, HOSTS), "v1:00")
    assert merges(partial(*HOSTS), Grouping({}, names)) == []
    assert issue_names(partial(*HOSTS), Grouping({}, names)) == names


def test_two_hosts_are_two_errors_and_three_are_one() -> None:
    assert len(set(relation(named(set(HOSTS[:2]))).values())) == 2
    assert len(set(relation(named(set(HOSTS[:3]))).values())) == 1


def test_the_rest_joins_what_was_found_among_the_first() -> None:
    lines = {f"lost contact with host-{chr(97 + n % 26)}-{'x' * (n // 26)}x" for n in range(4_200)}
    assert len(set(relation(named(lines)).values())) == 1
