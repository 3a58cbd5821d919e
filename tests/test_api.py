"""The public API does what its documentation shows."""

from __future__ import annotations

import doctest
import inspect
import os
from datetime import UTC, datetime
from pathlib import Path

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


def test_the_stable_names_are_all_there_is() -> None:
    assert errwatch.__all__ == ["__version__", "scan"]
    assert {"fingerprint", "group_messages", "template"} <= set(errwatch.group.__all__)


def test_an_unread_input_raises_after_all_others_were_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=r"gone\.log"):
        errwatch.scan([tmp_path / "gone.log"])


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
