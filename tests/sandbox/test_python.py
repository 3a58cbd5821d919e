from __future__ import annotations

import sys
from pathlib import Path

import pytest

from errwatch.errors import ConfigError
from errwatch.sandbox.python import project_python


def place(root: Path, name: str) -> str:
    (root / name).parent.mkdir(parents=True)
    (root / name).symlink_to(sys.executable)
    return str(root / name)


def test_our_own_python_is_the_last_resort(tmp_path: Path) -> None:
    assert project_python(tmp_path) == sys.executable


def test_the_virtual_environment_of_the_repository_is_used(tmp_path: Path) -> None:
    second = place(tmp_path, "venv/bin/python")
    assert project_python(tmp_path) == second
    first = place(tmp_path, ".venv/bin/python")
    assert project_python(tmp_path) == first


def test_the_configured_one_wins(tmp_path: Path) -> None:
    place(tmp_path, ".venv/bin/python")
    other = place(tmp_path, "other/bin/python")
    assert project_python(tmp_path, "other/bin/python") == other
    assert project_python(tmp_path, other) == other
    with pytest.raises(ConfigError, match="no such file"):
        project_python(tmp_path, "missing/python")
