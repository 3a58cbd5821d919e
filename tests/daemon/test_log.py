"""What the watcher says of itself."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

from errwatch.daemon.log import LogFormat, OwnLog
from errwatch.model.levels import Level


def now() -> datetime:
    return datetime(2026, 11, 20, 10, tzinfo=UTC)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_text_is_one_harmless_line() -> None:
    out = io.StringIO()
    log = OwnLog(out, LogFormat.TEXT, Level.INFO, now)
    log.warning("a\n::error::b\x1b[31m")
    log.debug("not said")
    assert out.getvalue() == "errwatch: a ::error::b\N{REPLACEMENT CHARACTER}[31m\n"


def test_json_has_a_level_of_its_own() -> None:
    out = io.StringIO()
    OwnLog(out, LogFormat.JSON, Level.WARNING, now).warning("the disk is full")
    assert json.loads(out.getvalue()) == {
        "timestamp": "2026-11-20T10:00:00.000+00:00",
        "level": "warning",
        "logger": "errwatch",
        "message": "the disk is full",
    }


def test_a_status_line_makes_room_for_what_is_said() -> None:
    out = Terminal()
    log = OwnLog(out, LogFormat.TEXT, Level.INFO, now)
    log.status("3 lines")
    log.status("3 lines")
    log.info("hello")
    assert out.getvalue() == "\r\x1b[K3 lines\r\x1b[Kerrwatch: hello\n"


def test_there_is_no_status_line_in_a_pipe() -> None:
    out = io.StringIO()
    OwnLog(out, LogFormat.TEXT, Level.INFO, now).status("3 lines")
    assert out.getvalue() == ""
