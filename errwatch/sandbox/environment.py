"""The environment of a command in the sandbox: made afresh, so that no secret is in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def search_path(python: Path) -> str:
    """First that interpreter's folder, so that `python` is there, and the right one."""
    return os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)])


def fresh(home: Path, cwd: Path, python: Path, roots: Sequence[str] = ()) -> dict[str, str]:
    """`home` is a new directory; `cwd` is the root of the code under test; `python` runs it; its
    modules are below `roots`, relative to `cwd`."""
    scratch = home / "tmp"
    scratch.mkdir()
    environment = {
        "PATH": search_path(python),
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        # An editable install would otherwise lead to the user's own checkout.
        "PYTHONPATH": os.pathsep.join(str(cwd / root) for root in (*roots, "src", ".")),
    }
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser())
    if pyenv.is_dir():
        environment["PYENV_ROOT"] = str(pyenv)
    return environment
