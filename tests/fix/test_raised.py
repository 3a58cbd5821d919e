from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.fix.raised import Raised, read_raised


def output_of(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def kind_of(output: str) -> str | None:
    raised = read_raised(output)
    return raised.type if raised else None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("{}['a']", "KeyError"),
        ("raise KeyError", "KeyError"),
        ("raise ValueError('one\\n\\ntwo: three')", "ValueError"),
        ("import json; json.loads('')", "json.decoder.JSONDecodeError"),
        ("try: 1/0\nexcept Exception as e: raise OSError('x') from e", "OSError"),
        ("try: 1/0\nexcept Exception: {}['a']", "KeyError"),
        ("def f():\n class Oops(Exception): pass\n raise Oops('x')\nf()", "f.<locals>.Oops"),
        ("raise ExceptionGroup('g', [ValueError(1), KeyError(2)])", "ExceptionGroup"),
        ("e = ValueError(1); e.add_note('KeyError: no'); raise e", "ValueError"),
        ("print('ValueError: not this one'); {}['a']", "KeyError"),
        ("def f(: pass", "SyntaxError"),
        ("print('all is well')", None),
    ],
)
def test_reads_what_python_prints(code: str, kind: str | None) -> None:
    found = kind_of(output_of(code))
    assert (found or "").removeprefix("__main__.") == (kind or "")


def test_a_line_alone_will_do() -> None:
    assert kind_of("building\napp.errors.PriceError: no price\ndone: yes\n") == (
        "app.errors.PriceError"
    )
    assert kind_of("    def f():\nE       KeyError: 'a'\n\ntest_x.py:3: KeyError\n") == "KeyError"
    assert kind_of("note: this is no exception\n") is None


def test_frames_run_from_the_outermost_inwards() -> None:
    raised = read_raised(output_of("def f(): {}['a']\ndef g(): f()\ng()"))
    assert raised == Raised(
        "KeyError", (("<string>", "<module>"), ("<string>", "g"), ("<string>", "f"))
    )


@pytest.mark.parametrize(
    ("printed", "logged", "same"),
    [
        ("KeyError", "KeyError", True),
        ("a.b.KeyError", "KeyError", True),
        ("KeyError", "c.KeyError", True),
        ("KeyErrors", "KeyError", False),
    ],
)
def test_types_are_compared_by_their_last_segment(printed: str, logged: str, same: bool) -> None:
    assert Raised(printed).is_a(logged) is same


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Traceback (most recent call last):",
                "  + Exception Group Traceback (most recent call last):",
                '  File "a.py", line 1, in f',
                '  File "',
                "    x = 1",
                "ValueError: x",
                "E   : .",
                "...",
                "",
            ]
        )
        | st.text(max_size=20)
    ).map("\n".join)
)
def test_any_output_is_read_without_fault(output: str) -> None:
    read_raised(output)
