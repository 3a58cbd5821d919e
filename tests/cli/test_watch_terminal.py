"""What a person sees of a watch: a line for each new issue, and how things go below it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Cli
from tests.cli.screen import OnTerminal
from tests.cli.test_watch import append, watching

LONG = "the order of a customer was lost on its long way through all the services, " * 2
WIDE = "注文の処理に失敗しました、データベースへの接続が拒否されました、もう一度お試しください"
QUIET = "2026-11-20 10:00:00,000 INFO app: on\n"
TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/app/services/payment/gateway_adapter.py", line 245, in call_the_gateway\n'
    "    send(request)\n"
    "TimeoutError: the gateway of payments did not answer in thirty seconds\n"
)


def error(text: str) -> str:
    return f"2026-11-20 10:00:00,000 ERROR app: {text}\n"


def issues(rows: list[str]) -> list[str]:
    return [row for row in rows if "EW-" in row]


@pytest.mark.parametrize("width", [80, 50])
def test_each_new_issue_is_one_row_and_the_last_row_says_how_things_go(
    cli: Cli, width: int
) -> None:
    log = cli.cwd / "app.log"
    log.write_text("")
    with OnTerminal(cli, "watch", "app.log", "--from", "start", width=width) as terminal:
        terminal.until(lambda rows: "0 lines read" in rows[-1])
        append(log, error(LONG) + error(WIDE) + error("\x1b]0;owned\x07\x1b[2J a bell \x07 rang"))
        append(log, QUIET + TRACE + error("fine"))
        rows = terminal.until(lambda rows: "9 lines read, 5 events" in rows[-1])
        assert len(issues(rows)) == 5
        assert rows[-1].startswith("1 input, ")
        after = terminal.interrupt()
    assert all(cell_len(row) <= width for row in after)
    # The greeting may be folded; below it there is nothing but issues.
    assert issues(after) == after[-6:-1]
    assert after[-1] == "", "nothing is left of the last row"
    assert any(row.endswith("…") for row in issues(after))
    assert any("注文" in row for row in after)
    assert terminal.screen.coloured


def test_without_colours_where_they_are_not_wanted(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text(error("one failed"))
    with OnTerminal(cli, "watch", "app.log", "--from", "start", width=80, NO_COLOR="1") as terminal:
        terminal.until(lambda rows: bool(issues(rows)) and "1 lines read" in rows[-1])
        rows = terminal.interrupt()
    assert issues(rows)
    assert not terminal.screen.coloured


def test_a_terminal_that_cannot_go_back_gets_no_status(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text(error("one failed"))
    with OnTerminal(cli, "watch", "app.log", "--from", "start", width=80, TERM="dumb") as terminal:
        terminal.until(lambda rows: bool(issues(rows)))
        rows = terminal.interrupt()
    assert "lines read" not in "".join(rows)


def test_a_pipe_gets_whole_lines_and_no_status(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text("")
    with watching(cli, "app.log", "--from", "start") as process:
        append(log, error(LONG))
        assert process.stdout is not None
        line = process.stdout.readline()
        process.terminate()
        rest, said = process.communicate(timeout=30)
    assert line.startswith("2026-11-20 10:00:00 UTC  medium   EW-")
    assert LONG.strip() in line
    assert "\x1b" not in line + rest + said
    assert "lines read" not in rest + said
