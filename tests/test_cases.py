"""Each case in `tests/corpus/cases` gives what its `case.toml` says: see the README beside them."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import errwatch
from errwatch.model.levels import Level
from errwatch.render.schema import ScanSchema

CASES = sorted((Path(__file__).parent / "corpus" / "cases").glob("*/case.toml"))
GLUE = b"{+}"
"""Stands inside of planted secrets, so that no scanner takes them for leaks."""

Fields = dict[str, Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_case(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = tomllib.loads(case.read_text(encoding="utf-8"))
    printed = _scan(case.parent, spec, tmp_path)
    result, expected = json.loads(printed), dict(spec["expect"])
    for secret in expected.pop("must_not_contain", []):
        assert secret not in printed
    left = result["issues"]
    for wanted in expected.pop("issue", []):
        best: Fields = max(
            left, key=lambda one: len(wanted) - len(_differs(wanted, one)), default={}
        )
        assert best, f"no issue left for {wanted}"
        assert not _differs(wanted, best), (wanted, best)
        left.remove(best)
    found = {"events": result["events"], "issues": len(json.loads(printed)["issues"])}
    for key, value in expected.items():
        plain = key.removesuffix("_any")
        assert found[plain] in (value if plain != key else [value]), (key, found, printed)


def _scan(folder: Path, spec: Fields, scratch: Path) -> str:
    """The JSON of a scan of the case's inputs."""
    inputs = []
    for name in spec.get("inputs", [spec["input"]]):
        inputs.append(scratch / name)
        inputs[-1].write_bytes((folder / name).read_bytes().replace(GLUE, b""))
    level = dict(zip(spec.get("args", [])[::2], spec.get("args", [])[1::2], strict=True))
    result = errwatch.scan(inputs, min_level=Level(level.get("--min-level", "error")))
    return ScanSchema.of(result).dump()


def _differs(wanted: Fields, issue: Fields) -> Fields:
    """What was wanted and does not hold."""
    return {key: value for key, value in wanted.items() if not _holds(key, value, issue)}


def _holds(key: str, want: object, issue: Fields) -> bool:
    if key.endswith("_any"):
        assert isinstance(want, list)
        return any(_holds(key.removesuffix("_any"), one, issue) for one in want)
    if key == "message_contains":
        return str(want) in "\n".join(str(issue[part]) for part in ("title", "message", "sample"))
    if key in ("first_seen", "last_seen"):
        return issue[key] is not None and _instant(issue[key]) == _instant(want)
    if key == "exception":
        return _last(issue["exception_type"]) == _last(want)
    part = (issue["culprit"] or {}).get(key.removeprefix("culprit_"))
    if key == "culprit_file":
        place = str(part or "").replace("\\", "/")
        return f"/{place}".endswith(f"/{want}") if want else part is None
    if key == "culprit_function":
        return _last(part) == _last(want)
    return bool((part if key == "culprit_line" else issue[key]) == want)


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text).replace("Z", "+00:00"))


def _last(name: object) -> str:
    """The last segment of a qualified name."""
    text = str(name or "").replace("::", ".").replace("#", ".").replace("\\", ".")
    return text.rpartition(".")[2]
