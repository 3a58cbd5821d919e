"""A burst of new issues, and what a person sees of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from errwatch.daemon.announcer import MOST, WINDOW, Announcer
from errwatch.model.event import Event
from errwatch.model.issue import Issue
from errwatch.model.levels import Level

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ISSUE = Issue("EW-1", "v1:1", 1, NOW, NOW, (Event("a.log", 1, 0, 9, Level.ERROR, "oh", "oh"),), {})


@dataclass
class Terminal:
    seconds: float = 0.0
    shown: list[Issue] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.announcer = Announcer(self.shown.append, self.told.append, lambda: self.seconds)


def test_a_burst_is_summed_up_when_its_window_ends() -> None:
    terminal = Terminal()
    for _ in range(100_000):
        terminal.announcer(ISSUE)
    assert len(terminal.shown) == MOST
    assert terminal.told == []
    terminal.seconds = WINDOW
    terminal.announcer.tend()
    assert terminal.told == ["99,980 more issues were new or back; see errwatch issues list"]
    terminal.announcer(ISSUE)
    assert len(terminal.shown) == MOST + 1


def test_nothing_is_held_back_at_the_end() -> None:
    terminal = Terminal()
    for _ in range(MOST + 2):
        terminal.announcer(ISSUE)
    terminal.announcer.close()
    assert terminal.told == ["2 more issues were new or back; see errwatch issues list"]


def test_a_few_now_and_then_are_all_shown() -> None:
    terminal = Terminal()
    for terminal.seconds in range(0, 1000, 5):
        terminal.announcer(ISSUE)
    terminal.announcer.close()
    assert len(terminal.shown) == 200
    assert terminal.told == []
