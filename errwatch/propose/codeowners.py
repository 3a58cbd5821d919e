"""CODEOWNERS: who is asked about which files. The last rule that matches a file decides.

The patterns are those of .gitignore without `!` and `[ ]`, as GitHub reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import re2

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""The first of these that is there counts."""
MOST_BYTES = 3 * 1024 * 1024
"""GitHub reads no larger one."""


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: str
    owners: tuple[str, ...]
    """`@name`, `@owner/team` or an address; none takes the owners of the rules before away."""


def owners_of(files: Iterable[str], read: Callable[[str], str | None]) -> list[str]:
    """Those of all the files, in the order of the files; `read` gives the text of a file."""
    text = next((found for place in PLACES if (found := read(place)) is not None), "")
    rules = list(parse(text)) if len(text) <= MOST_BYTES else []
    owners = [owner for file in files for owner in _owners(file, rules)]
    return list(dict.fromkeys(owners))


def parse(text: str) -> Iterator[Rule]:
    for line in text.splitlines():
        words = _words(line)
        if words:
            yield Rule(words[0], tuple(words[1:]))


def _words(line: str) -> list[str]:
    """Up to a comment; a space after a backslash is part of a word."""
    words: list[str] = []
    inside = escaped = False
    for sign in line:
        if not escaped and sign == "#" and not inside:
            break
        if not escaped and sign.isspace():
            inside = False
            continue
        if not inside:
            words.append("")
            inside = True
        escaped = sign == "\\" and not escaped
        if not escaped:
            words[-1] += sign
    return words


def _owners(file: str, rules: list[Rule]) -> tuple[str, ...]:
    return next((rule.owners for rule in reversed(rules) if _matches(rule.pattern, file)), ())


def _matches(pattern: str, file: str) -> bool:
    return _compiled(pattern).fullmatch(file) is not None


@cache
def _compiled(pattern: str) -> re2.Pattern[str]:
    """A name without a slash is one at any depth; a folder stands for all that is in it, but
    `folder/*` only for what is right in it."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    inner = _expression(body)
    if pattern.endswith("/"):
        tail = "/.*"
    elif body.endswith("/*") and body != "*":
        tail = ""
    else:
        tail = "(?:/.*)?"
    return re2.compile(f"{'' if anchored else '(?:.*/)?'}{inner}{tail}")


def _expression(body: str) -> str:
    parts = []
    at = 0
    while at < len(body):
        if body.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif body.startswith("**", at):
            parts.append(".*")
            at += 2
        else:
            sign = body[at]
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(sign) or re2.escape(sign))
            at += 1
    return "".join(parts)
