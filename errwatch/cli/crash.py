"""Our own mistake: told with its place in our code, and with nothing out of a log."""

from __future__ import annotations

import sys
import traceback
from contextlib import AbstractContextManager
from types import TracebackType

from errwatch.cli.streams import tell

EXIT_CODE = 70
"""Not 1, which says that there are issues."""


class Crash(AbstractContextManager[None]):
    """Prints an unexpected exception's type and frames, not its message: that may quote a log."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None or not issubclass(kind, Exception):
            return
        lines = traceback.format_list(traceback.extract_tb(trace))
        place = "".join(["Traceback (most recent call last):\n", *lines, kind.__qualname__])
        tell(f"{place}\nerrwatch: a mistake in errwatch; this much of it can be shown")
        sys.exit(EXIT_CODE)
