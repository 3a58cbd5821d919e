"""Pull requests are followed beside the watching: real processes; only the clock is ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from errwatch.daemon.child import Child
from errwatch.daemon.fixer import GRACE
from errwatch.daemon.syncer import PATIENCE, Syncer
from tests.daemon.test_fixer import ENDS, STUBBORN, WAITS

EVERY = 300.0


@dataclass
class Yard:
    """`program` is what a look runs."""

    program: str = ENDS
    wanted: bool = True
    seconds: float = 0.0
    told: list[str] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.syncer = Syncer(
            wanted=lambda: self.wanted,
            start=self.start,
            every=EVERY,
            tell=self.told.append,
            clock=lambda: self.seconds,
        )

    def start(self) -> Child:
        self.children.append(Child([sys.executable, "-S", "-c", self.program]))
        return self.children[-1]

    def ended(self) -> None:
        """What runs has ended, and is seen to have."""
        self.children[-1]._process.wait(30)
        self.syncer.tend()


@pytest.fixture
def yard() -> Iterator[Yard]:
    one = Yard()
    yield one
    for child in one.children:
        child.kill()


def test_looks_at_once_and_then_every_while(yard: Yard) -> None:
    yard.syncer.tend()
    yard.ended()
    yard.syncer.tend()
    assert len(yard.children) == 1
    yard.seconds = EVERY
    yard.syncer.tend()
    yard.ended()
    assert len(yard.children) == 2
    assert not yard.told


def test_starts_nothing_where_there_is_nothing_to_follow(yard: Yard) -> None:
    yard.wanted = False
    yard.syncer.tend()
    assert not yard.children


def test_tells_of_a_look_that_failed(yard: Yard) -> None:
    yard.program = "raise SystemExit(3)"
    yard.syncer.tend()
    yard.ended()
    assert yard.told == ["pull requests: errwatch fixes sync ended with 3; run it to see why"]


@pytest.mark.parametrize("program", [WAITS, STUBBORN])
def test_a_look_that_hangs_is_ended(yard: Yard, program: str) -> None:
    yard.program = program
    yard.syncer.tend()
    yard.seconds = PATIENCE
    yard.syncer.tend()
    yard.seconds = PATIENCE + GRACE
    yard.syncer.tend()
    yard.ended()
    assert len(yard.told) == 1


def test_the_end_of_the_watching_ends_it(yard: Yard) -> None:
    yard.program = WAITS
    yard.syncer.tend()
    yard.syncer.close()
    assert yard.children[0]._process.wait(30) < 0
