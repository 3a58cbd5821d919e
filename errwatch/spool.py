"""Events that wait until it is known which issue each belongs to: in memory, then in a file."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator

from errwatch.model.event import Event

IN_MEMORY = 8 * 1024 * 1024
"""Bytes, after which they go to a file that has no name. They are redacted already."""


class Spool:
    """Gives the events back as they were added. A context manager forgets them."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self._count = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()

    def add(self, fingerprint: str, event: Event) -> None:
        pickle.dump((fingerprint, event), self._file)
        self._count += 1

    def __iter__(self) -> Iterator[tuple[str, Event]]:
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)  # noqa: S301 - nobody else has written to it
