"""What an explanation names is what decides: nothing more, nothing less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.group import fingerprint
from errwatch.group.explain import explain
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.model.explanation import Ground
from errwatch.model.levels import Level

EVENT = Event("x", 1, 0, 1, Level.ERROR, "disk 7 is full", "disk 7 is full")
MAIN = Frame("/app/mill/main.py", 3, "run")
LIBRARY = Frame("/lib/python3.11/json/decoder.py", 5, "decode", in_app=False)


def raised(*frames: Frame) -> Event:
    return replace(EVENT, exceptions=(ExceptionInfo("KeyError", "'a'", frames),))


@pytest.mark.parametrize(
    ("event", "ground", "frames"),
    [
        (raised(LIBRARY, MAIN, MAIN), Ground.IN_APP_FRAMES, (("mill/main:run",),)),
        (raised(LIBRARY), Ground.ALL_FRAMES, (("decoder:decode",),)),
        (raised(), Ground.TYPES_AND_TEMPLATE, ()),
        (EVENT, Ground.TEMPLATE, ()),
    ],
)
def test_grounds(event: Event, ground: Ground, frames: tuple[tuple[str, ...], ...]) -> None:
    one = explain(event)
    assert (one.ground, one.frames, one.version) == (ground, frames, "v1")
    assert one.types == ("KeyError",) * bool(event.exceptions)
    assert one.template == (None if frames else "disk <*> is full")


frames = st.builds(
    Frame,
    st.sampled_from(["a/x.py", "b/x.py", "y.py", "a/__init__.py"]),
    st.integers(1, 3),
    st.sampled_from(["f", "g", None]),
    in_app=st.booleans(),
)
exceptions = st.builds(
    ExceptionInfo,
    st.sampled_from(["KeyError", "OSError", ""]),
    st.just("m"),
    st.lists(frames, max_size=3).map(tuple),
)
events = st.builds(
    lambda chain, message: replace(EVENT, exceptions=chain, message=message),
    st.lists(exceptions, max_size=2).map(tuple),
    st.sampled_from(["disk 1 is full", "disk 2 is full", "disk is gone"]),
)


@given(events, events)
def test_equal_explanations_are_equal_fingerprints(one: Event, other: Event) -> None:
    left, right = explain(one), explain(other)
    assert left.fingerprint == fingerprint(one)
    blocks = [(e.types, [k for k in e.frames if k], e.template) for e in (left, right)]
    if left.fingerprint == right.fingerprint:
        assert blocks[0] == blocks[1]
    elif left.ground is right.ground:
        assert (left.types, left.frames, left.template) != (
            right.types, right.frames, right.template,
        )  # fmt: skip
