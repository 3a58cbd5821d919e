"""What a language family has to offer, and the table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from errwatch.model.event import ExceptionInfo
from errwatch.parsers import (
    beam,
    builds,
    compiled,
    crashes,
    dart,
    dotnet,
    eslint,
    go,
    haskell,
    js,
    julia,
    jvm,
    kernel,
    lua,
    machines,
    native,
    perl,
    php,
    python,
    pythonic,
    ruby,
    rust,
    scripting,
    shell,
    shown,
    startup,
    swift,
    systemd,
    testruns,
    windows,
)


class TraceState(Protocol):
    """Where in a trace the last line stood; each family has its own states."""

    @property
    def complete(self) -> bool:
        """The trace could end here; False in the middle of the frames."""


class TraceFormat(Protocol):
    @property
    def language(self) -> str | None:
        """None where the trace is no program's, but a kernel's or a tool's."""

    @property
    def hint(self) -> str:
        """An expression (RE2) that is found in every line with which a trace begins."""

    def start(self, line: str) -> TraceState | None:
        """The state after `line`, if a trace begins with it."""

    def follow(self, state: TraceState, line: str, *, loose: bool) -> TraceState | None:
        """The state after `line`, or None where `line` is no part of the trace.

        `loose`: unmarked text after the exception's line is more of its message.
        """

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        """The exceptions, the one that came out last first. In-app is left to `detect`."""


class Headed(TraceFormat, Protocol):
    """A family whose traces begin with the exception, often inside the message of a log line."""

    def frame(self, line: str) -> TraceState | None:
        """The state after `line`, if it is the first frame under text that names an exception."""


HEADED: tuple[Headed, ...] = (jvm.JVM, js.JS, dotnet.DOTNET, php.PHP, dart.DART, swift.SWIFT)
LOGGED: tuple[TraceFormat, ...] = (python.PYTHON, pythonic.INDENTED)
"""Families whose traces begin alike when they are logged and when nobody caught the exception."""

TRACES: tuple[TraceFormat, ...] = (
    python.PYTHON,
    pythonic.INDENTED,
    *shown.SHOWN,
    go.GO,
    rust.RUST,
    rust.REPORT,
    rust.EYRE,
    ruby.RUBY,
    ruby.RAKE,
    beam.ELIXIR,
    beam.ERLANG,
    native.SANITIZER,
    native.NATIVE,
    kernel.KERNEL,
    systemd.SYSTEMD,
    windows.EVENT,
    startup.STARTUP,
    haskell.HASKELL,
    lua.LUA,
    shell.SHELL,
    *builds.BUILDS,
    eslint.STYLISH,
    *crashes.CRASHES,
    *machines.MACHINES,
    *testruns.TESTRUNS,
    php.CONSOLE,
    php.WATCHDOG,
    *scripting.SCRIPTING,
    *compiled.COMPILED,
    *julia.JULIA,
    perl.PERL,
    *HEADED,
)
"""Formats whose first line is an error by itself. The first that starts on a line wins."""

STACKS: tuple[TraceFormat, ...] = (
    pythonic.SYNTAX,
    go.STACK,
    ruby.STACK,
    ruby.JRUBY,
    rust.CAUSES,
    js.HEAP,
    julia.STACK,
    haskell.STACK,
    lua.STACK,
    compiled.ZIG_STACK,
    native.NUMBERED,
    *builds.PLACES,
)
"""Formats without such a line: frames that only mean an error under a line that announces one."""

SAID_ABOVE: tuple[TraceFormat, ...] = (haskell.HASKELL, *scripting.SCRIPTING)
"""Formats that may begin under a plain line that says what went wrong."""
