"""Queries in LogQL, taken apart and put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from errwatch.errors import UsageError

LEVELS = ("level", "detected_level")
"""Labels with the level of an entry: its sender's, and Loki's own guess."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What an entry must show to be of use: one of the two."""

    line: str
    """An expression of RE2, found in its text."""
    levels: tuple[str, ...]
    """Words for levels, in whatever case."""


@dataclass(frozen=True, slots=True)
class Query:
    """Raises UsageError where it is none for log lines."""

    text: str
    selector: str
    pipeline: str

    @classmethod
    def of(cls, text: str) -> Query:
        end = _selector_end(text.strip())
        text = text.strip()
        return cls(text, text[:end], text[end:].strip())

    def of_stream(self, labels: Mapping[str, str]) -> str:
        """For one stream alone."""
        given = ", ".join(f"{key}={_quoted(value)}" for key, value in labels.items())
        return f"{{{given}}} {self.pipeline}"

    def narrowed(self, label: str, value: str) -> str:
        """For those of its streams alone that have the label."""
        begin = self.selector[:-1].rstrip().rstrip(",")
        comma = ", " if begin != "{" else ""
        return f"{begin}{comma}{label}={_quoted(value)}}} {self.pipeline}".rstrip()

    def searched(self, sought: Sought) -> Iterable[str]:
        """Those that together find all that is sought."""
        words = _quoted(f"(?i)({'|'.join(sought.levels)})")
        yield f"{self.text} |~ {_quoted(sought.line)}"
        yield f"{self.text} | {' or '.join(f'{label}=~{words}' for label in LEVELS)}"

    @property
    def only_filters(self) -> bool:
        """Whether the labels that it gives are those of the streams."""
        stages = "".join(_unquoted(self.pipeline))
        for filter_ in ("|=", "|~", "!=", "!~"):
            stages = stages.replace(filter_, "")
        return not stages.strip()


def _selector_end(query: str) -> int:
    if query.startswith("{"):
        for place, sign in _outside(query):
            if sign == "}":
                return place + 1
    msg = f'loki:{query}: not a query such as loki:{{app="shop"}}'
    raise UsageError(msg)


def _unquoted(text: str) -> Iterable[str]:
    return (sign for _, sign in _outside(text))


def _outside(text: str) -> Iterable[tuple[int, str]]:
    """The signs that stand in no string, and where."""
    quote, escaped = "", False
    for place, sign in enumerate(text):
        if quote:
            ended = sign == quote and not escaped
            escaped = sign == "\\" and not escaped and quote == '"'
            quote = "" if ended else quote
        elif sign in '"`':
            quote = sign
        else:
            yield place, sign


def _quoted(value: str) -> str:
    return orjson.dumps(value).decode()
