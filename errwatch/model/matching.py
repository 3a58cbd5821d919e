"""Conditions on an event that a user's rules name, as `scan --format json` names its values."""

from __future__ import annotations

from fnmatch import fnmatchcase

import re2

from errwatch.model.event import Event


def meets(
    event: Event,
    *,
    exception_type: str | None = None,
    message: str | None = None,
    path: str | None = None,
) -> bool:
    """Whether all conditions hold; None is no condition.

    A type of any exception of the chain, with or without its module; RE2, searched in the title; a
    glob for the culprit's file: the whole path, or what follows any folder of it.
    """
    return (
        (exception_type is None or _raised(exception_type, event))
        and (message is None or re2.search(message, event.title) is not None)
        and (path is None or _stands_in(path, event))
    )


def refusal(pattern: str, options: re2.Options | None = None) -> str | None:
    """Why RE2 does not take a pattern; it names the operator. None where it does."""
    try:
        re2.compile(pattern, options or _quiet())
    except re2.error as error:
        reason = error.args[0]
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return None


def _quiet() -> re2.Options:
    """RE2 writes to standard error by itself, unless it is told not to."""
    options = re2.Options()
    options.log_errors = False
    return options


def _raised(wanted: str, event: Event) -> bool:
    return any(
        one.type == wanted or one.type.endswith((f".{wanted}", f"::{wanted}", f"\\{wanted}"))
        for one in event.exceptions
    )


def _stands_in(glob: str, event: Event) -> bool:
    if event.culprit is None:
        return False
    file = event.culprit.file.replace("\\", "/")
    return fnmatchcase(file, glob) or fnmatchcase(file, f"*/{glob}")
