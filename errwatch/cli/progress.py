"""A progress bar on standard error, where a person looks and there is something to wait for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WORTH_IT = 32 * 1024 * 1024
"""Bytes; less is read before one could look."""


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """Gives what to call with the bytes that were read."""
    if total < WORTH_IT or not (sys.stderr and sys.stderr.isatty()):
        yield lambda _bytes: None
        return
    from rich.console import Console  # slow to import, for a bar that hardly any run shows
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)
