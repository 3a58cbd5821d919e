"""Where the bars and lines of a chart are: points -> geometry. The page draws them as SVG.

Charts are stretched to the width that there is, so nothing in them is text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from errwatch.model.report import Point

HEIGHT = 100
STEP, WIDTH = 10, 8
"""From bar to bar, and of a bar."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What one severity has of a bar."""

    severity: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    point: Point
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: tuple[Bar, ...]
    top: int
    """The events of the highest bar."""

    @property
    def width(self) -> int:
        return STEP * max(len(self.bars), 1)

    @property
    def severities(self) -> list[str]:
        """Those that occur, in the order in which they are stacked, from below."""
        return list(dict.fromkeys(name for bar in self.bars for name in bar.point.by))


def bar_chart(points: Sequence[Point]) -> BarChart:
    top = max((point.events for point in points), default=0)
    bars = (
        Bar(STEP * place + (STEP - WIDTH) // 2, point, _stacked(point, top))
        for place, point in enumerate(points)
    )
    return BarChart(tuple(bars), top)


def _stacked(point: Point, top: int) -> tuple[Segment, ...]:
    found, below = [], 0
    for severity, events in point.by.items():
        below += events
        y = HEIGHT * (top - below) / top
        found.append(Segment(severity, round(y, 2), round(HEIGHT * events / top, 2)))
    return tuple(found)


def line(values: Sequence[int]) -> str:
    """The points of a trend, from the left to the right of a field of 100 by 100."""
    top, last = max(values, default=0) or 1, max(len(values) - 1, 1)
    return " ".join(
        f"{round(100 * place / last, 2):g},{round(HEIGHT - HEIGHT * value / top, 2):g}"
        for place, value in enumerate(values)
    )
