"""Files for people and other programs: written whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from errwatch.errors import OutputError


def write_document(path: Path, text: str) -> None:
    """Raises OutputError."""
    try:
        replace_text(path, text)
    except OSError as error:
        msg = f"{path}: cannot be written: {error.strerror}"
        raise OutputError(msg) from error


def replace_text(path: Path, text: str) -> None:
    """In one step. Raises OSError, and leaves the file as it was."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        path.write_text(text, encoding="utf-8")  # a device or a pipe is written to, not replaced
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
