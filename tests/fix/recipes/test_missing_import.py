from __future__ import annotations

import sys

import pytest

from errwatch.model.fix import Candidate
from tests.fix.trees import answers, declined, problem, proposals, raised, repaired


def undefined(name: str) -> str:
    return f"NameError: name '{name}' is not defined"


def added(name: str, code: str, **others: str) -> str:
    """The import that the engine adds for a name used in `code`."""
    text = f"def f(x):\n    {code}\n"
    after = repaired(files(text, **others), code, undefined(name))
    assert after.endswith(f"\n\n\n{text}")
    return after.removesuffix(text).strip()


def refused(name: str, code: str, head: str = "", **others: str) -> str:
    return declined(files(f"{head}def f(x):\n    {code}\n", **others), code, undefined(name))


def files(text: str, **others: str) -> dict[str, str]:
    named = {f"{name.replace('__', '/')}.py": each for name, each in others.items()}
    return {"shop/__init__.py": "", "shop/orders.py": text, **named}


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("json", "return json.dumps(x)", "import json"),
        ("os", "return os.path.join(x, os.sep)", "import os"),
        ("concurrent", "concurrent.futures.wait(x)", "import concurrent.futures"),
        ("Path", "return Path(x)", "from pathlib import Path"),
        ("defaultdict", "return defaultdict(list)", "from collections import defaultdict"),
        ("Decimal", "return Decimal(x)", "from decimal import Decimal"),
        ("timedelta", "return timedelta(days=1)", "from datetime import timedelta"),
        ("datetime", "return datetime.now()", "from datetime import datetime"),
        ("datetime", "return datetime(2026, 1, 2)", "from datetime import datetime"),
        ("datetime", "return datetime.timedelta(1)", "import datetime"),
        ("glob", "return glob(x)", "from glob import glob"),
        ("glob", "return glob.iglob(x)", "import glob"),
    ],
)
def test_imports_what_the_standard_library_has(name: str, code: str, expected: str) -> None:
    assert added(name, code) == expected


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("token", "return token.strip()"),
        ("copy", "return copy(x)"),
        ("time", "return [time, time.time()]"),
        ("this", "return this.s"),
        ("queue", "queue.put(x)"),
        ("array", "return array([1])"),
    ],
)
def test_a_variable_may_be_called_like_a_module(name: str, code: str) -> None:
    assert "nothing here defines" in refused(name, code)


def test_declines_where_module_and_class_both_fit() -> None:
    reason = refused("datetime", "return datetime.time")
    assert "from datetime import datetime import datetime" in reason


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import numpy as np", "import numpy as np"),
        ("from numpy import core as np", "from numpy import core as np"),
        ("from . import np", "from shop import np"),
    ],
)
def test_imports_as_the_rest_of_the_repository_does(statement: str, expected: str) -> None:
    assert added("np", "return np.zeros(x)", shop__b=f"{statement}\n") == expected


@pytest.mark.parametrize("other", ["import datetime\n", "from datetime import datetime\n"])
def test_how_a_name_is_used_outweighs_how_others_import_it(other: str) -> None:
    assert added("datetime", "datetime.timedelta(1)", shop__b=other) == "import datetime"
    assert added("datetime", "datetime.now()", shop__b=other) == "from datetime import datetime"


@pytest.mark.parametrize(("package", "name"), [("ensurepip", "__main__"), ("this", "s")])
def test_looks_into_no_module_that_acts(package: str, name: str) -> None:
    before = set(sys.modules)
    for module, attribute in ((package, name), (f"{package}.{name}", "x")):
        text = f"import {package}\n\n\ndef f(x):\n    {package}.{name}\n"
        error = f"AttributeError: module '{module}' has no attribute '{attribute}'"
        assert "no recipe mends" in declined(text, f"{package}.{name}", error)
    assert f"{package}.{name}" not in set(sys.modules) - before


@pytest.mark.parametrize("code", ["return code", "return code.strip()"])
def test_a_variable_may_be_called_like_a_module_that_others_import(code: str) -> None:
    assert "nothing here defines" in refused("code", code, shop__b="import code\n")
    assert added("code", "code.interact()", shop__b="import code\n") == "import code"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("try:\n    import numpy as np\nexcept ImportError:\n    np = None\n", "nothing here"),
        ("def g():\n    import numpy as np\n", "nothing here"),
        ("import numpy as np\nif x:\n    import cupy as np\n", "import cupy as np import numpy"),
    ],
)
def test_declines_an_import_that_is_not_the_same_everywhere(statement: str, reason: str) -> None:
    assert reason in refused("np", "return np.zeros(x)", shop__b=statement)


@pytest.mark.parametrize("definition", ["class Item: ...", "async def Item(): ...", "Item = 1"])
def test_imports_the_only_public_symbol(definition: str) -> None:
    if definition == "Item = 1":
        assert "nothing here defines Item" in refused("Item", "return Item", shop__b=definition)
        return
    assert added("Item", "return Item(x)", shop__b=definition) == "from shop.b import Item"


def test_a_function_is_not_meant_by_a_value_of_its_name() -> None:
    assert added("header", "header(x)", shop__b="def header(): ...") == "from shop.b import header"
    assert "nothing here defines" in refused("header", "[header]", shop__b="def header(): ...")


VALUES = ["return {}", "return {1: {}}", 'return f"{ {} }"', "return [{}, {}(x)]", "map({}, x)"]


@pytest.mark.parametrize("code", VALUES)
@pytest.mark.parametrize("name", ["Item", "total", "partial", "Path"])
def test_declines_a_name_that_is_used_as_a_value(name: str, code: str) -> None:
    others = {"shop__b": "class Item: ...\ndef total(): ...\n", "shop__c": f"from .b import {name}"}
    assert "nothing here defines" in refused(name, code.replace("{}", name), **others)


@pytest.mark.parametrize(
    "code",
    [
        "return Item(x)",
        "return isinstance(x, (int, Item))",
        "y: Item | None = x",
        "class A(Item): ...",
        "raise Item",
        "return Item.all()",
    ],
)
def test_imports_what_is_used_as_a_class(code: str) -> None:
    assert added("Item", code, shop__b="class Item: ...") == "from shop.b import Item"


def test_imports_a_constant_as_its_package_does() -> None:
    others = {"shop__b": "LIMIT: int = 3\n", "shop__c": "from shop.b import LIMIT\n"}
    assert added("LIMIT", "return LIMIT", **others) == "from shop.b import LIMIT"
    elsewhere = {"shop__b": "LIMIT: int = 3\n", "shop__d__c": "from shop.b import LIMIT\n"}
    for unlike in ({"shop__b": "LIMIT: int = 3\n"}, elsewhere):
        assert "nothing here defines" in refused("LIMIT", "return LIMIT", **unlike)
    assert "nothing here defines" in refused("ROUND_UP", "return x(ROUND_UP)")


@pytest.mark.parametrize("near", ["SIZE_LIMIT = 1\n", "LIMITS = 1\n", "def g(limit): ...\n"])
def test_declines_a_constant_that_is_like_one_of_the_file(near: str) -> None:
    others = {"shop__b": "LIMIT: int = 3\n", "shop__c": "from shop.b import LIMIT\n"}
    assert "LIMIT may be meant as" in refused("LIMIT", "return LIMIT", near, **others)


RIVALS = {
    "conditional": "if x:\n    class Path: ...\n",
    "assigned": "Path = x\n",
    "nested": "def g():\n    class Path: ...\n",
    "imported in a function": "def g():\n    from vendor import Path\n",
    "imported in a try": "try:\n    from vendor import Path\nexcept ImportError: ...\n",
    "set from a function": "def g():\n    global Path\n    Path = 1\n",
}


@pytest.mark.parametrize("case", RIVALS)
def test_declines_a_name_with_another_origin(case: str) -> None:
    reason = refused("Path", "return Path(x)", shop__b=RIVALS[case])
    assert "Path could be any of these" in reason
    assert "shop/b.py: from" in reason


def test_a_module_of_that_name_is_another_origin() -> None:
    reason = refused("json", "return json.dumps(x)", shop__json="")
    assert "shop/json.py: import shop.json" in reason


@pytest.mark.parametrize(
    "other",
    ["def g():\n    Path = 1\n", "class C:\n    def Path(self): ...\n", "def g(Path): ...\n"],
)
def test_variables_and_methods_are_no_origin(other: str) -> None:
    assert added("Path", "return Path(x)", shop__b=other) == "from pathlib import Path"


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ({"shop__b": "class Item: ...", "shop__c": "class Item: ..."}, "could be any of these"),
        ({"shop__b": "class Item: ...", "shop__c": "from x import Item"}, "could be any of these"),
        ({"shop__b": "from .orders import f\nclass Item: ..."}, "from shop.b import Item would be"),
        (
            {"shop__b": "from . import c\nclass Item: ...", "shop__c": "from shop import orders"},
            "from shop.b import Item would be circular",
        ),
        ({"tests__b": "class Item: ..."}, "nothing here defines Item"),
        ({"scripts__b": "class Item: ..."}, "nothing here defines Item"),
    ],
)
def test_declines_what_is_not_the_only_one_or_not_importable(
    others: dict[str, str], reason: str
) -> None:
    assert reason in refused("Item", "return Item(x)", **others)


def test_takes_the_way_that_others_import_a_symbol_of_ours() -> None:
    others = {"shop__b": "class Item: ...", "shop__c": "from .b import Item"}
    assert added("Item", "return Item(x)", **others) == "from shop.b import Item"
    others |= {"shop__c": "from .api import Item", "shop__api": ""}
    assert "shop/b.py: from shop.b import Item" in refused("Item", "return Item(x)", **others)


def test_a_symbol_of_ours_competes_with_the_standard_library() -> None:
    reason = refused("Counter", "return Counter(x)", shop__b="class Counter: ...")
    assert "from collections import Counter from shop.b import Counter" in reason


def test_imports_relatively_where_the_file_does() -> None:
    text = "from .c import d\n\n\ndef f(x):\n    return Item(x)\n"
    texts = files(text, shop__b__items="class Item: ...", shop__c="d = 1")
    texts["shop/b/__init__.py"] = ""
    after = repaired(texts, "return Item(x)", undefined("Item"))
    assert after == f"from .b.items import Item\n{text}"


@pytest.mark.parametrize("head", ["", "import mail\n", "from mail.smtp import send\n"])
def test_does_not_tie_a_package_to_another(head: str) -> None:
    text = f"{head}\n\ndef f(x):\n    return Item(x)\n"
    texts = files(text, mail__items="class Item: ...", mail__smtp="") | {"mail/__init__.py": ""}
    if head:
        after = repaired(texts, "return Item(x)", undefined("Item"))
        assert "from mail.items import Item\n" in after
    else:
        reason = declined(texts, "return Item(x)", undefined("Item"))
        assert "would be the first import of that package here" in reason


def test_what_others_import_says_little_of_a_common_name() -> None:
    assert "nothing here defines" in refused("time", "time(1)", shop__b="from time import time\n")
    assert "nothing" in refused(
        "header", "[header]", shop__b="from . import header", shop__header=""
    )


def test_finds_modules_below_a_source_folder() -> None:
    texts = {"src/acme/shop/b.py": "class Item: ...", "src/acme/shop/orders.py": ""}
    text = "def f(x):\n    return Item(x)\n"
    texts["src/acme/shop/orders.py"] = text
    chain = raised(text, "return Item(x)", undefined("Item"), path="/app/acme/shop/orders.py")
    (candidate,) = proposals(problem(texts, chain))
    assert isinstance(candidate, Candidate)
    assert candidate.edits[0].after.startswith("from acme.shop.b import Item\n")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("if x:\n    json = 1\n", "json is bound on line 2"),
        ("def g(json): ...\n", "json is bound on line 1"),
        ("def g():\n    import json\n", "json is bound on line 2"),
        ("try:\n    import json\nexcept ImportError:\n    pass\n", "is bound in a try statement"),
        ("if TYPE_CHECKING:\n    import json\n", "is imported for type checkers only"),
    ],
)
def test_declines_a_name_that_the_file_binds(head: str, reason: str) -> None:
    assert reason in refused("json", "return json.dumps(x)", head)


def test_an_attribute_or_an_argument_binds_nothing() -> None:
    text = "def f(x):\n    x.json = g(json=1)\n    return json.dumps(x)\n"
    assert repaired(text, "return json.dumps(x)", undefined("json")).startswith("import json\n")


def test_declines_a_line_that_does_not_use_the_name() -> None:
    text = "def f(x):\n    return 1\n    json.dumps(x)\n"
    assert "does not use the name json" in declined(text, "return 1", undefined("json"))


def test_imports_a_submodule_that_nobody_did() -> None:
    text = "import logging\n\n\ndef f(x):\n    return logging.handlers.SysLogHandler()\n"
    error = "AttributeError: module 'logging' has no attribute 'handlers'"
    after = repaired(text, "return logging.handlers.SysLogHandler()", error)
    assert after == text.replace("logging\n", "logging\nimport logging.handlers\n", 1)


def test_does_not_take_up_a_name_of_another_type() -> None:
    text = "def f(x):\n    return logging.handler\n"
    error = "AttributeError: module 'logging' has no attribute 'handler'"
    assert not any(isinstance(a, Candidate) for a in answers(text, "return logging.handler", error))
