from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.fix.raised import Raised, read_raised, read_tracebacks


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
        "KeyError", "'a'", (("<string>", "<module>"), ("<string>", "g"), ("<string>", "f"))
    )


def test_the_frames_of_a_cause_count_and_those_of_another_error_do_not() -> None:
    raise_it = "def f(): 1 / 0\ndef g():\n  try: f()\n  except Exception as e: {}\n"
    chained = read_raised(output_of(raise_it.format("raise OSError('x') from e") + "g()"))
    assert chained is not None
    assert ("<string>", "f") in chained.frames
    apart = raise_it.format("import traceback; traceback.print_exc()")
    other = read_raised(output_of(apart + "g()\n{}['a']"))
    assert other == Raised("KeyError", "'a'", (("<string>", "<module>"),))


def test_every_traceback_is_read() -> None:
    shown = "import traceback\ntry: 1 / 0\nexcept Exception: traceback.print_exc()\n{}['a']"
    kinds = [one.type for one in read_tracebacks(output_of(shown))]
    assert kinds == ["ZeroDivisionError", "KeyError"]


@pytest.mark.parametrize(
    ("printed", "logged", "same"),
    [
        ("KeyError", "KeyError", True),
        ("a.b.KeyError", "KeyError", True),
        ("KeyError", "c.KeyError", True),
        ("KeyErrors", "KeyError", False),
        ("a.b.KeyError", "a.b.KeyError", True),
        ("a.KeyError", "b.KeyError", False),
    ],
)
def test_types_are_compared_as_far_as_both_are_told(printed: str, logged: str, same: bool) -> None:
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
    list(read_tracebacks(output))
