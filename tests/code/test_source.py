"""Functions of a Python file by their lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.code.source import MODULE, SourceFile

TEXT = """\
import functools

class Stock:
    level = 0

    @functools.cache
    def release(self):
        def inner():
            return [
                x for x in ()
            ]
        return inner()

async def main():
    pass
"""


@pytest.mark.parametrize(
    ("line", "function"),
    [
        (1, MODULE),
        (4, "Stock"),
        (6, "Stock.release"),
        (7, "Stock.release"),
        (10, "Stock.release.inner"),
        (12, "Stock.release"),
        (13, MODULE),
        (15, "main"),
        (99, MODULE),
    ],
)
def test_the_innermost_function_holds_a_line(line: int, function: str) -> None:
    assert SourceFile("stock.py", TEXT).function_at(line) == function


@pytest.mark.parametrize(
    ("path", "text"),
    [("old.py", "print 'two'"), ("nul.py", "x = '\0'"), ("app.rb", "def f; end")],
)
def test_what_is_not_this_python_has_no_functions(path: str, text: str) -> None:
    source = SourceFile(path, text)
    assert source.functions == []
    assert source.function_at(1) is None


def test_an_invalid_escape_is_not_our_warning() -> None:
    assert SourceFile("regex.py", 'PATTERN = "\\d"\n').function_at(1) == MODULE


def test_deep_nesting_is_no_crash() -> None:
    source = SourceFile("deep.py", "(" * 5000 + ")" * 5000)
    assert source.function_at(1) is None


@given(st.integers(-5, 40))
def test_code_is_empty_outside_the_file(line: int) -> None:
    code = SourceFile("stock.py", TEXT).code(line)
    lines = TEXT.splitlines()
    assert code == (lines[line - 1].strip() if 1 <= line <= len(lines) else "")


@pytest.mark.parametrize(
    "deep",
    [
        "total = " + " + ".join(["x"] * 1500),
        "if x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(990)),
    ],
    ids=["sum", "elif"],
)
def test_functions_beside_deeply_nested_code_are_found(deep: str) -> None:
    source = SourceFile("a.py", f"def first():\n    pass\n\n{deep}\n\ndef last():\n    pass\n")
    assert [function.name for function in source.functions] == ["first", "last"]
    assert source.function_at(len(source.lines)) == "last"


def test_lines_are_counted_as_python_counts_them() -> None:
    source = SourceFile("a.py", "\ufeffx = '\f \u2028'\r\ny = 2\rz = 3\n")
    assert source.lines == ["x = '\f \u2028'", "y = 2", "z = 3"]
    assert source.module is not None
    assert SourceFile("b.py", "").lines == []


@given(st.text(alphabet="a\n\r\f\x1c\u2028 ", max_size=40))
def test_each_line_is_where_the_parser_has_it(text: str) -> None:
    marked = "".join("''" if one == "a" else one for one in text)
    source = SourceFile("a.py", f"({marked}\n)\nx = 1\n")
    if source.module is not None:
        assert source.code(source.module.body[-1].lineno) == "x = 1"
