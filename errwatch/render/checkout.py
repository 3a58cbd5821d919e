"""The file of a frame -> the same file in the checkout, by the longest common end of the paths.

The trace was written where the code ran: `/app/pkg/mod.py` may be `src/pkg/mod.py` here.
"""

from __future__ import annotations

from collections.abc import Iterable

from errwatch.model.event import Frame


class Checkout:
    """The files of a checkout, relative to its root."""

    def __init__(self, files: Iterable[str] = ()) -> None:
        self._by_name: dict[str, list[list[str]]] = {}
        for file in files:
            parts = file.split("/")
            self._by_name.setdefault(parts[-1], []).append(parts)

    def find(self, frame: Frame | None) -> str | None:
        """The file here; None where there is none, or could be two."""
        if frame is None:
            return None
        wanted = [p for p in frame.file.replace("\\", "/").split("/") if p not in ("", ".")]
        if not wanted:
            return None
        fits = [(_fit(wanted, parts), parts) for parts in self._by_name.get(wanted[-1], ())]
        best = max((fit for fit, _ in fits), default=None)
        found = [parts for fit, parts in fits if fit == best]
        if best is None or len(found) != 1 or not _enough(best[0], wanted, found[0]):
            return None
        return "/".join(found[0])


def _fit(wanted: list[str], parts: list[str]) -> tuple[int, bool]:
    """How many parts the ends have in common, and whether that is the whole path here."""
    pairs = zip(reversed(wanted), reversed(parts), strict=False)
    common = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(wanted), len(parts)))
    return common, common == len(parts)


def _enough(common: int, wanted: list[str], parts: list[str]) -> bool:
    """A name alone says little: two different folders may both hold a `utils.py`."""
    return common >= 2 or common in (len(wanted), len(parts))
