"""The baseline: a file of known issues that travels with the code.

JSON, sorted by fingerprint, so that a change of it can be reviewed.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from errwatch.errors import BaselineError, OutputError
from errwatch.model.triage import Baseline

FAMILY = "errwatch.baseline/"
SCHEMA = f"{FAMILY}1"


class _Unknown(ValueError):
    """A version that we do not know; its name."""


def read_baseline(path: Path) -> Baseline:
    """Raises BaselineError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Baseline(_titles(document))
    except OSError as error:
        msg = f"{path}: the baseline cannot be read: {error.strerror}"
        raise BaselineError(msg) from error
    except _Unknown as error:
        msg = f"{path}: a baseline of another errwatch ({error}); make one with --write-baseline"
        raise BaselineError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{path}: not a baseline of errwatch; make one with --write-baseline"
        raise BaselineError(msg) from error


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Replaces a file in one step, or leaves it as it was. Raises OutputError."""
    issues = [
        {"fingerprint": key, "title": baseline.titles[key]} for key in sorted(baseline.titles)
    ]
    document = {"schema": SCHEMA, "issues": issues}
    text = json.dumps(document, indent=2, ensure_ascii=True) + "\n"
    try:
        _replace(path, text)
    except OSError as error:
        msg = f"{path}: the baseline cannot be written: {error.strerror}"
        raise OutputError(msg) from error


def _titles(document: Any) -> dict[str, str]:
    """Raises ValueError where the document is not ours."""
    match document:
        case {"schema": str(schema), "issues": [*issues]} if schema == SCHEMA:
            pass
        case {"schema": str(schema)} if schema.startswith(FAMILY) and schema != SCHEMA:
            raise _Unknown(schema)
        case _:
            raise ValueError(SCHEMA)
    titles = {}
    for issue in issues:
        match issue:
            case {"fingerprint": str(fingerprint), "title": str(title)}:
                titles[fingerprint] = title
            case _:
                raise ValueError(SCHEMA)
    return titles


def _replace(path: Path, text: str) -> None:
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
