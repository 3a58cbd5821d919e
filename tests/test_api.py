"""The public API does what its documentation shows."""

from __future__ import annotations

import doctest
import inspect
import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import FunctionType

import pytest

import errwatch
import errwatch.api
import errwatch.group
from errwatch.errors import SourceError, UsageError

STABLE = (errwatch.scan, errwatch.group.fingerprint, errwatch.group.group_messages)


@pytest.mark.parametrize("module", [errwatch.api, errwatch.group], ids=lambda m: m.__name__)
def test_the_examples_run(module: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = doctest.testmod(module)  # type: ignore[arg-type]
    assert done.failed == 0


@pytest.mark.parametrize("function", STABLE, ids=lambda f: f.__name__)
def test_every_stable_function_shows_an_example_and_names_its_types(function: object) -> None:
    assert ">>>" in (inspect.getdoc(function) or "")
    assert callable(function)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty


def test_the_examples_of_the_docs_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = (Path(errwatch.__file__).parent.parent / "docs" / "api.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    for name in ("build.log", "logs/a.log"):
        (tmp_path / name).write_text("2026-11-20 10:00:00 ERROR a: x\n")
    examples = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        exec(example, {})  # noqa: S102 - our own


@pytest.mark.parametrize("function", STABLE, ids=lambda f: f.__name__)
def test_every_stable_function_is_in_the_docs_with_its_parameters(function: FunctionType) -> None:
    page = (Path(errwatch.__file__).parent.parent / "docs" / "api.md").read_text("utf-8")
    module = function.__module__.removesuffix(".api")
    (heading,) = re.findall(rf"^## `{module}\.{function.__name__}\((.*)\) -> ", page, re.MULTILINE)
    named = [part.split("=")[0].strip() for part in heading.split(",") if part.strip() != "*"]
    assert named == list(inspect.signature(function).parameters)


def test_the_stable_names_are_all_there_is() -> None:
    assert errwatch.__all__ == ["__version__", "scan"]
    assert {"fingerprint", "group_messages", "template"} <= set(errwatch.group.__all__)


def test_an_unread_input_raises_after_all_others_were_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=r"gone\.log"):
        errwatch.scan([tmp_path / "gone.log"])


def test_paths_of_any_kind_and_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "a.log"
    log.write_text("2026-11-20 10:00:00 ERROR a: x\n")
    assert errwatch.scan("a.log") == errwatch.scan(["a.log"])
    assert errwatch.scan(log) == errwatch.scan([log]) == errwatch.scan(p for p in [log])
    assert errwatch.scan(log).events == 1
    assert errwatch.scan([]).inputs == ()
    with pytest.raises(UsageError, match="empty"):
        errwatch.scan([""])


def test_threads_may_scan_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.log").write_text("2026-11-20 10:00:00 ERROR a: x\n" * 100)
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(errwatch.scan, ["a.log"] * 8))
    assert results == [results[0]] * 8
    assert results[0].events == 100


def test_a_window_narrows_the_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "app.log"
    log.write_text("2026-11-20 10:00:00 ERROR a: x\n2026-11-20 12:00:00 ERROR a: y\n")
    since = datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert [issue.title for issue in errwatch.scan([log], since=since).issues] == ["y"]
    assert [issue.title for issue in errwatch.scan([str(log)], until=since).issues] == ["x"]
    with pytest.raises(UsageError, match="zone"):
        errwatch.scan([log], since=since.replace(tzinfo=None))


def test_the_environment_of_the_caller_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    before = dict(os.environ)
    (tmp_path / "app.log").write_text("2026-11-20 10:00:00 ERROR a: x\n")
    assert errwatch.scan([tmp_path / "app.log"], save=False).events == 1
    assert dict(os.environ) == before
