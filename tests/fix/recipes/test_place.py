from __future__ import annotations

from dataclasses import replace

import pytest

from errwatch.fix.recipes.place import Place, locate
from errwatch.model.analysis import Suspect
from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.model.fix import Declined
from tests.fix.trees import MemoryTree, problem, raised

TEXT = "import x\n\n\ndef f():\n    return x.y\n\n\ndef g():\n    return x.y\n"


def where(texts: dict[str, str], *chain: ExceptionInfo) -> str:
    place = locate(problem(texts, *chain))
    return str(place) if isinstance(place, Place) else place.reason


def frames(*shown: tuple[str, int, str | None]) -> tuple[Frame, ...]:
    return tuple(Frame(path, line, "f", code=code) for path, line, code in shown)


def error(*shown: tuple[str, int, str | None], link: Link = Link.RAISED) -> ExceptionInfo:
    return ExceptionInfo("E", "", frames(*shown), link)


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("shop/orders.py", "/app/shop/orders.py"),
        ("src/shop/orders.py", "/usr/lib/site-packages/shop/orders.py"),
        ("services/api/src/shop/orders.py", "/app/shop/orders.py"),
        ("orders.py", "/srv/jobs/orders.py"),
        ("src/orders.py", "orders.py"),
        ("shop/orders.py", "C:\\app\\shop\\orders.py"),
    ],
)
def test_maps_a_path_by_its_end(file: str, path: str) -> None:
    others = {"docs/conf.py": TEXT, "shop/__init__.py": TEXT, "other/my_orders.py": TEXT}
    assert where({file: TEXT, **others}, error((path, 5, "return x.y"))) == f"{file}:5"


def test_a_library_file_of_a_common_name_is_not_ours() -> None:
    texts = {"shop/__init__.py": TEXT}
    reason = where(texts, error(("/usr/lib/python3.11/json/__init__.py", 5, "return x.y")))
    assert reason == "no frame of the trace is in the repository"


def test_the_suspects_decide_between_files_of_the_same_end() -> None:
    texts = {"a/shop/orders.py": TEXT, "b/shop/orders.py": TEXT}
    found = problem(texts, error(("/app/shop/orders.py", 5, "return x.y")))
    assert isinstance(locate(found), Declined)
    suspect = Suspect("b/shop/orders.py", "f", 5, 1.0, "")
    place = locate(replace(found, analysis=replace(found.analysis, suspects=(suspect,))))
    assert isinstance(place, Place)
    assert place.file == "b/shop/orders.py"


def test_takes_the_innermost_frame_that_is_ours() -> None:
    texts = {"shop/orders.py": TEXT}
    shown = [("/app/shop/orders.py", 5, "return x.y"), ("/usr/lib/x.py", 9, "raise E")]
    place = locate(problem(texts, error(*shown)))
    assert isinstance(place, Place)
    assert str(place) == "shop/orders.py:5"
    assert not place.innermost


def test_prefers_the_users_own_frames() -> None:
    inner = replace(frames(("/lib/shop/orders.py", 9, "return x.y"))[0], in_app=False)
    outer = frames(("/app/shop/orders.py", 5, "return x.y"))[0]
    found = ExceptionInfo("E", "", (outer, inner))
    assert where({"shop/orders.py": TEXT}, found) == "shop/orders.py:5"


def test_follows_causes_inwards_and_contexts_last() -> None:
    texts = {"shop/orders.py": TEXT}
    five = error(("/app/shop/orders.py", 5, "return x.y"))
    nine = ("/app/shop/orders.py", 9, "return x.y")
    assert where(texts, five, error(nine, link=Link.CAUSE)) == "shop/orders.py:9"
    assert where(texts, five, error(nine, link=Link.CONTEXT)) == "shop/orders.py:5"
    outside = error(("/lib/y.py", 1, None))
    assert where(texts, outside, error(nine, link=Link.CONTEXT)) == "shop/orders.py:9"


def test_finds_the_line_again_within_its_function() -> None:
    moved = TEXT.replace("def f", "\n\n# more\ndef f")
    chain = raised(TEXT, "return x.y", "E: m")
    assert where({"shop/orders.py": moved}, chain) == "shop/orders.py:8"


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("x.y", "x.z"),
        TEXT.replace("    return x.y\n", "    x.z\n    return x.y\n    return x.y\n", 1),
        TEXT.replace("def f", "\ndef h"),
        "def f(:\n",
    ],
)
def test_declines_code_that_changed_since(text: str) -> None:
    chain = raised(TEXT, "return x.y", "E: m")
    assert where({"shop/orders.py": text}, chain) == "the code changed since the trace"


def test_trusts_the_number_where_the_trace_shows_no_code() -> None:
    texts = {"shop/orders.py": TEXT}
    assert where(texts, error(("/app/shop/orders.py", 5, None))) == "shop/orders.py:5"
    assert where(texts, error(("/app/shop/orders.py", 99, None))).startswith("the code changed")


def test_declines_without_frames() -> None:
    assert where({"shop/orders.py": TEXT}, error()).startswith("no frame")


def test_says_that_a_file_is_not_utf_8() -> None:
    found = problem({"shop/orders.py": TEXT}, error(("/app/shop/orders.py", 5, "return x.y")))

    class Latin(MemoryTree):
        def read(self, file: str) -> str | None:
            return None

    place = locate(replace(found, tree=Latin({"shop/orders.py": ""})))
    assert isinstance(place, Declined)
    assert (place.reason, place.examined) == ("the file is not UTF-8", ("shop/orders.py",))
