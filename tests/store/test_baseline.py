from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.errors import BaselineError, OutputError
from errwatch.model.triage import Baseline
from errwatch.store.baseline import read_baseline, write_baseline


@given(titles=st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=5))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, titles: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("b") / "baseline.json"
    write_baseline(path, Baseline(titles))
    assert read_baseline(path) == Baseline(titles)


def test_it_is_sorted_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text("old")
    write_baseline(path, Baseline({"v1:b": "two", "v1:a": "one"}))
    document = json.loads(path.read_text())
    assert document["schema"] == "errwatch.baseline/1"
    assert [one["fingerprint"] for one in document["issues"]] == ["v1:a", "v1:b"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["baseline.json"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    write_baseline(tmp_path / "link.json", Baseline({}))
    assert (tmp_path / "link.json").is_symlink()
    assert read_baseline(tmp_path / "real.json") == Baseline({})


FOREIGN = [
    b"", b"\xff\xfe", b"[]", b"null", b'{"schema": "errwatch.scan/1", "issues": []}',
    b'{"schema": "errwatch.baseline/1"}', b'{"schema": "errwatch.baseline/1", "issues": 3}',
    b'{"schema": "errwatch.baseline/1", "issues": [{"fingerprint": 3, "title": "x"}]}',
    b"[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("content", FOREIGN, ids=range(len(FOREIGN)))
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(content)
    with pytest.raises(BaselineError, match=r"baseline\.json: not a baseline"):
        read_baseline(path)


def test_one_of_another_version_is_told_from_what_is_none(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text('{"schema": "errwatch.baseline/2", "issues": []}')
    with pytest.raises(BaselineError, match=r"another errwatch \(errwatch\.baseline/2\)"):
        read_baseline(path)


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_baseline(pipe, Baseline({"v1:a": "one"}))
    assert json.loads(os.read(end, 1000))["issues"][0]["title"] == "one"
    os.close(end)
    assert pipe.is_fifo()


def test_what_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="nowhere: the baseline cannot be read"):
        read_baseline(tmp_path / "nowhere")
    with pytest.raises(BaselineError, match="cannot be read"):
        read_baseline(tmp_path)
    with pytest.raises(OutputError, match=r"b\.json: the baseline cannot be written"):
        write_baseline(tmp_path / "nowhere" / "b.json", Baseline({}))
    assert os.listdir(tmp_path) == []  # noqa: PTH208
