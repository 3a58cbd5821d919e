"""Small programs that crash, each with one function to blame: the real interpreter's traceback,
through detection, on a real repository."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from errwatch.analyze.analyzer import analyze
from errwatch.detect.detector import Detector
from errwatch.repository.git import open_repository
from tests.analyze.memory import issue
from tests.repository.scratch import make_repository

CRASHES = sorted((Path(__file__).parent / "crashes").glob("*.txt"))


def culprit(text: str) -> str:
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    raise LookupError(text)


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: path.stem)
def test_the_function_to_blame_is_among_the_first_three(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = make_repository(tmp_path / "shop", {f"src/shop/{path.stem}.py": text})
    script = root / f"src/shop/{path.stem}.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    log = done.stderr.replace(str(root / "src"), "/app")
    detector = Detector("app.log")
    (one,) = [each for each in (*detector.feed(log.encode()), *detector.flush()) if each.exceptions]
    found = analyze(issue(one), open_repository(root))
    names = [suspect.function for suspect in found.suspects]
    assert culprit(text) in names[:3]
    assert found.quarantine is None
