from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from errwatch.cli.app import COMMANDS
from errwatch.config import resource
from errwatch.model.levels import Severity
from errwatch.render.schema import EventSchema, IssuesSchema, ScanSchema
from tests.cli.conftest import Cli

SHOP = resource("examples/shop")
LINES = """2026-11-20 10:00:00,000 INFO app: 0 errors so far
2026-11-20 10:00:01,000 ERROR app: cannot open order 17
2026-11-20 10:00:02,000 ERROR app: cannot open order 18
2026-11-20 10:00:03,000 INFO app: done
"""


def expected() -> dict[int, str | None]:
    """First line of each event -> its exception, counted by hand."""
    by_hand = tomllib.loads((SHOP / "expected.toml").read_text("utf-8"))
    found = {line: one.get("exception") for one in by_hand["issue"] for line in one["lines"]}
    assert len(found) == by_hand["events"]
    return found


def test_the_example_gives_its_true_events_and_nothing_else(cli: Cli) -> None:
    done = cli("scan", "--format", "events", "--no-save", SHOP / "shop.log")
    events = [EventSchema.model_validate_json(line) for line in done.stdout.splitlines()]
    assert {event.line: event.exception_type for event in events} == expected()
    assert len(events) == len(expected())


def test_the_example_as_json_validates_and_names_each_culprit(cli: Cli) -> None:
    done = cli("scan", "--format", "json", SHOP / "shop.log")
    assert done.returncode == 1
    result = ScanSchema.model_validate_json(done.stdout)
    assert json.loads(done.stdout)["schema"] == "errwatch.scan/1"
    by_hand = tomllib.loads((SHOP / "expected.toml").read_text("utf-8"))["issue"]
    assert result.events == sum(len(issue["lines"]) for issue in by_hand)
    assert result.lines == len((SHOP / "shop.log").read_text("utf-8").splitlines())
    assert result.bytes == (SHOP / "shop.log").stat().st_size
    culprits = {
        (i["culprit"]["file"], i["culprit"]["line"], i["category"], len(i["lines"]))
        for i in by_hand
        if "culprit" in i
    }
    found = {
        (i.culprit.file.removeprefix("/app/"), i.culprit.line, i.category, i.count)
        for i in result.issues
        if i.culprit
    }
    assert found == culprits


def test_text_names_each_issue_and_the_totals(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text(LINES)
    done = cli("scan", "app.log")
    assert done.returncode == 1
    assert "cannot open order 17" in done.stdout
    assert "1 issue, 2 events in 4 lines" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_nothing_wrong_exits_0(cli: Cli) -> None:
    done = cli("scan", "-", stdin="2026-11-20 10:00:00 INFO no error here\n")
    assert done.returncode == 0
    assert "0 issues, 0 events in 1 line " in done.stdout


def test_scanning_twice_counts_once(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text(LINES)
    first, second = cli.json("scan", log), cli.json("scan", log)
    assert first == second
    assert cli.json("issues", "list")["issues"][0]["count"] == 2
    with log.open("a") as more:
        more.write("2026-11-20 10:05:00,000 ERROR app: cannot open order 19\n")
    assert cli.json("scan", log)["events"] == 3
    assert cli.json("issues", "list")["issues"][0]["count"] == 3


def test_an_event_open_at_the_end_is_not_counted_again_when_it_grows(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    whole = (
        "2026-11-20 10:00:00,000 ERROR app: job failed\n"
        "Traceback (most recent call last):\n"
        '  File "/app/a.py", line 3, in run\n'
        "    go()\n"
        "KeyError: 'plan'\n"
    )
    log.write_text(whole[:95])
    assert cli.json("scan", log)["events"] == 1
    log.write_text(whole)
    scanned = cli.json("scan", log)
    assert scanned["events"] == 1
    assert scanned["issues"][0]["title"] == "KeyError: 'plan'"
    assert sum(issue["count"] for issue in cli.json("issues", "list")["issues"]) == 1


def test_what_an_earlier_scan_passed_by_is_told(cli: Cli) -> None:
    warning = "2026-11-20 09:00:00,000 WARN app: the disk is nearly full\n"
    (cli.cwd / "app.log").write_text(warning + LINES)
    assert cli("scan", "app.log").stderr == ""
    lower = cli("scan", "app.log", "--min-level", "warning")
    assert "the disk is nearly full" in lower.stdout
    assert lower.stderr == (
        "errwatch: 1 issue is not in the state: an earlier run counted the same lines,"
        " at another --min-level\n"
    )
    (cli.cwd / "other.log").write_text(warning + LINES)
    assert cli("scan", "other.log", "--min-level", "warning").stderr == ""


def test_no_save_leaves_no_state(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text(LINES)
    assert cli("scan", "app.log", "--no-save").returncode == 1
    assert not (cli.home / "state.db").exists()


@pytest.mark.parametrize(
    ("option", "code"),
    [("any", 1), ("never", 0), ("info", 1), ("critical", 0)],
)
def test_fail_on(cli: Cli, option: str, code: int) -> None:
    (cli.cwd / "app.log").write_text(LINES)
    assert cli("scan", "app.log", "--no-save", "--fail-on", option).returncode == code


def test_fail_on_names_every_severity(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text(LINES)
    for severity in Severity:
        assert cli("scan", "app.log", "--no-save", "--fail-on", severity.value).returncode in (0, 1)


def test_only_new_issues_fail_and_show(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text(LINES)
    assert cli("scan", log, "--fail-on", "new").returncode == 1
    assert cli("scan", log, "--fail-on", "new").returncode == 0
    with log.open("a") as more:
        more.write("2026-11-20 11:00:00,000 ERROR app: disk is on fire\n")
    done = cli("scan", log, "--fail-on", "new", "--new-only")
    assert done.returncode == 1
    assert "disk is on fire" in done.stdout
    assert "cannot open order" not in done.stdout


def test_inputs_of_the_settings(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text(LINES)
    (cli.cwd / "errwatch.toml").write_text('inputs = ["*.log"]\n')
    inner = cli.cwd / "inner"
    inner.mkdir()
    assert "2 events" in Cli(cli.home, inner)("scan").stdout


def test_no_secret_reaches_the_output_or_the_state(cli: Cli) -> None:
    secret = "sk-ant-api03-" + "Ab1" * 20
    (cli.cwd / "app.log").write_text(
        f"2026-11-20 10:00:00,000 ERROR app: call failed with key {secret}\n"
        "2026-11-20 10:00:01,000 ERROR app: postgres://shop:hunter2secret@db/shop is down\n"
    )
    printed = ""
    for format in ("text", "json", "events"):
        done = cli("scan", "app.log", "--format", format)
        printed += done.stdout + done.stderr
    printed += cli("issues", "list").stdout + cli("report").stdout
    stored = (cli.home / "state.db").read_bytes()
    assert "[REDACTED:" in printed
    for word in (secret, "hunter2secret"):
        assert word not in printed
        assert word.encode() not in stored


def test_log_text_cannot_steer_the_terminal(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text(
        "2026-11-20 10:00:00,000 ERROR app: \x1b]0;owned\x07 \x9b31m [bold red]x[/] \u202etxt\n"
    )
    done = cli("scan", "app.log")
    for character in ("\x1b", "\x07", "\x9b", "\u202e"):
        assert character not in done.stdout
    assert "[bold red]x[/]" in done.stdout


def test_issues_can_be_resolved_and_come_back(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    log.write_text(LINES)
    issue = cli.json("scan", log)["issues"][0]["id"]
    assert "resolved" in cli("issues", "resolve", issue).stdout
    with log.open("a") as more:
        more.write("2026-11-20 12:00:00,000 ERROR app: cannot open order 20\n")
    cli("scan", log)
    listed = IssuesSchema.model_validate_json(cli("issues", "list", "--format", "json").stdout)
    assert [one.status for one in listed.issues] == ["regressed"]


def test_classify_explains_corrects_and_remembers(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text(
        "2026-11-20 10:00:00,000 ERROR app: provider said 429 Too Many Requests\n"
    )
    issue = cli.json("scan", "app.log")["issues"][0]
    assert issue["category"] == "rate_limit_error"
    explained = cli("classify", issue["id"], "--explain").stdout
    assert issue["rule"] in explained
    assert "429" in explained
    cli("classify", issue["id"], "--as", "provider_error")
    assert cli.json("scan", "app.log")["issues"][0]["category"] == "provider_error"
    again = cli.json("classify", issue["id"], "--again")["issues"][0]
    assert again["category"] == "rate_limit_error"


def test_classify_takes_text_from_a_pipe(cli: Cli) -> None:
    done = cli("classify", "-", stdin="could not connect to Redis at 10.0.0.3:6379")
    assert done.returncode == 0
    assert "cache_error" in done.stdout
    assert not (cli.home / "state.db").exists()


def test_report_says_how_things_stand(cli: Cli) -> None:
    assert "No issues" in cli("report").stdout
    cli("scan", Path(SHOP) / "shop.log")
    report = cli.json("report")
    assert report["schema"] == "errwatch.report/1"
    assert report["events"] == 14
    assert len(report["hourly"]) == 24
    text = cli("report").stdout
    assert "14 events" in text
    assert cli.json("report", "--since", "1h")["events"] == 0


def test_the_help_of_a_command_begins_with_its_line_in_the_list(cli: Cli) -> None:
    for name, words in COMMANDS.items():
        assert cli(name, "--help").stdout.splitlines()[2].strip() == words
