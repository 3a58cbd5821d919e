"""The baseline: a file of known issues that travels with the code.

JSON, sorted by fingerprint, so that a change of it can be reviewed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from errwatch.errors import BaselineError, OutputError
from errwatch.model.triage import Baseline
from errwatch.store.documents import replace_text

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
        replace_text(path, text)
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
