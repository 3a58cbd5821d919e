"""An expression that is compiled late answers as one that is compiled at once."""

from __future__ import annotations

import copy
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch import lazy_re

PATTERN = r"(?P<word>[a-c]+)=(\d*)"


@given(st.text(alphabet="abc=1 \n", max_size=12))
def test_it_answers_as_the_compiled_one(text: str) -> None:
    late, early = lazy_re.compile(PATTERN, lazy_re.I), re.compile(PATTERN, re.I)
    assert str(late.match(text)) == str(early.match(text))
    assert late.sub("-", text) == early.sub("-", text)
    assert late.split(text) == early.split(text)
    assert late.findall(text) == early.findall(text)
    assert str(late.search(text, 2, 5)) == str(early.search(text, 2, 5))
    assert str(late.fullmatch(text)) == str(early.fullmatch(text))


def test_it_says_what_it_is() -> None:
    late = lazy_re.compile(PATTERN)
    assert (late.pattern, late.groups, dict(late.groupindex)) == (PATTERN, 2, {"word": 1})


def test_it_can_be_copied_as_for_another_process() -> None:
    late = lazy_re.compile(PATTERN, lazy_re.I)
    late.match("a=1")
    for one in (late, lazy_re.compile(PATTERN, lazy_re.I)):
        assert copy.deepcopy(one).match("A=1")


def test_what_is_no_expression_is_told_at_its_first_use() -> None:
    wrong = lazy_re.compile("(")
    with pytest.raises(re.error):
        wrong.match("x")


def test_hardly_any_is_compiled_before_it_is_used() -> None:
    program = (
        "import re._compiler\n"
        "made, compile = [], re._compiler.compile\n"
        "re._compiler.compile = lambda *given: made.append(given) or compile(*given)\n"
        "import errwatch.detect.detector\n"
        "print(len(made))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 40
