"""Frames of a trace in the repository: other roots, other lines, other files of the same name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.code.locate import Locator
from errwatch.model.event import Frame
from tests.analyze.memory import MemoryTree, frame

STOCK = """\
class Stock:
    def available(self, sku):
        self.release_expired()
        return self.levels[sku]

    def release_expired(self):
        for number in self.held.items():
            self.release(number)
"""
LOOP = "for number in self.held.items():"


def located(one: Frame, *paths: str, **texts: str) -> tuple[str, int, str] | None:
    tree = MemoryTree(dict.fromkeys(paths, STOCK) | texts)
    place = Locator(tree).place(one)
    return (place.file, place.line, place.function) if place else None


@pytest.mark.parametrize(
    ("trace", "path"),
    [
        ("/app/shop/stock.py", "shop/stock.py"),
        ("/srv/releases/41/shop/stock.py", "src/shop/stock.py"),
        ("/app/shop/stock.py", "services/api/shop/stock.py"),
        ("C:\\app\\shop\\stock.py", "shop/stock.py"),
        ("./shop/stock.py", "shop/stock.py"),
        ("shop/stock.py", "backend/shop/stock.py"),
        ("stock.py", "shop/stock.py"),
        ("/app/stock.py", "stock.py"),
    ],
)
def test_the_root_may_differ(trace: str, path: str) -> None:
    found = located(frame(trace, 7, "release_expired", LOOP), path)
    assert found == (path, 7, "Stock.release_expired")


def test_a_java_file_gets_the_folders_of_its_package() -> None:
    one = Frame("OrderRepo.java", 2, "lockRow", "com.mallow.orders.OrderRepo")
    tree = {
        "app/src/com/mallow/orders/OrderRepo.java": "class OrderRepo {\n  void lockRow() {}\n}",
        "app/src/com/mallow/legacy/OrderRepo.java": "class OrderRepo {\n}",
    }
    place = Locator(MemoryTree(tree)).place(one)
    assert place is not None
    assert place.file == "app/src/com/mallow/orders/OrderRepo.java"
    assert (place.line, place.function) == (2, "OrderRepo.lockRow")


def test_a_name_alone_is_not_enough_for_another_folder() -> None:
    one = frame("/srv/jobs/stock.py", 3, "main", "print(load())")
    assert located(one, "shop/stock.py") is None
    assert located(one, "stock.py") is None


def test_two_folders_are_not_enough_below_a_foreign_one() -> None:
    one = frame("/usr/lib/python3.11/http/client.py", 3, "begin", "self._read_status()")
    assert located(one, "vendor/tools/http/client.py") is None


def test_the_code_tells_two_files_of_one_name_apart() -> None:
    one = frame("/build/x/stock.py", 7, "release_expired", LOOP)
    other = {"b/stock.py": "def main():\n    pass\n"}
    assert located(one, "a/stock.py", **other) == ("a/stock.py", 7, "Stock.release_expired")


def test_two_files_that_nothing_tells_apart_are_none() -> None:
    texts = {"a/pool.go": "package a\n", "b/pool.go": "package b\n"}
    assert located(frame("pool.go", 229), **texts) is None
    assert located(frame("pool.go", 229), **{"a/pool.go": "package a\n"}) is not None


def test_a_line_that_moved_is_followed_and_named() -> None:
    place = Locator(MemoryTree({"shop/stock.py": "import logging\n\n" + STOCK})).place(
        frame("/app/shop/stock.py", 7, "release_expired", LOOP)
    )
    assert place is not None
    assert (place.line, place.function) == (9, "Stock.release_expired")
    assert place.moved == "shop/stock.py: line 7 of the trace is line 9 now"


def test_a_line_that_is_gone_leads_to_its_function() -> None:
    text = "# one\n# two\n# three\n" + STOCK.replace("self.held.items()", "list(self.held)")
    place = Locator(MemoryTree({"shop/stock.py": text})).place(
        frame("/app/shop/stock.py", 7, "release_expired", LOOP)
    )
    assert place is not None
    assert (place.line, place.function) == (9, "Stock.release_expired")
    assert place.moved == "shop/stock.py: Stock.release_expired has changed since the trace"


def test_a_function_that_is_gone_leaves_the_line() -> None:
    place = Locator(MemoryTree({"shop/stock.py": "x = 1\n"})).place(
        frame("/app/shop/stock.py", 7, "release_expired", LOOP)
    )
    assert place is not None
    assert place.line == 1
    assert place.moved == "shop/stock.py: line 7 of the trace is not there any more"


def test_a_redacted_line_is_not_taken_for_a_change() -> None:
    code = "for number in [REDACTED:password]:"
    one = frame("/app/shop/stock.py", 7, "release_expired", code)
    assert located(one, "shop/stock.py") == ("shop/stock.py", 7, "Stock.release_expired")


@pytest.mark.parametrize("name", ["<lambda>", "<genexpr>", "<listcomp>"])
def test_what_has_no_name_belongs_to_the_function_around_it(name: str) -> None:
    found = located(frame("/app/shop/stock.py", 7, name, LOOP), "shop/stock.py")
    assert found == ("shop/stock.py", 7, "Stock.release_expired")


def test_generated_code_is_not_in_the_repository() -> None:
    assert located(frame("<attrs generated init stock.Stock>", 2, "__init__"), "stock.py") is None
    assert located(frame("<string>", 1, "<module>"), "stock.py") is None


SEGMENT = st.sampled_from(["app", "src", "shop", "api", "stock.py", "x"])
PATH = st.lists(SEGMENT, min_size=1, max_size=4).map("/".join)


@given(
    st.lists(PATH, max_size=6, unique=True),
    PATH,
    st.integers(0, 30),
    st.sampled_from([None, "<module>", "available", "Stock.release_expired", "gone"]),
    st.sampled_from([None, LOOP, "return self.levels[sku]", "nowhere()"]),
)
def test_any_frame_leads_to_a_line_of_a_file_of_its_name(
    paths: list[str], trace: str, line: int, function: str | None, code: str | None
) -> None:
    place = Locator(MemoryTree(dict.fromkeys(paths, STOCK))).place(
        Frame(f"/{trace}", line, function, code=code)
    )
    if place is not None:
        assert place.file in paths
        assert place.file.split("/")[-1] == trace.split("/")[-1]
        if place.moved and place.file.endswith(".py"):
            assert place.function == place.source.function_at(place.line)


@given(st.lists(SEGMENT, min_size=1, max_size=3), st.lists(SEGMENT, max_size=3))
def test_the_only_file_is_found_under_any_root(path: list[str], root: list[str]) -> None:
    file = "/".join([*path, "only.py"])
    one = frame("/".join(["", *root, file]), 7, "release_expired", LOOP)
    assert located(one, file, "other/main.py") == (file, 7, "Stock.release_expired")


@pytest.mark.parametrize(
    ("trace", "path", "found"),
    [
        ("/usr/lib/python3/dist-packages/shop/stock.py", "src/shop/stock.py", True),
        ("/usr/share/shopd/shop/stock.py", "shop/stock.py", True),
        ("/opt/shopd/shop/stock.py", "shop/stock.py", True),
        ("/usr/lib/python3.11/shop/stock.py", "shop/stock.py", False),
        ("/usr/lib/python3/dist-packages/shop/stock.py", "vendor/shop/stock.py", False),
        ("/usr/lib/python3/dist-packages/other/stock.py", "shop/stock.py", False),
        ("/usr/lib/python3/dist-packages/corp/shop/stock.py", "backend/shop/stock.py", True),
    ],
)
def test_a_librarys_frame_is_ours_where_it_was_installed_from_here(
    trace: str, path: str, found: bool
) -> None:
    locator = Locator(MemoryTree({path: STOCK}))
    one = Frame(trace, 7, "release_expired", in_app=False, code=LOOP)
    assert (locator.own(one) is not None) is found
    assert locator.own(Frame(trace, 7, "release_expired", in_app=False)) is None


def test_files_that_fit_equally_well_are_rivals_unless_one_is_preferred() -> None:
    tree = MemoryTree({"a/shop/stock.py": STOCK, "b/shop/stock.py": STOCK})
    one = frame("/app/shop/stock.py", 7, "release_expired", LOOP)
    place = Locator(tree).place(one)
    assert place is not None
    assert (place.file, place.rivals) == ("a/shop/stock.py", ("b/shop/stock.py",))
    place = Locator(tree, {"b/shop/stock.py"}).place(one)
    assert place is not None
    assert (place.file, place.rivals) == ("b/shop/stock.py", ())


def test_a_name_that_every_package_has_needs_its_folder() -> None:
    one = frame("/usr/lib/json/__init__.py", 7, "release_expired", LOOP)
    assert located(one, "shop/__init__.py") is None
    assert located(frame("/app/shop/__init__.py", 7, None, LOOP), "shop/__init__.py") is not None


def test_a_line_is_sure_only_where_it_can_be_no_other() -> None:
    twice = "# one\n" + STOCK + "    def again(self):\n" + f"        {LOOP}\n            pass\n"
    inside = twice.replace(
        "            self.release(number)\n", f"            pass\n        {LOOP}\n"
    )
    for text, sure in ((STOCK, True), (twice, True), (inside, False), ("x = 1\n", False)):
        place = Locator(MemoryTree({"shop/stock.py": text})).place(
            frame("/app/shop/stock.py", 7, "release_expired", LOOP)
        )
        assert place is not None
        assert place.sure is sure


def test_a_package_that_is_called_otherwise_where_it_was_installed_needs_its_line() -> None:
    path = "/usr/lib/python3/dist-packages/corp/shop/stock.py"
    moved = MemoryTree({"backend/shop/stock.py": "# moved\n" + STOCK})
    one = Frame(path, 7, "release_expired", in_app=False, code=LOOP)
    assert Locator(moved).own(one) is None


def test_a_program_that_lost_its_suffix_is_found_by_its_line() -> None:
    tree = MemoryTree({"tools/stock.py": STOCK, "stock/x.py": STOCK})
    place = Locator(tree).place(frame("/usr/bin/stock", 7, "release_expired", LOOP))
    assert place is not None
    assert place.file == "tools/stock.py"
    assert Locator(tree).place(frame("/usr/bin/stock", 7, "release_expired", "main()")) is None
