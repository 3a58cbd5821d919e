"""Which function is suspected first, and why."""

from __future__ import annotations

from functools import partial

import pytest

from errwatch.analyze.suspects import places, ranked
from errwatch.analyze.usage import Usage
from errwatch.code.locate import Locator
from errwatch.model.analysis import Suspect
from errwatch.model.event import Event, Frame, Link
from tests.analyze.memory import COMMIT, MemoryRepository, error, event, frame, library

SHOP = """\
def outer():
    middle()

def middle():
    inner()

def inner():
    raise ValueError("no")

def helper():
    pass

class Prices:
    def __getitem__(self, key):
        return self.table[key]

    def of(self, sku):
        return self[sku]

def check_price(price):
    raise ValueError(price)
"""
LINES = {"outer": 2, "middle": 5, "inner": 8, "helper": 11, "__getitem__": 15, "of": 18}


def calls(*functions: str) -> tuple[Frame, ...]:
    return tuple(frame("/app/shop.py", LINES[function], function) for function in functions)


def suspects(one: Event, text: str = SHOP) -> tuple[Suspect, ...]:
    return of_repository(one, {"shop.py": text})


def of_repository(one: Event, texts: dict[str, str]) -> tuple[Suspect, ...]:
    repository = MemoryRepository(texts)
    locator = Locator(repository.tree())
    usage = Usage(partial(repository.mentions, COMMIT), locator)
    return ranked(one, places(one, locator), usage)


def names(one: Event) -> list[str]:
    return [suspect.function for suspect in suspects(one)]


def test_the_innermost_first_then_outwards() -> None:
    found = suspects(event(error("ValueError", "no", *calls("outer", "middle", "inner"))))
    assert [suspect.function for suspect in found] == ["inner", "middle", "outer"]
    assert [suspect.line for suspect in found] == [8, 5, 2]
    assert found[0].score == 1.0
    assert found[0].score > found[1].score > found[2].score > 0
    assert found[0].why == "nearest to where ValueError came from"
    assert found[1].why == "on the way of ValueError from inner"


def test_the_explicit_cause_comes_before_what_it_was_wrapped_in() -> None:
    chain = event(
        error("StoreError", "", *calls("outer", "middle")),
        error("TimeoutError", "timed out", *calls("inner"), link=Link.CAUSE),
    )
    assert names(chain) == ["inner", "middle", "outer"]


def test_what_was_being_handled_comes_last() -> None:
    chain = event(
        error("KeyError", "'x'", *calls("outer", "middle")),
        error("TimeoutError", "timed out", *calls("inner"), link=Link.CONTEXT),
    )
    assert names(chain) == ["middle", "outer", "inner"]
    assert suspects(chain)[2].why == "on the way of TimeoutError, which was being handled"


def test_the_culprit_that_detection_chose_leads() -> None:
    group = event(
        error("ExceptionGroup", "", *calls("outer")),
        error("ValueError", "", *calls("inner"), link=Link.MEMBER),
        error("ValueError", "", *calls("helper"), link=Link.MEMBER),
        culprit=calls("inner")[0],
    )
    assert names(group) == ["inner", "helper", "outer"]


def test_a_function_is_one_suspect_however_often_it_is_called() -> None:
    chain = calls("outer", *["middle"] * 900, "inner")
    assert names(event(error("RecursionError", "", *chain))) == ["middle", "inner", "outer"]
    assert names(event(error("ValueError", "", *chain))) == ["inner", "middle", "outer"]


def test_library_and_generated_frames_are_passed_over() -> None:
    chain = (
        *calls("outer"),
        frame("<string>", 1, "made"),
        library("/usr/lib/python3.11/json/decoder.py", 355, "raw_decode"),
    )
    assert names(event(error("JSONDecodeError", "", *chain))) == ["outer"]


def test_a_repository_that_ran_as_an_installed_package_is_found() -> None:
    installed = library("/venv/lib/site-packages/shop.py", 8, "inner", 'raise ValueError("no")')
    job = frame("/srv/jobs/run.py", 3, "<module>", "shop.outer()")
    assert names(event(error("ValueError", "no", job, installed))) == ["inner"]


def test_an_installed_package_of_the_repository_comes_before_the_script_that_uses_it() -> None:
    texts = {"shop.py": SHOP, "bin/run": "import shop\n\nshop.outer()\n"}
    installed = library(
        "/usr/lib/python3/dist-packages/shop.py", 8, "inner", 'raise ValueError("no")'
    )
    script = frame("/usr/bin/run", 3, "<module>", "shop.outer()")
    one = event(error("ValueError", "no", script, installed), culprit=script)
    found = of_repository(one, texts)
    assert [suspect.file for suspect in found] == ["shop.py", "bin/run"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("vendor/shop.py", 'raise ValueError("no")'),
        ("shop.py", "raise ValueError(other)"),
        ("tools/shop.py", 'raise ValueError("no")'),
    ],
)
def test_a_copy_or_another_text_is_no_installed_package(path: str, code: str) -> None:
    texts = {path: SHOP, "bin/run": "import shop\n\nshop.outer()\n"}
    installed = library("/usr/lib/python3/dist-packages/x/shop.py", 8, "inner", code)
    script = frame("/usr/bin/run", 3, "<module>", "shop.outer()")
    one = event(error("ValueError", "no", script, installed), culprit=script)
    found = of_repository(one, texts)
    assert [suspect.file for suspect in found] == ["bin/run"]


def test_who_asked_for_a_missing_key_comes_before_the_lookup() -> None:
    chain = calls("outer", "of", "__getitem__")
    assert names(event(error("KeyError", "'x'", *chain)))[:2] == ["Prices.of", "Prices.__getitem__"]
    assert names(event(error("TypeError", "", *chain)))[0] == "Prices.__getitem__"


def test_who_was_refused_comes_before_the_check() -> None:
    refused = frame("/app/shop.py", 21, "check_price")
    chain = (*calls("outer", "middle"), refused)
    assert names(event(error("ValueError", "-1", *chain))) == ["middle", "check_price", "outer"]
    assert names(event(error("ValueError", "-1", refused))) == ["check_price"]


def test_a_class_that_lacks_an_attribute_is_a_suspect() -> None:
    message = "'Prices' object has no attribute 'currency'"
    found = suspects(event(error("AttributeError", message, *calls("outer", "inner"))))
    assert [suspect.function for suspect in found] == ["inner", "Prices", "outer"]
    assert found[1].why == "the class that has no currency"
    assert found[1].line == 13


def test_code_that_moved_is_said_and_trusted_less() -> None:
    one = event(error("ValueError", "no", frame("/app/shop.py", 8, "inner", "raise ValueError(1)")))
    (found,) = suspects(one)
    assert found.score < 1
    assert found.why.endswith("; shop.py: inner has changed since the trace")
