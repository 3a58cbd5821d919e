"""A part of a plain file, read by whatever process it is sent to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from errwatch.errors import SourceError
from errwatch.interfaces import Block
from errwatch.sources.opening import open_regular, peek, shown
from errwatch.sources.text import BLOCK


@dataclass(frozen=True, slots=True)
class FileSpan:
    """A file as long as it was when it was opened. Implements `errwatch.interfaces.Span`."""

    path: Path
    """Absolute."""
    device: int
    inode: int
    size: int

    def blocks(self, start: int, end: int) -> Iterator[Block]:
        with open_regular(self.path) as handle:
            status = os.fstat(handle.fileno())
            if (status.st_dev, status.st_ino) != (self.device, self.inode):
                message = f"{shown(self.path)}: replaced while it was read"
                raise SourceError(message)
            while start < end:
                data = peek(handle, start, min(BLOCK, end - start))
                if not data:
                    message = f"{shown(self.path)}: truncated while it was read, at byte {start}"
                    raise SourceError(message)
                yield Block(data, start)
                start += len(data)
