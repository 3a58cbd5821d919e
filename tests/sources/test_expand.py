from __future__ import annotations

import io
import os
import socket
from pathlib import Path

import pytest

from errwatch.sources.expand import Inputs, expand
from errwatch.sources.files import PipeSource
from tests.sources.nobody import nobody
from tests.sources.reader import State


def look(*inputs: Path | str) -> Inputs:
    return expand([str(one) for one in inputs], State(), None)


def names(found: Inputs) -> list[str]:
    return [source.name for source in found.sources]


def test_a_directory_gives_the_logs_below_it_in_order(tmp_path: Path) -> None:
    logs = [
        "app.log",
        "app.log.1",
        "app.log-20260131",
        "b/old.log.2.gz",
        "b/syslog",
        "b/worker.err",
    ]
    for name in [*logs, "README.md", "b/data.json", ".git/x.log", "b/catalog", "b/x.login"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = look(tmp_path)
    assert not found.failures
    assert sorted(names(found)) == sorted(str(tmp_path / name) for name in logs)
    assert {source.input for source in found.sources} == {str(tmp_path)}
    assert names(found) == names(look(tmp_path))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.log", "there is no such file"),
        ("empty", "no logs in this directory"),
        ("*.none", "no file matches"),
        ("pipe", "named pipe"),
        ("socket", "socket"),
        ("/dev/null", "device"),
        ("app.log/x", "Not a directory"),
        ("dangling", "there is no such file"),
    ],
)
def test_what_cannot_be_read_is_one_line_that_names_it(folder: Path, name: str, said: str) -> None:
    (folder / "app.log").touch()
    (folder / "empty").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
        found = look(folder / name, folder / "app.log")
    (failure,) = found.failures
    assert str(folder / name) in str(failure)
    assert said in str(failure)
    assert "\n" not in str(failure)
    assert names(found) == [str(folder / "app.log")], "one bad input must not hide the others"


def test_an_unreadable_file_and_an_unreadable_folder_are_said(folder: Path) -> None:
    for name in ("app.log", "closed/app.log", "open.log"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    (folder / "app.log").chmod(0)
    (folder / "closed").chmod(0)
    with nobody():
        found = look(folder)
    (folder / "closed").chmod(0o700)
    assert [str(one) for one in found.failures] == [
        f"{folder}/app.log: permission denied; let this user read it",
        f"{folder}/closed: permission denied; let this user read it",
    ]
    assert names(found) == [f"{folder}/open.log"]


def test_each_file_counts_once_however_it_is_named(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.touch()
    (tmp_path / "link.log").symlink_to(log)
    (tmp_path / "hard.log").hardlink_to(log)
    found = look(log, tmp_path, tmp_path / "*.log", tmp_path / "link.log")
    assert names(found) == [str(log)]
    assert not found.failures


def test_a_name_that_exists_is_no_pattern(tmp_path: Path) -> None:
    odd = tmp_path / "app[1].log"
    odd.touch()
    (tmp_path / "app1.log").touch()
    assert names(look(odd)) == [str(odd)]
    assert names(look(tmp_path / "app[0-9].log")) == [str(tmp_path / "app1.log")]


def test_a_pattern_takes_any_file_and_the_logs_of_folders(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("notes.txt", "sub/app.log", "sub/notes.txt"):
        (tmp_path / name).touch()
    assert names(look(tmp_path / "*")) == [f"{tmp_path}/notes.txt", f"{tmp_path}/sub/app.log"]
    assert names(look(tmp_path / "**/notes.txt")) == [
        f"{tmp_path}/notes.txt",
        f"{tmp_path}/sub/notes.txt",
    ]


def test_standard_input_is_read_once_and_may_be_closed() -> None:
    found = expand(["-", "-"], State(), io.BufferedReader(io.BytesIO(b"x")))
    (source,) = found.sources
    assert isinstance(source, PipeSource)
    assert [str(one) for one in look("-").failures] == ["-: standard input is closed"]


def test_a_name_that_is_no_text_can_be_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.log"))
    path.touch()
    (source,) = look(path).sources
    assert source.name.encode().endswith(b"/caf\\xe9.log")
    assert source.input == source.name


def test_two_stars_match_at_any_depth_but_through_no_link(tmp_path: Path) -> None:
    """Two links upwards lead to more paths than there is time for."""
    logs = ["a/deep/er/y.log", "a/x.log", "b/[1]/z.log"]
    for name in [*logs, ".hidden/x.log", "a/.x.log", "a/x.txt"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for folder in ("a", "b"):
        (tmp_path / folder / "up").symlink_to("..", target_is_directory=True)
    for pattern, expected in (
        ("**/*.log", logs),
        ("**/**/*.log", logs),
        ("a/**/*.log", logs[:2]),
        ("*/deep/**", logs[:1]),
        ("**/er/*", logs[:1]),
    ):
        found = look(tmp_path / pattern)
        assert names(found) == [str(tmp_path / name) for name in expected], pattern
        assert not found.failures


def test_two_stars_begin_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    for name in ("x.log", "a/y.log"):
        (tmp_path / name).touch()
    assert names(look("**/*.log")) == ["a/y.log", "x.log"]
