"""Last words of tools are told from what they are the last words of."""

from __future__ import annotations

import pytest

from errwatch.model.levels import Level
from errwatch.parsers.conclusions import concludes
from errwatch.parsers.logline import read_line


@pytest.mark.parametrize(
    "line",
    [
        "error: could not compile `shop` (bin) due to 1 previous error",
        "gmake[2]: *** [Makefile:90: cart.o] Error 1",
        "ERROR: Build did NOT complete successfully",
        "ninja: build stopped: subcommand failed.",
        "** BUILD FAILED **",
        "Execution halted",
    ],
)
def test_a_line_that_only_says_that_it_failed(line: str) -> None:
    assert concludes(line)


@pytest.mark.parametrize(
    "line",
    [
        "error: linking with `cc` failed: exit status: 1",
        "ERROR: /srv/shop/BUILD:12:10: no such package",
        "FAILED tests/test_cart.py::test_total - assert 3 == 4",
        "cart.c:12:12: error: `sum` undeclared",
        "",
    ],
)
def test_a_line_that_says_what_failed(line: str) -> None:
    assert not concludes(line)


def test_the_level_of_a_line_behind_the_time_of_a_collector() -> None:
    log = read_line(
        "2026-03-01T10:00:01.001Z [Sun Mar 01 10:00:01.123456 2026] [cgi:error] [pid 4242] gone"
    )
    assert (log.level, log.said) == (Level.ERROR, "gone")


def test_a_record_behind_the_time_of_a_collector() -> None:
    log = read_line('2026-03-01T10:00:01.001Z {"level": "error", "msg": "store is closed"}')
    assert (log.whole, log.level, log.message) == (True, Level.ERROR, "store is closed")


def test_a_line_of_syslog_behind_the_time_of_a_collector() -> None:
    log = read_line("2026-03-01T10:00:01.001Z Mar  1 10:00:01 web1 kernel: Oops: 0000 [#1]")
    assert (log.stream, log.message) == ("web1 kernel", "Oops: 0000 [#1]")
