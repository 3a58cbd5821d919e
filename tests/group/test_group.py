"""The same error has the same fingerprint, whatever varies; another one has another."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.group import fingerprint, group_messages, template
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.model.levels import Level


def event(*exceptions: ExceptionInfo, message: str = "jam", level: Level = Level.ERROR) -> Event:
    return Event("x", 1, 0, 1, level, message, message, exceptions=exceptions)


def raised(*frames: Frame, kind: str = "KeyError", message: str = "'a'") -> ExceptionInfo:
    return ExceptionInfo(kind, message, frames)


MAIN, LOAD = Frame("/app/mill/main.py", 3, "run"), Frame("/app/mill/load.py", 9, "load")
LIBRARY = Frame("/lib/python3.11/json/decoder.py", 5, "decode", in_app=False)


def test_form_and_frozen_values() -> None:
    assert fingerprint(event(raised(MAIN, LOAD))) == "v1:f0336e3f20820e2cf8e5e00d839eda35"
    assert fingerprint(event(message="disk 7 is full")) == "v1:51bafd18bfc95bd2751848ed293d561d"
    assert fingerprint(event(raised())) == "v1:67df74a23e350e4299f756e47c2bd140"


@pytest.mark.parametrize(
    "other",
    [
        event(raised(MAIN, LOAD, message="'b'")),
        event(raised(MAIN, LOAD), message="other header", level=Level.CRITICAL),
        event(raised(replace(MAIN, line=4), replace(LOAD, line=10, code="x"))),
        event(raised(replace(MAIN, file="C:\\work\\mill\\main.py"), LOAD)),
        event(raised(MAIN, LIBRARY, LOAD, replace(LIBRARY, function="other"))),
        event(raised(MAIN, LOAD, LOAD, LOAD)),
        event(raised(MAIN, LOAD, MAIN, LOAD)),
    ],
)
def test_what_does_not_matter(other: Event) -> None:
    assert fingerprint(other) == fingerprint(event(raised(MAIN, LOAD)))


BUNDLE = Frame("https://a.example/js/mill.8f3a21c4.js", 1, "grind")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (BUNDLE, replace(BUNDLE, file="https://b.example/mill.00c1d2e3.js")),
        (
            replace(BUNDLE, file="/a/index-BX3kd9aF.js"),
            replace(BUNDLE, file="/a/index-Qz81mmWp.js"),
        ),
        (replace(MAIN, function="lambda$run$3"), replace(MAIN, function="lambda$run$14")),
        (replace(MAIN, function="fn__1873"), replace(MAIN, function="fn__22")),
        (replace(MAIN, function="<Run>b__0_1"), replace(MAIN, function="<Run>b__2_0")),
        (replace(MAIN, function="g__Wait|137_0"), replace(MAIN, function="g__Wait|9_2")),
        (
            Frame("", None, "run", "mill.Gate$$Lambda$14/0x0000000800c03000"),
            Frame("", None, "run", "mill.Gate$$Lambda$29/0x00007f00010bd218"),
        ),
    ],
)
def test_what_builds_number_anew_does_not_matter(left: Frame, right: Frame) -> None:
    assert fingerprint(event(raised(left))) == fingerprint(event(raised(right)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (replace(MAIN, function="sha1"), replace(MAIN, function="sha256")),
        (replace(MAIN, file="step-1.js"), replace(MAIN, file="step-2.js")),
        (replace(MAIN, file="a.facade.js"), replace(MAIN, file="a.decade.js")),
        (Frame("", None, "run", "mill.Gate"), Frame("", None, "run", "mill.Sieve")),
    ],
)
def test_numbers_in_names_matter(left: Frame, right: Frame) -> None:
    assert fingerprint(event(raised(left))) != fingerprint(event(raised(right)))


def test_what_matters() -> None:
    events = [
        event(raised(MAIN, LOAD)),
        event(raised(MAIN, LOAD, kind="ValueError")),
        event(raised(MAIN)),
        event(raised(LOAD, MAIN)),
        event(raised(MAIN, replace(LOAD, function="save"))),
        event(raised(MAIN, replace(LOAD, file="/app/mill/save.py"))),
        event(raised(MAIN, LOAD), raised(kind="OSError")),
        event(raised(replace(MAIN, file="/app/a/__init__.py"))),
        event(raised(replace(MAIN, file="/app/b/__init__.py"))),
        event(raised(LIBRARY)),
        event(raised(replace(LIBRARY, function="scan"))),
        event(raised(), message="'a b' is missing"),
        event(raised(), message="no 'a b'"),
        event(message="disk is full"),
        event(message="disk is empty"),
    ]
    assert len({fingerprint(one) for one in events}) == len(events)


def test_library_frames_count_where_there_are_no_others() -> None:
    cause = raised(LIBRARY, kind="OSError")
    assert fingerprint(event(raised(MAIN), cause)) == fingerprint(
        event(raised(MAIN), replace(cause, frames=()))
    )


SAME = [
    ("user 17 not found", "user 9000 not found"),
    ("took 3.5ms", "took 120 ms"),
    ("GET https://a.example/x/1?y=2 failed", "GET http://b.example failed"),
    ("cannot open /var/lib/a.db: denied", "cannot open /tmp/b: denied"),
    ("cannot open 'a'", "cannot open 'b c'"),
    ('no "x"', 'no "y z"'),
    ("mail to a@b.example bounced", "mail to [REDACTED:email] bounced"),
    ("id 989d4346-bb83-556c-811c-9f0bf998ca2d", "id 0b2fd7aa-19ce-5d21-9a7e-5d9b2b1a7710"),
    ("at 0x7f86c1de2e50 freed", "at 0x7f86c1ff0a10 freed"),
    ("peer 10.0.0.1:80 left", "peer db.internal.example:5432 left"),
    ("due Mon Jan  5 10:00:00 2026 late", "due Tue Feb 17 11:30:00 2027 late"),
    ("sizes [1, 2, 3] differ", "sizes [4] differ"),
    ("jam\nsecond line", "jam\nanother"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), SAME)
def test_variable_parts(left: str, right: str) -> None:
    assert template(left) == template(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("disk full", "disk empty"),
        ('"GET /a HTTP/1.1" failed', '"POST /a HTTP/1.1" failed'),
        ("java.io.IOException: x", "java.lang.IllegalStateException: x"),
        ("session opened", "session closed"),
    ],
)
def test_constant_parts(left: str, right: str) -> None:
    assert template(left) != template(right)


@given(st.text(max_size=200))
def test_any_text_has_a_template(text: str) -> None:
    assert fingerprint(event(message=text)).startswith("v1:")
    assert "\n" not in template(text)


WORDS = st.sampled_from(["disk", "node", "is", "full", "a-1", "b_c", "c.d", "<x>", "7", "'q'"])
MESSAGES = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=25)


def partition(messages: list[str], labels: list[str]) -> set[frozenset[str]]:
    groups = defaultdict(set)
    for message, label in zip(messages, labels, strict=True):
        groups[label].add(message)
    return {frozenset(group) for group in groups.values()}


@given(MESSAGES, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(messages: list[str], rng: random.Random) -> None:
    shuffled = rng.sample(messages, len(messages))
    expected = partition(messages, group_messages(messages))
    assert partition(shuffled, group_messages(shuffled)) == expected
    assert partition(messages * 2, group_messages(messages * 2)) == expected


def test_a_word_that_varies_is_found_by_comparing() -> None:
    hosts = [f"lost contact with host-{name} for good" for name in ("ash", "elm", "oak")]
    users = [f"session {verb} for user root" for verb in ("opened", "closed", "checked")]
    labels = group_messages([*hosts, *users])
    assert len(set(labels[:3])) == 1
    assert len(set(labels[3:])) == 3
