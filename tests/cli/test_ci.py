"""`errwatch scan` as a step of CI: formats, baseline, ignore rules, window, redactions."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from errwatch.cli.present import SUMMARY_SIZE, ScanFormat
from tests.cli.conftest import Cli
from tests.render.runner import commands

LINES = """2026-11-20 10:00:00,000 ERROR app: job failed
Traceback (most recent call last):
  File "/app/billing/plans.py", line 41, in price_of
    return PRICES[plan]
KeyError: 'plan'
2026-11-20 12:00:00,000 ERROR app: cannot open order 18
"""
FORMATS = [format.value for format in ScanFormat]


@pytest.fixture
def log(cli: Cli) -> Path:
    path = cli.cwd / "app.log"
    path.write_text(LINES)
    return path


def titles(cli: Cli, *arguments: str) -> list[str]:
    done = cli("scan", "app.log", "--no-save", "--format", "json", *arguments)
    return sorted(issue["title"] for issue in json.loads(done.stdout)["issues"])


KEY, ORDER = "KeyError: 'plan'", "cannot open order 18"


@pytest.mark.parametrize("format", FORMATS)
def test_exit_codes_and_streams_are_the_same_in_every_format(
    cli: Cli, log: Path, format: str
) -> None:
    scan = ("scan", "--no-save", "--format", format)
    found = cli(*scan, log)
    assert (found.returncode, found.stderr) == (1, "")
    unread = cli(*scan, log, "gone.log")
    assert unread.returncode == 3
    assert unread.stderr == "errwatch: gone.log: there is no such file\n"
    assert cli(*scan, "-", stdin="all is well\n").returncode == 0
    match format:
        case "json" | "sarif":
            json.loads(unread.stdout)
        case "junit":
            fromstring(unread.stdout)  # noqa: S314 - our own
        case "events":
            assert all(json.loads(line) for line in unread.stdout.splitlines())
        case _:
            assert KEY in unread.stdout


def test_github_finds_the_file_with_and_without_git(cli: Cli, log: Path) -> None:
    source = cli.cwd / "src" / "billing" / "plans.py"
    source.parent.mkdir(parents=True)
    source.write_text("x\n" * 50)
    expected = {"file": "src/billing/plans.py", "line": "41"}
    for _ in range(2):
        done = cli("scan", log, "--no-save", "--format", "github")
        found = [one.properties for one in commands(done.stdout) if "file" in one.properties]
        assert [expected.items() <= one.items() for one in found] == [True]
        cli.git("init", "-q")


def test_github_ignores_files_that_git_ignores(cli: Cli, log: Path) -> None:
    for folder in ("src", "build"):
        (cli.cwd / folder / "billing").mkdir(parents=True)
        (cli.cwd / folder / "billing" / "plans.py").touch()
    (cli.cwd / ".gitignore").write_text("build/\n")
    cli.git("init", "-q")
    (cli.cwd / "src").joinpath("here").mkdir()
    inner = Cli(cli.home, cli.cwd / "src" / "here")
    done = inner("scan", log, "--no-save", "--format", "sarif")
    assert '"uri": "src/billing/plans.py"' in done.stdout


def test_the_jobs_summary_gets_the_markdown_added(cli: Cli, log: Path) -> None:
    summary = cli.home / "summary.md"
    summary.write_text("before\n")
    cli("scan", log, "--no-save", "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text().startswith("before\n### errwatch: 2 issues")
    missing = str(cli.home / "no" / "summary.md")
    done = cli("scan", log, "--no-save", "--format", "github", GITHUB_STEP_SUMMARY=missing)
    assert done.returncode == 1
    assert "summary.md" in done.stderr


def test_a_summary_that_github_would_not_show_is_left_alone(cli: Cli, log: Path) -> None:
    summary = cli.home / "summary.md"
    summary.write_bytes(b"x" * (SUMMARY_SIZE - 100))
    done = cli("scan", log, "--no-save", "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert (done.returncode, "1 MiB" in done.stderr) == (1, True)
    assert summary.stat().st_size == SUMMARY_SIZE - 100


def test_what_has_no_culprit_stands_on_a_line_of_the_log(cli: Cli, log: Path) -> None:
    assert "internal_error | app.log, line 6 | " in cli("scan", "app.log", "--no-save").stdout
    piped = cli("scan", "-", "--no-save", stdin=log.read_text())
    assert "internal_error | standard input, line 6 | " in piped.stdout


def test_a_baseline_lets_only_new_issues_through(cli: Cli, log: Path) -> None:
    written = cli("scan", log, "--write-baseline", "known.json")
    assert (written.returncode, written.stderr) == (0, "errwatch: known.json: 2 issues accepted\n")
    again = cli("scan", log, "--baseline", "known.json")
    assert again.returncode == 0
    assert KEY not in again.stdout
    assert "2 issues not shown: 2 in the baseline" in again.stderr
    with log.open("a") as more:
        more.write("2026-11-20 13:00:00,000 ERROR app: the disk is on fire\n")
    for format in ("text", "events", "github"):
        done = cli("scan", log, "--baseline", "known.json", "--format", format)
        assert done.returncode == 1
        assert "the disk is on fire" in done.stdout
        assert KEY not in done.stdout
    assert titles(cli, "--baseline", "known.json") == ["the disk is on fire"]


def test_a_baseline_knows_a_merged_issue_whatever_its_name(cli: Cli) -> None:
    log = cli.cwd / "app.log"
    line = "2026-11-20 10:00:00,000 ERROR app: lost contact with host-{} for good\n"
    log.write_text("".join(line.format(name) for name in ("ash", "elm", "oak")))
    cli("scan", log, "--no-save", "--write-baseline", "known.json")
    with log.open("a") as more:
        more.writelines(line.format(chr(97 + n) * 3) for n in range(20))
    done = cli("scan", log, "--no-save", "--baseline", "known.json")
    assert "1 issue not shown: 1 in the baseline" in done.stderr
    assert (done.returncode, "0 issues, 23 events" in done.stdout) == (0, True)


def test_a_baseline_holds_no_secret(cli: Cli) -> None:
    secret = "sk-ant-api03-" + "Ab1" * 20
    (cli.cwd / "app.log").write_text(f"2026-11-20 10:00:00 ERROR app: key {secret} refused\n")
    cli("scan", "app.log", "--write-baseline", "known.json")
    assert "[REDACTED:" in (cli.cwd / "known.json").read_text()
    assert secret not in (cli.cwd / "known.json").read_text()


def test_no_baseline_is_written_of_a_part(cli: Cli, log: Path) -> None:
    done = cli("scan", log, "gone.log", "--write-baseline", "known.json")
    assert done.returncode == 3
    assert "known.json: not written" in done.stderr
    assert not (cli.cwd / "known.json").exists()


def test_an_interrupted_scan_says_nothing_and_accepts_nothing(cli: Cli) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "errwatch", "scan", "-", "--write-baseline", "known.json"],
        cwd=cli.cwd,
        env=cli.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    process.stdin.write(LINES * 2000)  # more than a pipe holds: some of it is being read
    process.send_signal(signal.SIGINT)
    assert process.communicate() == ("", "")
    assert process.returncode == 130
    assert not (cli.cwd / "known.json").exists()
    assert cli.json("issues", "list")["issues"] == []


@pytest.mark.parametrize("content", [None, "", '{"version": 1}'])
def test_a_bad_baseline_is_one_line_and_exit_2(cli: Cli, log: Path, content: str | None) -> None:
    if content is not None:
        (cli.cwd / "known.json").write_text(content)
    done = cli("scan", log, "--baseline", "known.json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "known.json" in done.stderr


def test_ignore_rules_hide_and_expire(cli: Cli, log: Path) -> None:
    rules = cli.cwd / "errwatch.toml"
    rules.write_text(
        "[[ignore]]\nreason = 'old code'\npath = 'billing/*'\n"
        "[[ignore]]\nreason = 'see ticket'\nmessage = '^cannot open'\nuntil = 2020-01-01\n"
        "[[ignore]]\nreason = 'nobody'\nexception_type = 'OSError'\n"
    )
    done = cli("scan", log)
    assert (KEY in done.stdout, ORDER in done.stdout) == (False, True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "errwatch: 1 issue not shown: 1 ignored by a rule",
        "errwatch: ignore rule “see ticket” expired on 2020-01-01; what it ignored is back",
        "errwatch: ignore rule “nobody” matched nothing",
    ]
    counted = {issue["title"] for issue in cli.json("issues", "list")["issues"]}
    assert counted == {KEY, ORDER}
    events = cli("scan", log, "--format", "events").stdout
    assert (KEY in events, ORDER in events) == (False, True)


def test_watch_says_nothing_of_what_is_ignored(cli: Cli, log: Path) -> None:
    (cli.cwd / "errwatch.toml").write_text("[[ignore]]\nreason = 'x'\npath = 'billing/*'\n")
    done = cli("watch", log, "--from", "start", "--once")
    assert (KEY in done.stdout, ORDER in done.stdout) == (False, True)
    assert len(cli.json("issues", "list")["issues"]) == 2


def test_an_ignore_rule_without_a_reason_is_refused(cli: Cli, log: Path) -> None:
    (cli.cwd / "errwatch.toml").write_text("[[ignore]]\npath = 'x'\n")
    done = cli("scan", log)
    assert done.returncode == 2
    assert "ignore.0.reason" in done.stderr


def test_issues_ignored_in_the_state_neither_show_nor_fail(cli: Cli, log: Path) -> None:
    for issue in cli.json("scan", log)["issues"]:
        cli("issues", "ignore", issue["id"])
    done = cli("scan", log)
    assert done.returncode == 0
    assert KEY not in done.stdout


def test_without_a_state_everything_is_new(cli: Cli, log: Path) -> None:
    assert cli("scan", log, "--no-save", "--fail-on", "new").returncode == 1
    assert titles(cli, "--new-only") == [KEY, ORDER]


def test_the_window_narrows_the_report_and_not_the_state(cli: Cli, log: Path) -> None:
    assert titles(cli, "--since", "2026-11-20T11:00:00Z") == [ORDER]
    assert titles(cli, "--until", "2026-11-20T12:00:00Z") == [KEY]
    assert titles(cli, "--since", "2026-11-20T12:00:00", "--until", "2026-11-20T12:00:01") == [
        ORDER
    ]
    done = cli("scan", log, "--until", "2020-01-01")
    assert done.returncode == 0
    assert "0 issues, 0 events in 6 lines" in done.stdout
    assert len(cli.json("issues", "list")["issues"]) == 2


def test_events_without_a_time_are_kept_and_told(cli: Cli) -> None:
    (cli.cwd / "app.log").write_text("ERROR app: no clock here\n")
    done = cli("scan", "app.log", "--since", "1h")
    assert "no clock here" in done.stdout
    assert "1 event without a time was kept" in done.stderr


def test_a_window_that_holds_nothing_is_a_mistake(cli: Cli, log: Path) -> None:
    done = cli("scan", log, "--since", "2026-11-21", "--until", "2026-11-20")
    assert done.returncode == 2
    assert "--until" in done.stderr


@pytest.mark.parametrize("format", FORMATS)
def test_redactions_are_told_by_kind_and_place(cli: Cli, format: str) -> None:
    secret = "sk-ant-api03-" + "Ab1" * 20
    (cli.cwd / "app.log").write_text(
        "2026-11-20 10:00:00,000 INFO app: start\n"
        f"2026-11-20 10:00:01,000 ERROR app: call failed with key {secret}\n"
        "2026-11-20 10:00:02,000 ERROR app: job failed\n"
        "Traceback (most recent call last):\n"
        '  File "/app/a.py", line 3, in run\n'
        "    go()\n"
        "OSError: postgres://shop:hunter2secret@db/shop is down\n"
    )
    done = cli("scan", "app.log", "--show-redactions", "--format", format)
    assert done.stderr.splitlines() == [
        "errwatch: app.log:2: api-key redacted",
        "errwatch: app.log:7: password redacted",
    ]
    for word in (secret, "hunter2secret"):
        assert word not in done.stdout + done.stderr


@pytest.mark.parametrize("format", [f for f in FORMATS if f != "github"])
def test_no_log_text_is_a_command_to_the_runner(cli: Cli, format: str) -> None:
    (cli.cwd / "app.log").write_text(
        "2026-11-20 10:00:00,000 ERROR ::error::pwned ##[error]x\r::error::y\n"
        "Traceback (most recent call last):\n"
        '  File "/app/::error::a.py", line 3, in run\n'
        "::set-output name=a::b\n"
        "KeyError: '##[set-output name=a]b'\n"
    )
    done = cli("scan", "app.log", "--no-save", "--format", format)
    assert done.returncode == 1
    assert commands(done.stdout + done.stderr) == []


@pytest.mark.parametrize("format", FORMATS)
def test_every_locale_gets_utf8(cli: Cli, format: str) -> None:
    (cli.cwd / "app.log").write_text("2026-11-20 10:00:00 ERROR café: ключ 鍵\n", "utf-8")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = cli.started("scan", "app.log", "--no-save", "--format", format, **ascii_only)
    assert done.returncode == 1
    assert "ключ 鍵" in done.stdout


def test_explain_says_what_the_fingerprint_is_made_of(cli: Cli, log: Path) -> None:
    with log.open("a") as more:
        more.write("2026-11-20 12:30:00,000 ERROR app: cannot open order 19\n")
    issues = {issue["title"]: issue for issue in cli.json("scan", log)["issues"]}
    text = cli("issues", "explain", issues[KEY]["id"]).stdout
    for words in (issues[KEY]["fingerprint"], "KeyError", "plans:price_of", "your own code"):
        assert words in text
    told = cli.json("issues", "explain", issues[ORDER]["id"])
    assert (told["schema"], told["count"]) == ("errwatch.explanation/1", 2)
    (one,) = told["fingerprints"]
    assert one["fingerprint"] == told["fingerprint"] == issues[ORDER]["fingerprint"]
    assert (one["version"], one["ground"]) == ("v1", "template")
    assert one["template"] == "cannot open order <*>"


def test_explain_names_what_was_merged(cli: Cli) -> None:
    line = "2026-11-20 10:00:00,000 ERROR app: lost contact with host-{} for good\n"
    (cli.cwd / "app.log").write_text("".join(map(line.format, ("ash", "elm", "oak"))))
    (issue,) = cli.json("scan", "app.log")["issues"]
    told = cli.json("issues", "explain", issue["id"])
    assert len(told["merged"]) == 2
    assert {one["fingerprint"] for one in told["fingerprints"]} == {
        told["fingerprint"], *told["merged"],
    }  # fmt: skip
    assert "3 of 3 fingerprints" in cli("issues", "explain", issue["id"]).stdout
