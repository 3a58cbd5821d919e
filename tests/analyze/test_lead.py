"""Who is suspected first: the line that raised, or a call further out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import errwatch
from errwatch.analyze.suspects import places, ranked
from errwatch.analyze.usage import Usage
from errwatch.code.locate import Locator
from errwatch.model.analysis import Suspect
from errwatch.model.event import ExceptionInfo, Link
from tests.analyze.memory import COMMIT, MemoryRepository, error, event, frame


def suspects(text: str, *chain: ExceptionInfo, **others: str) -> tuple[Suspect, ...]:
    repository = MemoryRepository({"shop.py": text} | others)
    locator = Locator(repository.tree())
    one = event(*chain)
    return ranked(one, places(one, locator), Usage(partial(repository.mentions, COMMIT), locator))


def raised(
    text: str, kind: str, message: str, *codes: str, link: Link = Link.RAISED
) -> ExceptionInfo:
    """An exception whose frames are the lines of `text` that read so, outermost first."""
    lines = [line.strip() for line in text.splitlines()]
    source = Locator(MemoryRepository({"shop.py": text}).tree()).source("shop.py")
    assert source is not None
    found = []
    for code in codes:
        number = lines.index(code) + 1
        found.append(frame("/app/shop.py", number, source.function_at(number), code))
    return error(kind, message, *found, link=link)


def names(text: str, kind: str, message: str, *codes: str) -> list[str]:
    return [one.function for one in suspects(text, raised(text, kind, message, *codes))]


NONE = "'NoneType' object has no attribute 'name'"

HANDED = """\
def find(sku):
    return None

def show(product):
    return product.name

def relay(product):
    return show(product)

def page(sku):
    product = find(sku)
    return relay(product)
"""


def test_none_that_was_handed_on_is_its_makers() -> None:
    calls = ("return relay(product)", "return show(product)", "return product.name")
    found = suspects(HANDED, raised(HANDED, "AttributeError", NONE, *calls))
    assert [one.function for one in found] == ["page", "find", "show", "relay"]
    assert found[0].why == "hands show the wrong value"
    assert found[1].why == "returned the value that is wrong"


def test_a_value_of_another_type_is_for_who_reads_it() -> None:
    message = "'str' object has no attribute 'name'"
    calls = ("return relay(product)", "return show(product)", "return product.name")
    assert names(HANDED, "AttributeError", message, *calls)[0] == "show"


def test_what_was_taken_out_of_a_parameter_is_for_who_took_it() -> None:
    text = HANDED.replace("product.name", "product.maker.name")
    calls = ("return relay(product)", "return show(product)", "return product.maker.name")
    assert names(text, "AttributeError", NONE, *calls)[0] == "show"


def test_a_call_from_outside_leaves_the_innermost_function() -> None:
    assert names(HANDED, "AttributeError", NONE, "return product.name") == ["show"]


LOOKUP = """\
def at(table, key):
    return table[key]

def first(table):
    return at(table, "first")

def fixed(table):
    return table["fixed"]

def calls(rows):
    table = dict(rows)
    return fixed(table)
"""


def test_a_lookup_of_which_all_was_handed_in_is_its_callers() -> None:
    chain = ('return at(table, "first")', "return table[key]")
    assert names(LOOKUP, "KeyError", "'first'", *chain) == ["first", "at"]


def test_a_fixed_key_that_is_missing_is_where_it_is_looked_up() -> None:
    chain = ("return fixed(table)", 'return table["fixed"]')
    assert names(LOOKUP, "KeyError", "'fixed'", *chain) == ["fixed", "calls"]


REFUSED = """\
def price_of(amount):
    if amount < 0:
        raise ValueError(amount)
    return amount

def one(amount):
    half = price_of(amount / 2)
    return half + price_of(2 * amount)

def two(amount):
    return price_of(amount)
"""


def test_a_helper_of_many_that_refuses_did_its_work() -> None:
    chain = ("return price_of(amount)", "raise ValueError(amount)")
    found = suspects(REFUSED, raised(REFUSED, "ValueError", "-1", *chain))
    assert [one.function for one in found] == ["two", "price_of"]
    assert found[0].why == "was refused by price_of"


def test_who_refuses_its_only_caller_is_suspected_itself() -> None:
    text = REFUSED.partition("def one")[0] + "def two(amount):\n    return price_of(amount)\n"
    chain = ("return price_of(amount)", "raise ValueError(amount)")
    assert names(text, "ValueError", "-1", *chain) == ["price_of", "two"]


def test_calls_in_tests_do_not_make_a_helper() -> None:
    text = REFUSED.partition("def one")[0] + "def two(amount):\n    return price_of(amount)\n"
    chain = raised(text, "ValueError", "-1", "return price_of(amount)", "raise ValueError(amount)")
    checks = "assert price_of(1)\n" * 9
    found = suspects(text, chain, **{"tests/test_shop.py": checks})
    assert found[0].function == "price_of"
    assert suspects(text, chain, **{"web.py": checks})[0].function == "two"


def test_a_refusal_on_grounds_of_its_own_stays() -> None:
    text = """\
def sync():
    answer = ask()
    if answer != 200:
        raise OSError(answer)

def one():
    sync()
    sync()

def two():
    return sync()
"""
    assert names(text, "OSError", "500", "return sync()", "raise OSError(answer)")[0] == "sync"


@pytest.mark.parametrize(
    ("caught", "again", "first"),
    [
        ("OSError", "raise", "load"),
        ("OSError as e", "raise e", "load"),
        ("OSError as e", "raise Other(e)", "a"),
    ],
)
def test_an_exception_that_is_raised_again_says_nothing_of_its_place(
    caught: str, again: str, first: str
) -> None:
    text = f"def load(p):\n    try:\n        pass\n    except {caught}:\n        {again}\n"
    text += "def a(p):\n    load(p)\n\ndef b(p):\n    load(1)\n    load(2)\n"
    assert names(text, "OSError", "", "load(p)", again)[0] == first


def test_a_wrapper_that_passes_all_on_is_passed_over() -> None:
    text = """\
def logged(call):
    def wrapper(*args, **kwargs):
        return call(*args, **kwargs)
    return wrapper

def start():
    return run(1, 2)
"""
    message = "run() takes 1 positional argument but 2 were given"
    chain = ("return run(1, 2)", "return call(*args, **kwargs)")
    assert names(text, "TypeError", message, *chain) == ["start", "logged.wrapper"]


def test_the_signature_that_does_not_fit_is_a_suspect() -> None:
    text = "def run(one):\n    pass\n\ndef start():\n    return run(1, 2)\n"
    message = "run() takes 1 positional argument but 2 were given"
    assert names(text, "TypeError", message, "return run(1, 2)") == ["start", "run"]


GENERATED = """\
def script_of(fields):
    return "def made(" + fields

def compiled(script):
    return compile(script, "<made>", "exec")

def make(fields):
    script = script_of(fields)
    return compiled(script)
"""


def test_generated_code_that_does_not_parse_is_its_writers() -> None:
    chain = ("return compiled(script)", 'return compile(script, "<made>", "exec")')
    found = names(GENERATED, "SyntaxError", "invalid syntax", *chain)
    assert found == ["script_of", "make", "compiled"]


def test_a_class_that_lacks_what_its_siblings_set_comes_first() -> None:
    text = """\
class Scope:
    pass

class FunctionScope(Scope):
    def __init__(self):
        self.names = {}

class ClassScope(Scope):
    pass

def bind(scope, name):
    scope.names[name] = 1
"""
    message = "'ClassScope' object has no attribute 'names'"
    found = suspects(text, raised(text, "AttributeError", message, "scope.names[name] = 1"))
    assert [one.function for one in found] == ["ClassScope", "bind"]
    assert found[0].why == "lacks an attribute that the classes beside it have"


def test_a_constructor_that_leaves_out_what_its_class_reads_comes_first() -> None:
    text = """\
class Client:
    def __init__(self):
        self.host = 1

    def open(self):
        self.__link = 2

    def close(self):
        return self.__link

class Other(Client):
    pass

def end(client):
    return client.close()
"""
    message = "'Other' object has no attribute '_Client__link'"
    chain = ("return client.close()", "return self.__link")
    found = suspects(text, raised(text, "AttributeError", message, *chain))
    assert [one.function for one in found][:2] == ["Client.__init__", "Client.close"]
    assert found[0].why == "does not always set __link, which the class reads"
    never = text.replace("self.__link = 2", "pass")
    found = suspects(never, raised(never, "AttributeError", message, *chain))
    assert found[0].function == "Client.close"


ANSWERED = """\
def read(path):
    return parse(path)

def parse(path):
    return int(path)

def load(path):
    try:
        return read(path)
    except ValueError:
        raise RuntimeError(path)

def clean(path):
    try:
        return read(path)
    except ValueError:
        tidy()

def tidy():
    return gone
"""
INNER = ("return read(path)", "return parse(path)", "return int(path)")


def test_what_a_handler_answers_with_a_raise_is_the_cause() -> None:
    outer = raised(ANSWERED, "RuntimeError", "x", "raise RuntimeError(path)")
    inner = raised(ANSWERED, "ValueError", "x", *INNER, link=Link.CONTEXT)
    assert [one.function for one in suspects(ANSWERED, outer, inner)] == ["parse", "read", "load"]


def test_a_helper_of_the_handler_may_raise_the_answer() -> None:
    text = ANSWERED.replace("raise RuntimeError(path)", "fail(path)") + "def fail(path):\n"
    text += "    raise RuntimeError(path)\n"
    outer = raised(text, "RuntimeError", "x", "fail(path)", "raise RuntimeError(path)")
    inner = raised(text, "ValueError", "x", *INNER, link=Link.CONTEXT)
    assert suspects(text, outer, inner)[0].function == "parse"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "shop.js",
            "function checkPrice(p) {\n  throw p\n}\nfunction buy(p) {\n  checkPrice(p)\n}",
        ),
        (
            "shop.go",
            "func checkPrice(p int) {\n  panic(p)\n}\nfunc buy(p int) {\n  checkPrice(p)\n}",
        ),
    ],
)
def test_a_check_of_another_language_did_its_work_too(path: str, text: str) -> None:
    repository = MemoryRepository({path: text})
    locator = Locator(repository.tree())
    chain = (frame(f"/app/{path}", 5, "buy"), frame(f"/app/{path}", 2, "checkPrice"))
    one = event(error("Error", "-1", *chain))
    found = ranked(one, places(one, locator), Usage(partial(repository.mentions, COMMIT), locator))
    assert [each.function for each in found] == ["buy", "checkPrice"]


def test_what_calls_itself_comes_before_where_the_stack_ran_out() -> None:
    text = "def walk(part):\n    note(part)\n    walk(part)\n\ndef note(part):\n    print(part)\n"
    chain = ["walk(part)"] * 5 + ["note(part)", "print(part)"]
    found = suspects(text, raised(text, "RecursionError", "maximum depth", *chain))
    assert [one.function for one in found] == ["walk", "note"]
    assert found[0].why == "calls itself without end"


def test_an_error_of_the_handler_itself_is_not_caused_by_what_it_handled() -> None:
    outer = raised(ANSWERED, "NameError", "name 'gone' is not defined", "tidy()", "return gone")
    inner = raised(ANSWERED, "ValueError", "x", *INNER, link=Link.CONTEXT)
    assert suspects(ANSWERED, outer, inner)[0].function == "tidy"


def test_deeply_nested_code_is_read() -> None:
    deep = " + ".join(["amount"] * 2000)
    text = f"def price(amount):\n    total = {deep}\n    return table[total]\n"
    assert names(text, "KeyError", "1", "return table[total]") == ["price"]


FILES = sorted(Path(errwatch.__file__).parent.rglob("*.py"))
KINDS = ["TypeError", "KeyError", "ValueError", "AttributeError", "SyntaxError", "OSError", ""]
SAID = st.sampled_from(
    [NONE, "", "f() takes 1", "'Place' object has no attribute 'gone'", "unsupported operand"]
)


def frames_of(numbers: list[tuple[int, int]]) -> Iterator[tuple[str, int, str]]:
    for file, line in numbers:
        path = FILES[file % len(FILES)]
        lines = path.read_text(encoding="utf-8").splitlines() or [""]
        yield (
            str(path.relative_to(Path(errwatch.__file__).parent)),
            line % len(lines) + 1,
            lines[line % len(lines)].strip(),
        )


@given(
    st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=1, max_size=4),
    st.sampled_from(KINDS),
    SAID,
)
def test_any_lines_have_their_functions_as_suspects(
    numbers: list[tuple[int, int]], kind: str, message: str
) -> None:
    told = list(frames_of(numbers))
    root = Path(errwatch.__file__).parent
    texts = {file: (root / file).read_text(encoding="utf-8") for file, _, _ in told}
    repository = MemoryRepository(texts)
    locator = Locator(repository.tree())
    chain = [frame(f"/app/{file}", line, None, code) for file, line, code in told]
    one = event(error(kind, message, *chain))
    found = places(one, locator)
    listed = ranked(one, found, Usage(partial(repository.mentions, COMMIT), locator))
    assert {(place.file, place.function) for place in found} <= {
        (each.file, each.function) for each in listed
    }


@pytest.mark.parametrize(
    ("file", "count"), [("shop.py", 1), ("tests/shop.py", 0), ("test_shop.py", 0)]
)
def test_tests_are_no_users(file: str, count: int) -> None:
    texts = {file: "def f(x):\n    pass\n\nf(1)\nprint(ff(2))\n"}
    repository = MemoryRepository(texts)
    usage = Usage(partial(repository.mentions, COMMIT), Locator(repository.tree()))
    assert usage.users("f") == count
    assert len(usage.tests("f")) == 1 - count


def test_a_base_leaves_the_method_to_the_one_class_that_has_none() -> None:
    text = """\
class Block:
    def draw(self):
        raise NotImplementedError

class Head(Block):
    def draw(self):
        return 1

class Foot(Block):
    size = 3

def page(block):
    return block.draw()
"""
    chain = ("return block.draw()", "raise NotImplementedError")
    found = suspects(text, raised(text, "NotImplementedError", "", *chain))
    assert found[0].function == "Foot"
    assert found[0].why == "has no draw, which its base leaves to it"
    two = text + "\nclass Side(Block):\n    size = 4\n"
    assert suspects(two, raised(two, "NotImplementedError", "", *chain))[0].function == "Block.draw"


def test_a_listener_that_does_not_take_what_all_are_given_comes_first() -> None:
    text = """\
def emit(listeners, name):
    for listener in listeners:
        listener(name, 1)

def paid(name):
    pass
"""
    message = "paid() takes 1 positional argument but 2 were given"
    assert names(text, "TypeError", message, "listener(name, 1)") == ["paid", "emit"]


def test_a_value_that_does_not_fit_is_its_makers_and_none_is_who_did_not_look() -> None:
    text = HANDED.replace("return None", "return 3").replace("product.name", "product + 'x'")
    calls = ("return relay(product)", "return show(product)", "return product + 'x'")
    message = "unsupported operand type(s) for +: 'int' and 'str'"
    assert names(text, "TypeError", message, *calls)[:2] == ["find", "page"]
    missing = "unsupported operand type(s) for +: 'NoneType' and 'str'"
    assert names(text, "TypeError", missing, *calls)[:2] == ["page", "find"]


def test_what_was_made_on_the_way_is_its_makers() -> None:
    text = HANDED.replace("return show(product)", "return show(product[1])")
    calls = ("return show(product[1])", "return product.name")
    assert names(text, "AttributeError", NONE, *calls)[0] == "relay"
