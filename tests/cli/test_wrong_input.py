"""Wrong input gets one clear line that names it, and the exit code of the design."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

TRACE = """2026-11-20 10:00:00,000 ERROR app: job failed
Traceback (most recent call last):
  File "/app/shop/stock.py", line 3, in release
    for name in held:
RuntimeError: dictionary changed size during iteration
"""


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, (done.stdout, done.stderr)
    lines = [line for line in done.stderr.splitlines() if line.startswith("errwatch: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[0], lines[0]


@pytest.fixture
def log(cli: Cli) -> Path:
    path = cli.cwd / "app.log"
    path.write_text(TRACE)
    return path


@pytest.fixture
def issue(cli: Cli, log: Path) -> str:
    found = cli.json("scan", log)["issues"]
    assert len(found) == 1
    return str(found[0]["id"])


def test_missing_file(cli: Cli) -> None:
    refused(cli("scan", "no-such.log"), 3, "no-such.log")


def test_a_name_that_no_file_can_have_hides_no_other(cli: Cli, log: Path) -> None:
    done = cli("scan", "x" * 5000, log)
    refused(done, 3, "xxx", "File name too long")
    assert "RuntimeError" in done.stdout


def test_a_bad_input_hides_no_other(cli: Cli, log: Path) -> None:
    done = cli("scan", "no-such.log", log)
    refused(done, 3, "no-such.log")
    assert "RuntimeError" in done.stdout
    assert cli("scan", "no-such.log", log, "--allow-failure").returncode == 1
    assert cli("scan", "no-such.log", log, "--allow-failure", "--exit-zero").returncode == 0


def test_directory_without_logs(cli: Cli) -> None:
    (cli.cwd / "empty").mkdir()
    refused(cli("scan", "empty"), 3, "empty")


def test_glob_without_match(cli: Cli) -> None:
    refused(cli("scan", "*.nothing"), 3, "*.nothing")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_unreadable_file(cli: Cli, log: Path) -> None:
    log.chmod(0)
    refused(cli("scan", log), 3, "app.log")


def test_no_input_at_all(cli: Cli) -> None:
    refused(cli("scan"), 2, "nothing to read")


def test_bad_rules_name_the_rule_and_the_key(cli: Cli, log: Path) -> None:
    (cli.cwd / "mine.toml").write_text(
        '[[rule]]\nid = "mine"\npatterns = ["(?=x)"]\ncategory = "internal_error"\n'
        'severity = "low"\n'
    )
    (cli.cwd / "errwatch.toml").write_text('rules = ["mine.toml"]\n')
    refused(cli("scan", log), 2, "mine.toml", "mine", "patterns")
    (cli.cwd / "mine.toml").write_text("[[rule]\n")
    refused(cli("scan", log), 2, "mine.toml")
    (cli.cwd / "mine.toml").unlink()
    refused(cli("scan", log), 2, "mine.toml")


def test_bad_settings(cli: Cli, log: Path) -> None:
    (cli.cwd / "errwatch.toml").write_text("colour = 'blue'\n")
    refused(cli("scan", log), 2, "errwatch.toml", "colour")


def test_not_a_git_repository(cli: Cli, issue: str) -> None:
    (cli.cwd / "plain").mkdir()
    refused(cli("analyze", issue, "--repo", "plain"), 2, "plain", "git repository")
    refused(cli("fix", issue, "--repo", "plain"), 2, "plain", "git repository")
    refused(cli("fix", issue, "--repo", "nowhere"), 2, "nowhere")


def test_unknown_issue(cli: Cli, issue: str) -> None:
    refused(cli("analyze", "EW-00000000"), 2, "EW-00000000")
    refused(cli("fix", "EW-00000000"), 2, "EW-00000000")
    refused(cli("issues", "show", "EW-00000000"), 2, "EW-00000000")
    refused(cli("classify", "EW-00000000"), 2, "EW-00000000")
    refused(cli("fixes", "show", "FX-9"), 2, "FX-9")


def test_unknown_category_and_engine(cli: Cli, issue: str) -> None:
    refused(cli("classify", issue, "--as", "nonsense"), 2, "nonsense")
    refused(cli("fix", issue, "--engine", "nonsense"), 2, "nonsense")


def test_repository_without_a_default_branch(cli: Cli, issue: str) -> None:
    repo = cli.cwd / "repo"
    repo.mkdir()
    cli.git("init", "-q", "-b", "one", cwd=repo)
    refused(cli("fix", issue, "--repo", repo), 2, "repo", "commit")
    cli.git("commit", "-q", "--allow-empty", "-m", "x", cwd=repo)
    cli.git("branch", "two", cwd=repo)
    refused(cli("fix", issue, "--repo", repo), 2, "repo", "default branch")


def test_dirty_and_shallow_repositories_work_and_say_so(cli: Cli, issue: str) -> None:
    origin = cli.cwd / "origin"
    origin.mkdir()
    cli.git("init", "-q", "-b", "main", cwd=origin)
    for number in range(2):
        (origin / "a.py").write_text(f"x = {number}\n")
        cli.git("add", "-A", cwd=origin)
        cli.git("commit", "-q", "-m", "x", cwd=origin)
    cli.git("clone", "-q", "--depth", "1", f"file://{origin}", "shallow")
    (cli.cwd / "shallow" / "a.py").write_text("x = 'changed'\n")
    done = cli("fix", issue, "--repo", "shallow", "--test", "none")
    assert done.returncode == 1
    assert "declined" in done.stdout
    assert "uncommitted" in done.stderr
    assert "shallow" in done.stderr


def test_a_state_that_is_not_ours(cli: Cli, log: Path) -> None:
    state = cli.home / "state.db"
    state.write_bytes(b"\0" * 4096)
    refused(cli("scan", log), 2, "state.db")
    state.unlink()
    with sqlite3.connect(state) as other:
        other.execute("CREATE TABLE songs (title)")
    other.close()
    refused(cli("scan", log), 2, "state.db")
    refused(cli("report"), 2, "state.db")


def test_a_state_that_is_newer_than_we_are(cli: Cli, issue: str) -> None:
    with sqlite3.connect(cli.home / "state.db") as state:
        state.execute("PRAGMA user_version = 999")
    state.close()
    refused(cli("report"), 2, "state.db", "newer")


def test_no_space_for_the_state(cli: Cli, log: Path) -> None:
    """RLIMIT_FSIZE stands in for a full disk; the scan says so, and a later one counts all."""
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))\n"
        f"sys.argv = ['errwatch', 'scan', {str(log)!r}]\n"
        "from errwatch.cli.app import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", limited],
        cwd=cli.cwd,
        env=cli.environment,
        capture_output=True,
        text=True,
    )
    refused(done, 3, "state.db")
    assert cli.json("scan", log)["events"] == 1
    assert cli.json("issues", "list")["issues"][0]["count"] == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user that is not there")
def test_a_user_without_a_home_scans_without_a_state(cli: Cli, log: Path) -> None:
    stranger = (
        "import os, sys\n"
        "import errwatch.cli.scan\n"
        "from errwatch.cli.app import main\n"
        "del os.environ['HOME'], os.environ['ERRWATCH_STATE']\n"
        "os.setgid(54321)\n"
        "os.setuid(54321)\n"
        "sys.argv = ['errwatch', 'scan', '-']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", stranger],
        cwd="/",
        env=cli.environment,
        input=log.read_text(),
        capture_output=True,
        text=True,
    )
    assert "1 issue, 1 event" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "no HOME" in done.stderr
    assert "nothing is saved" in done.stderr


class Usual(Cli):
    """The state is where it is for a user who names no place."""

    @property
    def environment(self) -> dict[str, str]:
        usual = {k: v for k, v in super().environment.items() if k != "ERRWATCH_STATE"}
        return usual | {"XDG_STATE_HOME": "/proc"}


def test_where_no_state_can_be_the_scan_works_without(cli: Cli, log: Path) -> None:
    usual = Usual(cli.home, cli.cwd)
    done = usual("scan", log)
    assert (done.returncode, "1 issue, 1 event" in done.stdout) == (1, True)
    assert done.stderr.startswith("errwatch: the state /proc/")
    assert done.stderr.endswith("; nothing is saved\n")
    known = cli.cwd / "known.json"
    assert usual("scan", log, "--write-baseline", known).returncode == 0
    assert usual("scan", log, "--baseline", known, "--fail-on", "new").returncode == 0
    for asked in (("--new-only",), ("--fail-on", "new")):
        refused(usual("scan", log, *asked), 3, "the state /proc/", "ERRWATCH_STATE")
    refused(cli("scan", log, ERRWATCH_STATE="/proc/x/state.db"), 3, "/proc/x/state.db")


def test_usage_errors_exit_2(cli: Cli) -> None:
    assert cli("scan", "--format", "yaml", "x").returncode == 2
    assert cli("report", "--since", "whenever").returncode == 2
    assert cli("frobnicate").returncode == 2


def test_text_from_a_pipe_cannot_be_corrected(cli: Cli) -> None:
    refused(cli("classify", "-", "--as", "cache_error", stdin="boom"), 2, "--as", "-")


def redirected(cli: Cli, redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run under a shell, for what only a shell can do to the standard streams."""
    words = " ".join([sys.executable, "-m", "errwatch", *arguments])
    return subprocess.run(
        ["sh", "-c", f"{words} {redirection}"],
        cwd=cli.cwd,
        env=cli.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("format", ["text", "json", "events"])
def test_an_output_that_nobody_reads_exits_141(cli: Cli, log: Path, format: str) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "errwatch", "scan", str(log), "--format", format],
        cwd=cli.cwd,
        env=cli.environment,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(write)
    assert done.returncode == 141
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["scan app.log", "report", "--version", "--help"])
def test_a_full_output_is_one_line(cli: Cli, log: Path, command: str) -> None:
    refused(redirected(cli, ">/dev/full", *command.split()), 3, "standard output", "space")


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", "2</dev/null"])
def test_what_cannot_be_said_is_in_the_exit_code(cli: Cli, log: Path, redirection: str) -> None:
    assert redirected(cli, redirection, "scan", "app.log", "gone.log").returncode == 3
    assert redirected(cli, redirection, "scan", "app.log", "--baseline", "gone").returncode == 2


def test_closed_streams_are_no_traceback(cli: Cli, log: Path, issue: str) -> None:
    assert redirected(cli, ">&-", "scan", "app.log").returncode == 141
    refused(redirected(cli, "<&-", "classify", "-"), 3, "standard input")
    refused(redirected(cli, "<&-", "scan", "-"), 3, "standard input")
    refused(redirected(cli, "<&-", "fix", issue, "--step"), 2, "--step")


def test_an_empty_input_is_not_the_working_directory(cli: Cli) -> None:
    refused(cli("scan", ""), 2, "empty")


def test_a_working_directory_that_is_gone(cli: Cli) -> None:
    refused(gone(cli), 2, "directory")


def gone(cli: Cli) -> subprocess.CompletedProcess[str]:
    folder = cli.cwd / "gone"
    folder.mkdir()
    return subprocess.run(
        ["sh", "-c", f"rmdir {folder}; {sys.executable} -m errwatch report"],
        cwd=folder,
        env=cli.environment,
        capture_output=True,
        text=True,
    )


def test_one_pass_over_a_missing_file_is_a_failure(cli: Cli) -> None:
    refused(cli("watch", "nowhere.log", "--once"), 3, "nowhere.log")


def test_one_pass_over_nothing_is_a_failure(cli: Cli) -> None:
    refused(cli("watch", "no*.log", "--once"), 3, "no*.log")


def test_a_line_number_beyond_all_numbers_is_no_traceback(cli: Cli, log: Path) -> None:
    text = log.read_text()
    log.write_text(text.replace("line 3", f"line {'9' * 5000}") + text)
    assert cli.json("scan", log)["events"] == 2
