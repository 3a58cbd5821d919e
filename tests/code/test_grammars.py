"""Functions of languages other than Python, and frames in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.code.grammars import GRAMMARS, functions
from errwatch.code.locate import Locator
from errwatch.code.source import MODULE, SourceFile
from errwatch.model.event import Frame
from tests.analyze.memory import MemoryTree

JS = """\
class Stock {
  #held = () => {
    return 1
  }
  async release(sku) {
    return this.held.map((one) => {
      return one.sku
    })
  }
}
const load = async (path) => {
  return path
}
module.exports.save = function () {
  return 2
}
function* walk() {
  yield { visit() { return 3 } }
}
"""
TS = """\
export abstract class Cart<T> {
  private total = (x: number): number => {
    return x
  }
  get size(): number {
    return 0
  }
}
namespace Shop {
  export function open(): void {
    return
  }
}
"""
GO = """\
package shop

func (s *Server[T]) Handle(w Writer) {
	go func() {
		panic(1)
	}()
}

func main() {
	return
}
"""
JAVA = """\
package com.shop;
public record Price(int cents) {
    Price {
        check(cents);
    }
    static class Table {
        Table() {
            load();
        }
        void load() {
            items.forEach(one -> {
                one.read();
            });
        }
    }
}
"""


@pytest.mark.parametrize(
    ("path", "text", "line", "function"),
    [
        ("a.js", JS, 3, "Stock.held"),
        ("a.js", JS, 7, "Stock.release"),
        ("a.mjs", JS, 12, "load"),
        ("a.cjs", JS, 15, "save"),
        ("a.jsx", JS, 18, "walk.visit"),
        ("a.js", JS, 99, MODULE),
        ("a.ts", TS, 3, "Cart.total"),
        ("a.ts", TS, 6, "Cart.size"),
        ("a.tsx", TS.replace("<T>", ""), 11, "Shop.open"),
        ("a.go", GO, 5, "Server.Handle"),
        ("a.go", GO, 10, "main"),
        ("a.go", GO, 1, MODULE),
        ("a.java", JAVA, 4, "Price.Price"),
        ("a.java", JAVA, 8, "Price.Table.Table"),
        ("a.java", JAVA, 12, "Price.Table.load"),
    ],
)
def test_the_innermost_function_holds_a_line(
    path: str, text: str, line: int, function: str
) -> None:
    assert SourceFile(path, text).function_at(line) == function


def test_what_does_not_parse_has_the_functions_of_its_parts() -> None:
    found = functions("a.go", GO + "\nfunc broken( {{{\n")
    assert found is not None
    assert [one.name for one in found][:2] == ["Server.Handle", "main"]


def test_another_language_has_none() -> None:
    assert functions("a.rb", "def f; end") is None
    assert functions("Makefile", "all:") is None


@pytest.mark.parametrize(
    ("path", "text", "name", "old", "now"),
    [
        ("shop/a.js", JS, "async Stock.release", 3, "Stock.release"),
        ("shop/a.js", JS, "Object.save [as store]", 3, "save"),
        ("shop/a.go", GO, "(*Server[...]).Handle.func1", 20, "Server.Handle"),
        ("shop/a.java", JAVA, "lambda$load$0", 40, "Price.Table.load"),
    ],
)
def test_a_frame_whose_line_moved_is_found_by_its_function(
    path: str, text: str, name: str, old: int, now: str
) -> None:
    place = Locator(MemoryTree({path: text})).place(Frame(f"/app/{path}", old, name))
    assert place is not None
    assert place.function == now
    assert place.moved is not None
    assert not place.sure


@given(st.sampled_from(sorted(GRAMMARS)), st.text(alphabet="(){}=> \nfuncladst;.*", max_size=80))
def test_any_text_has_functions_within_its_lines(suffix: str, text: str) -> None:
    for one in functions(f"a{suffix}", text) or []:
        assert 1 <= one.first <= one.last <= text.count("\n") + 1
        assert one.bare
