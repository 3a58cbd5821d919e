"""The environment of a command in the sandbox: made afresh, so that no secret is in it."""

from __future__ import annotations

import os
from pathlib import Path


def fresh(home: Path, cwd: Path, python: Path) -> dict[str, str]:
    """`home` is a new directory; `cwd` is the root of the code under test; `python` runs it."""
    scratch = home / "tmp"
    scratch.mkdir()
    environment = {
        # First on the path, so that `python` is there, and the right one.
        "PATH": os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        # An editable install would otherwise lead to the user's own checkout.
        "PYTHONPATH": os.pathsep.join([str(cwd / "src"), str(cwd)]),
    }
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser())
    if pyenv.is_dir():
        environment["PYENV_ROOT"] = str(pyenv)
    return environment
