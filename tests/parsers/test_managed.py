"""Traces that begin with the exception: their frames, what ends them, odd orders of lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.model.event import ExceptionInfo, Frame, Link
from errwatch.parsers.dart import DART
from errwatch.parsers.dotnet import DOTNET
from errwatch.parsers.js import JS
from errwatch.parsers.jvm import JVM
from errwatch.parsers.php import PHP
from errwatch.parsers.prefixes import fpm
from errwatch.parsers.stages import guessed
from errwatch.parsers.swift import SWIFT
from errwatch.parsers.trace import HEADED, Headed

FRAMES: dict[str, tuple[Headed, Frame]] = {
    "\tat com.tarn.Gate.open(Gate.java:12) ~[mill.jar!/:1.0]": (
        JVM,
        Frame("Gate.java", 12, "open", "com.tarn.Gate"),
    ),
    "\tat java.base@17.0.1/java.lang.Thread.run(Thread.java:840)": (
        JVM,
        Frame("Thread.java", 840, "run", "java.lang.Thread"),
    ),
    "\tat com.tarn.Gate$$Lambda$14/0x0000000800c03000.run(Unknown Source)": (
        JVM,
        Frame("", None, "run", "com.tarn.Gate$$Lambda$14/0x0000000800c03000"),
    ),
    "\tat com.tarn.Gate.lambda$open$3(Gate.java:9)": (
        JVM,
        Frame("Gate.java", 9, "open", "com.tarn.Gate"),
    ),
    "\tat com.tarn.GateKt$open$2.invokeSuspend(Gate.kt:41)": (
        JVM,
        Frame("Gate.kt", 41, "open", "com.tarn.GateKt$open$2"),
    ),
    "\tat tarn.mill$find_gate.invoke(mill.clj:7)": (
        JVM,
        Frame("mill.clj", 7, "find-gate", "tarn.mill"),
    ),
    "    at open (/app/gate.js:7:21)": (JS, Frame("/app/gate.js", 7, "open")),
    "    at async file:///app/gate.mjs:7:21 {": (JS, Frame("/app/gate.mjs", 7, None)),
    "    at Layer.handle [as get] (C:\\app\\layer.js:95:5)": (
        JS,
        Frame("C:\\app\\layer.js", 95, "Layer.handle"),
    ),
    "    at eval (eval at run (/app/run.js:1:2), <anonymous>:3:4)": (
        JS,
        Frame("/app/run.js", 1, "eval"),
    ),
    "    at Page (webpack-internal:///(rsc)/./src/page.tsx:3:9)": (
        JS,
        Frame("src/page.tsx", 3, "Page"),
    ),
    "open/<@https://a.example/gate.js?v=2:9:2": (
        JS,
        Frame("https://a.example/gate.js", 9, "open/<"),
    ),
    "   at Tarn.Gate.<>c.<<Open>b__0_1>d.MoveNext() in /src/Gate.cs:line 22": (
        DOTNET,
        Frame("/src/Gate.cs", 22, "Open", "Tarn.Gate.<>c.<<Open>b__0_1>d"),
    ),
    "  at Tarn.Gate.Pick (System.Func`2[System.Int32] f) [0x00007] in /src/a b.cs:9 ": (
        DOTNET,
        Frame("/src/a b.cs", 9, "Pick", "Tarn.Gate"),
    ),
    "#1      Gate.open (package:mill/gate.dart:17:28)": (
        DART,
        Frame("package:mill/gate.dart", 17, "Gate.open"),
    ),
}


@pytest.mark.parametrize("line", FRAMES)
def test_frames(line: str) -> None:
    format_, expected = FRAMES[line]
    assert next(one for one in HEADED if one.frame(line) is not None) is format_
    (found,) = format_.parse(["TornError: sack", line])
    assert found.frames == (expected,)


@pytest.mark.parametrize(
    "line",
    [
        "   at the mill, stone 3",
        "\tat last (finally)",
        "at 10:00:05 all was well",
        "    at noon: 12:30:05 pm",
        "#3 in the list (of 12)",
        "mail to open@mill.example:9",
        "see gate.js:7",
    ],
)
def test_what_is_no_frame(line: str) -> None:
    assert not [format_ for format_ in HEADED if format_.frame(line) is not None]


def test_the_runtime_of_php_names_the_function_that_is_called_at_a_place() -> None:
    (found,) = PHP.parse(
        [
            "PHP Fatal error:  Uncaught Tarn\\TornError: sack in /app/sack.php:3",
            "Stack trace:",
            "#0 /app/mill.php(9): Tarn\\Sack->fill(Array, 'a')",
            "#1 [internal function]: {closure}()",
            "#2 /app/index.php(2): array_map(Object(Closure), Array)",
            "#3 {main}",
        ]
    )
    assert (found.type, found.message) == ("Tarn\\TornError", "sack")
    assert found.frames == (
        Frame("/app/index.php", 2, "{main}"),
        Frame("/app/mill.php", 9, "{closure}"),
        Frame("/app/sack.php", 3, "fill", "Tarn\\Sack"),
    )


def test_what_was_suppressed_is_told_after_the_causes() -> None:
    found = JVM.parse(
        [
            "tarn.OuterException: o",
            "\tat tarn.A.a(A.java:1)",
            "\tSuppressed: tarn.CloseException: c",
            "\t\tat tarn.B.close(B.java:2)",
            "\tCaused by: tarn.DeepException: d",
            "\t\tat tarn.C.c(C.java:3)",
            "Caused by: tarn.InnerException: i",
            "\tat tarn.D.d(D.java:4)",
            "Caused by: [CIRCULAR REFERENCE: tarn.OuterException: o]",
        ]
    )
    assert [(one.link, one.type, len(one.frames)) for one in found] == [
        (Link.RAISED, "tarn.OuterException", 1),
        (Link.CAUSE, "tarn.InnerException", 1),
        (Link.CONTEXT, "tarn.CloseException", 1),
        (Link.CAUSE, "tarn.DeepException", 1),
    ]


def test_a_place_alone_is_no_report_of_node() -> None:
    state = JS.start("/app/gate.js:7")
    assert state is not None
    assert guessed(state)
    code = JS.follow(state, "  open(gate)", loose=False)
    assert code is not None
    assert guessed(code)
    assert JS.follow(code, "another line", loose=True) is None
    caret = JS.follow(code, "  ^^^^", loose=False)
    assert caret is not None
    assert not guessed(caret)


def test_lines_of_a_worker_that_the_manager_of_php_passes_on() -> None:
    layer = fpm('[01-Apr-2026 10:00:02] WARNING: [pool www] child 7 said into stderr: "#0 a"', None)
    assert layer is not None
    assert (layer.stream, layer.rest) == ("www 7", "#0 a")
    assert fpm("[01-Apr-2026 10:00:02] WARNING: [pool www] child 7 exited", None) is None


PARTS = [
    *FRAMES,
    'Exception in thread "main" tarn.TornError: sack',
    "Caused by: tarn.TornError: sack",
    "\tSuppressed: tarn.TornError",
    "Wrapped by: tarn.TornError: sack",
    "\t... 3 more",
    "/app/gate.js:7",
    "  open()",
    "  ^",
    "TornError [E_SACK]: sack",
    "  [cause]: TornError: sack {",
    "  [errors]: [",
    "    TornError: sack",
    "  ]",
    "}",
    "Node.js v20.1.0",
    "Unhandled exception. Tarn.TornException: sack",
    " ---> Tarn.TornException: sack",
    "   --- End of inner exception stack trace ---",
    " ---> (Inner Exception #1) Tarn.TornException: sack<---",
    "PHP Fatal error:  Uncaught Error: sack in /a.php:3",
    "Next Error: sack in /a.php:3",
    "#0 /a.php(3): f()",
    "#1 {main}",
    "  thrown in /a.php on line 3",
    "[stacktrace]",
    "Unhandled exception:",
    "Bad state: sack",
    "<asynchronous suspension>",
    "mill/Gate.swift:21: Fatal error: sack",
    "text",
    "",
]


@pytest.mark.parametrize("format_", HEADED, ids=lambda one: type(one).__name__)
@given(lines=st.lists(st.sampled_from(PARTS), min_size=1, max_size=25))
def test_any_order_of_lines_is_read(format_: Headed, lines: list[str]) -> None:
    found = format_.parse(lines)
    assert all(isinstance(one, ExceptionInfo) for one in found)
    state = format_.start(lines[0])
    for line in lines[1:]:
        state = format_.follow(state, line, loose=False) if state is not None else None


def test_swift_names_the_place_even_without_a_backtrace() -> None:
    (found,) = SWIFT.parse(["mill/Gate.swift:21: Fatal error: no key"])
    assert (found.type, found.message) == ("", "Fatal error: no key")
    assert found.frames == (Frame("mill/Gate.swift", 21, None),)
