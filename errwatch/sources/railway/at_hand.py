"""Whether there is a project of Railway that need not be named."""

from __future__ import annotations

from collections.abc import Mapping
from shutil import which

from errwatch.errors import SourceError
from errwatch.sources.child import Child
from errwatch.sources.railway.target import Wanted
from errwatch.sources.railway.tokens import Kind, token_of

WHOLE = "railway:"
"""All services, as an input."""

PROGRAM = "railway"


def linked(environment: Mapping[str, str]) -> bool:
    """A token says which project it is, or the variables, or the command line of Railway does."""
    if token := token_of(environment):
        return token[0] is Kind.PROJECT or bool(Wanted.of("", environment).project)
    return which(PROGRAM, path=environment.get("PATH")) is not None and _has_project()


def _has_project() -> bool:
    """Whether the command line is logged in, and knows a project for the working directory."""
    try:
        with Child(PROGRAM, [PROGRAM, "status", "--json"]) as child:
            for _ in child.output(lambda: False):
                pass
    except SourceError:
        return False
    return child.exit_code == 0
