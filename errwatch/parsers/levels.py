"""The words and numbers by which logs state a level."""

from __future__ import annotations

from errwatch.model.levels import Level

_NAMES = {
    Level.DEBUG: "trace debug dbug verbose fine finer finest",
    Level.INFO: "info information informational notice log config",
    Level.WARNING: "warn warning",
    Level.ERROR: "error err eror severe failure",
    Level.CRITICAL: "critical crit fatal panic alert emerg emergency",
}

WORDS = {word: level for level, words in _NAMES.items() for word in words.split()}

PINO = {
    10: Level.DEBUG,
    20: Level.DEBUG,
    30: Level.INFO,
    40: Level.WARNING,
    50: Level.ERROR,
    60: Level.CRITICAL,
}
"""pino and bunyan: the numbers under the key `level`."""

LEVELNO = {
    10: Level.DEBUG,
    20: Level.INFO,
    30: Level.WARNING,
    40: Level.ERROR,
    50: Level.CRITICAL,
}
"""Python's logging: the numbers under the key `levelno`."""


def level_of_word(word: str) -> Level | None:
    return WORDS.get(word.lower())


def level_of_number(number: int, table: dict[int, Level]) -> Level | None:
    """The level at or just below a number; None for numbers that are no such level."""
    if number < min(table) or number >= max(table) + 10:
        return None
    return table[number - number % 10]
