"""In-app by path, and the frame to blame."""

from __future__ import annotations

import pytest

from errwatch.detect.frames import FrameRules, culprit
from errwatch.model.event import ExceptionInfo, Frame, Link


@pytest.mark.parametrize(
    "file",
    [
        "/venv/lib/python3.12/site-packages/flask/app.py",
        "/usr/lib/python3/dist-packages/apt/cache.py",
        "/usr/lib/python3.11/smtplib.py",
        "/opt/python/3.9.18/lib/python3.9/fractions.py",
        "C:\\Python311\\Lib\\json\\decoder.py",
        "<frozen importlib._bootstrap>",
        "<string>",
        "<generated init app.Model>",
        "/srv/web/node_modules/express/lib/router.js",
        "node:internal/process/task_queues",
        "/app/vendor/autoload.php",
        "/usr/local/go/src/net/http/server.go",
        "/rustc/59807616/library/std/src/panicking.rs",
        "/home/u/.cargo/registry/src/tokio-1.44.1/src/task.rs",
        "/usr/local/bundle/gems/rails-8.0/lib/rails.rb",
    ],
)
def test_libraries(file: str) -> None:
    assert not FrameRules().is_in_app(file)


@pytest.mark.parametrize(
    "file",
    [
        "/app/mill/stones.py",
        "mill/stones.py",
        "C:\\work\\mill\\stones.py",
        "/srv/vendors/list.py",
        "/app/lib/python/tools.py",
        "/home/u/site/packages/a.py",
        "src/main.rs",
    ],
)
def test_own_code(file: str) -> None:
    assert FrameRules().is_in_app(file)


def test_in_app_globs_win_over_library_globs() -> None:
    rules = FrameRules(in_app=("*/vendor/ours/*",), library=("/app/*",))
    assert rules.is_in_app("/app/vendor/ours/a.py")
    assert not rules.is_in_app("/app/main.py")


def chain(*parts: tuple[Link, str]) -> list[ExceptionInfo]:
    """Exceptions whose frames are named by letters; lower case is a library's."""
    return [
        ExceptionInfo(
            "E", "", tuple(Frame("a.py", 1, name, in_app=name.isupper()) for name in names), link
        )
        for link, names in parts
    ]


@pytest.mark.parametrize(
    ("exceptions", "blamed"),
    [
        (chain((Link.RAISED, "AbCd")), "C"),
        (chain((Link.RAISED, "ab")), None),
        (chain((Link.RAISED, "A"), (Link.CAUSE, "Bc")), "B"),
        (chain((Link.RAISED, "A"), (Link.CAUSE, "B"), (Link.CAUSE, "c")), "B"),
        (chain((Link.RAISED, "A"), (Link.CONTEXT, "B")), "A"),
        (chain((Link.RAISED, "a"), (Link.CONTEXT, "B")), "B"),
        (chain((Link.RAISED, "a"), (Link.CONTEXT, "B"), (Link.CAUSE, "C")), "C"),
        (chain((Link.RAISED, "A"), (Link.CAUSE, "b"), (Link.CONTEXT, "C")), "A"),
        (chain((Link.RAISED, "A"), (Link.MEMBER, "B"), (Link.MEMBER, "C")), "B"),
        (chain((Link.RAISED, "A"), (Link.MEMBER, "b"), (Link.MEMBER, "C")), "C"),
        (chain((Link.RAISED, "A"), (Link.MEMBER, "B"), (Link.CAUSE, "C")), "C"),
        ([], None),
    ],
)
def test_culprit(exceptions: list[ExceptionInfo], blamed: str | None) -> None:
    found = culprit(exceptions)
    assert (found and found.function) == blamed
