"""Which Python runs the code of a repository."""

from __future__ import annotations

import sys
from pathlib import Path

from errwatch.errors import ConfigError

_USUAL = (".venv/bin/python", "venv/bin/python")


def project_python(root: Path, configured: str | None = None) -> str:
    """The configured one, else that of the repository's virtual environment, else our own."""
    if configured is not None:
        chosen = root / Path(configured).expanduser()
        if not chosen.exists():
            reason = f"[repo] python: {chosen}: no such file"
            raise ConfigError(reason)
        return str(chosen)
    usual = (root / place for place in _USUAL)
    return next((str(python) for python in usual if python.exists()), sys.executable)
