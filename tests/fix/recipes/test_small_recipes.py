"""The smaller recipes. Each program here really raises the error before, and runs after."""

from __future__ import annotations

import traceback
from collections.abc import Mapping

import pytest

from errwatch.fix.gates.symptoms import symptoms
from errwatch.fix.policy import Policy
from errwatch.model.event import ExceptionInfo, Frame
from errwatch.model.fix import Candidate, Declined, GateStatus
from tests.fix.recipes.programs import DECLINED, PROGRAMS
from tests.fix.trees import declined, problem, proposals, repaired

FILE = "shop/orders.py"


def run(text: str) -> BaseException | None:
    """What a program raises."""
    try:
        exec(compile(text, f"/app/{FILE}", "exec"), {"__name__": __name__})  # noqa: S102
    except Exception as error:  # noqa: BLE001
        return error
    return None


def seen(error: BaseException, text: str) -> ExceptionInfo:
    """An exception as a trace shows it."""
    lines = text.split("\n")
    frames = [
        Frame(
            each.filename,
            each.lineno or 1,
            each.name,
            in_app=each.filename.startswith("/app/"),
            code=lines[(each.lineno or 1) - 1].strip()
            if each.filename.startswith("/app/")
            else None,
        )
        for each in traceback.extract_tb(error.__traceback__)
        if each.filename != __file__
    ]
    return ExceptionInfo(type(error).__name__, str(error), tuple(frames))


def chain(error: BaseException, text: str) -> list[ExceptionInfo]:
    causes = [error]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    return [seen(each, text) for each in causes]


def answers(text: str, others: Mapping[str, str] | None = None) -> list[Candidate | Declined]:
    error = run(text)
    assert error is not None, "the program runs"
    return proposals(problem({FILE: text, **(others or {})}, *chain(error, text)))


@pytest.mark.parametrize("name", PROGRAMS)
def test_mends(name: str) -> None:
    program = PROGRAMS[name]
    found = [each for each in answers(program.before) if isinstance(each, Candidate)]
    assert found, answers(program.before)
    (edit,) = found[0].edits
    assert edit.after == program.after
    assert symptoms(found[0], Policy()).status is GateStatus.PASSED
    assert run(edit.after) is None


@pytest.mark.parametrize("name", DECLINED)
def test_declines(name: str) -> None:
    found = answers(DECLINED[name])
    assert all(isinstance(each, Declined) for each in found), found


ASCII = (
    "UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3 in position 5: ordinal not in range"
)

OPENED = {
    "open": ("x = open(p).read()", 'x = open(p, encoding="utf-8").read()'),
    "a mode": ('x = open(p, "r+").read()', 'x = open(p, "r+", encoding="utf-8").read()'),
    "a comma at the end": ("x = open(p,).read()", 'x = open(p, encoding="utf-8").read()'),
    "a path": ("x = p.read_text()", 'x = p.read_text(encoding="utf-8")'),
    "a path that is opened": ("x = p.open().read()", 'x = p.open(encoding="utf-8").read()'),
}


@pytest.mark.parametrize("case", OPENED)
def test_says_the_encoding(case: str) -> None:
    before, after = OPENED[case]
    assert repaired(f"def f(p):\n    {before}\n", before, ASCII) == f"def f(p):\n    {after}\n"


def test_says_the_encoding_of_the_file_that_a_block_reads() -> None:
    text = (
        "def f(p):\n    with open(p) as file:\n        for row in file:\n            print(row)\n"
    )
    after = text.replace("open(p)", 'open(p, encoding="utf-8")')
    assert repaired(text, "for row in file:", ASCII) == after


NOT_OPENED = {
    "bytes": 'x = open(p, "rb").read().decode("ascii")',
    "an encoding by position": 'x = open(p, "r", -1, "ascii").read()',
    "a mode that does not show": "x = open(p, mode).read()",
    "nothing": "x = p.decode()",
    "two files": "x = open(p).read() + open(q).read()",
}


@pytest.mark.parametrize("case", NOT_OPENED)
def test_leaves_encodings_that_do_not_show(case: str) -> None:
    assert "reads or writes" in declined(
        f"def f(p):\n    {NOT_OPENED[case]}\n", NOT_OPENED[case], ASCII
    )


def test_leaves_a_file_that_is_not_in_utf_8() -> None:
    error = ASCII.replace("'ascii'", "'utf-8'")
    assert "not in UTF-8" in declined("x = open(p).read()\n", "x = open(p).read()", error)


LOST = "TypeError: not all arguments converted during string formatting"

LOGGED = {
    "no place": ('log.info("paid", order)', 'log.info("paid %s", order)'),
    "one place of two": ('log.info("paid %s of %%:", a, b)', 'log.info("paid %s of %%: %s", a, b)'),
    "beside a keyword": (
        'log.error("total=", n, exc_info=True)',
        'log.error("total=%s", n, exc_info=True)',
    ),
}


@pytest.mark.parametrize("case", LOGGED)
def test_gives_an_argument_its_place(case: str) -> None:
    before, after = LOGGED[case]
    assert repaired(f"{before}\n", before, LOST) == f"{after}\n"


@pytest.mark.parametrize(
    "call", ['log.info("paid", a, b)', 'log.info("%(a)s", a, b)', 'log.info("paid", *a)']
)
def test_leaves_messages_that_lack_more(call: str) -> None:
    assert declined(f"{call}\n", call, LOST)
