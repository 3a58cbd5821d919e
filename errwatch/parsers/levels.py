"""The words and numbers by which logs state a level."""

from __future__ import annotations

from errwatch.model.levels import Level

_NAMES = {
    Level.DEBUG: "trace trac debug dbug debu dbg verbose vrb fine finer finest",
    Level.INFO: "info inf information informational notice log config",
    Level.WARNING: "warn warning wrn warnung",
    Level.ERROR: "error err eror erro fail severe failure fehler erreur errore",
    Level.CRITICAL: "critical crit fatal fata ftl panic pani pnc dpanic alert emerg emergency",
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


SYSLOG = dict(
    enumerate((*[Level.CRITICAL] * 3, Level.ERROR, Level.WARNING, *[Level.INFO] * 2, Level.DEBUG))
)
"""syslog, journald's `PRIORITY`, GELF: 0 is the worst."""

_QUARTERS = (Level.DEBUG, Level.DEBUG, Level.INFO, Level.WARNING, Level.ERROR, Level.CRITICAL)
OTEL = {number: _QUARTERS[(number - 1) // 4] for number in range(1, 25)}
"""OpenTelemetry: four numbers a level."""

NUMBERED = {"levelno": LEVELNO, "severityNumber": OTEL, "severity_number": OTEL, "PRIORITY": SYSLOG}
"""Keys whose numbers are levels of one scale."""

LETTERS = {
    "F": Level.CRITICAL,
    "E": Level.ERROR,
    "W": Level.WARNING,
    "N": Level.INFO,
    "I": Level.INFO,
    "D": Level.DEBUG,
    "V": Level.DEBUG,
    "T": Level.DEBUG,
}
"""One letter for a level, where the form of the line leaves no doubt."""


def level_of_word(word: str) -> Level | None:
    return WORDS.get(word.lower())


def level_of_number(number: int, table: dict[int, Level]) -> Level | None:
    """The level at or just below a number; None for numbers that are no such level."""
    if number < min(table) or number >= max(table) + 10:
        return None
    return table[number - number % 10]
