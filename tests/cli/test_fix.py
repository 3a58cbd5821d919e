"""From an issue to a branch, through the command line, in a real repository."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from errwatch.cli.demo import Stage
from errwatch.config import resource
from errwatch.render.fix_schema import FixesSchema, FixReportSchema
from errwatch.render.report.schema import ReportSchema
from errwatch.render.schema import AnalysisSchema, ScanSchema
from tests.cli.conftest import Cli
from tests.cli.test_watch import said, watching

REPRO = "python reproduce.py"


@pytest.fixture
def shop(cli: Cli) -> Path:
    """The example in a repository of its own."""
    folder = cli.cwd / "shop"
    shutil.copytree(resource("examples/shop"), folder)
    cli.git("init", "-q", "-b", "main", cwd=folder)
    cli.git("add", "-A", cwd=folder)
    cli.git("commit", "-q", "-m", "The shop", cwd=folder)
    return folder


@pytest.fixture
def here(cli: Cli, shop: Path) -> Cli:
    """The command, run from inside the shop."""
    return Cli(cli.home, shop)


@pytest.fixture
def issue(here: Cli) -> str:
    """The id of the example's bug, as it came through the web front."""
    result = ScanSchema.model_validate(here.json("scan", "shop.log"))
    return next(i.id for i in result.issues if i.exception_type == "RuntimeError" and i.count == 3)


def test_analysis_names_function_line_and_author(here: Cli, issue: str) -> None:
    done = here("analyze", issue, "--offline", "--format", "json")
    analysis = AnalysisSchema.model_validate_json(done.stdout)
    best = analysis.suspects[0]
    assert (best.file, best.function, best.line) == ("shop/stock.py", "Stock.release_expired", 62)
    assert {blame.author for blame in analysis.blame} == {"t"}
    assert "for number, held in" in here("analyze", issue).stdout


def test_a_fix_is_proven_and_lands_on_a_branch(here: Cli, issue: str) -> None:
    done = here("fix", issue, "--repro", REPRO, "--no-pr", "--format", "json")
    assert done.returncode == 0, done.stderr
    report = FixReportSchema.model_validate_json(done.stdout)
    fix = report.fix
    assert (fix.status, fix.evidence, fix.engine) == ("proven", "E2", "recipes")
    assert fix.branch == f"auto-fix/internal_error/{issue}"
    assert fix.files == ["shop/stock.py"]
    assert [(gate.name, gate.status) for gate in fix.gates] == [
        (name, "passed")
        for name in (
            "paths",
            "syntax",
            "diff",
            "secrets",
            "symptoms",
            "lint",
            "tests",
            "reproduction",
        )
    ]
    assert here.git("rev-parse", fix.branch).strip() == fix.commit
    assert here.git("diff", "--stat", "main", fix.branch).splitlines()[-1].strip() == (
        "1 file changed, 1 insertion(+), 1 deletion(-)"
    )
    assert here.git("worktree", "list").count("\n") == 1
    stored = FixesSchema.model_validate_json(here("fixes", "list", "--format", "json").stdout)
    assert [one.id for one in stored.fixes] == ["FX-1"]
    assert "list(self._reservations.items())" in here("fixes", "show", "fx-1").stdout
    after = ReportSchema.model_validate_json(here("report", "--format", "json").stdout)
    assert after.fixes == {"proven": 1}
    assert issue not in after.unfixed


def test_dry_run_makes_no_branch(here: Cli, issue: str) -> None:
    done = here("fix", issue, "--repro", REPRO, "--dry-run")
    assert done.returncode == 0
    assert "evidence: E2" in done.stdout
    assert "auto-fix" not in here.git("branch", "--list")


def test_without_a_reproduction_it_is_unproven(here: Cli, issue: str) -> None:
    done = here("fix", issue, "--no-pr", "--format", "json")
    fix = FixReportSchema.model_validate_json(done.stdout).fix
    assert done.returncode == 1
    assert (fix.status, fix.evidence) == ("unproven", "E1")


def test_a_reproduction_that_does_not_fail_proves_nothing(here: Cli, issue: str) -> None:
    done = here("fix", issue, "--repro", "python -c pass", "--format", "json")
    report = FixReportSchema.model_validate_json(done.stdout)
    assert done.returncode == 1
    assert report.fix.status == "declined"
    assert "reproduc" in report.candidates[0].reason


def test_without_a_token_the_pull_request_is_shown(here: Cli, issue: str) -> None:
    done = here("fix", issue, "--repro", REPRO, "--test", "none")
    assert done.returncode == 0
    assert "The pull request, as it would be opened:" in done.stdout
    assert "## Evidence: E2" in done.stdout
    assert "proven by its reproduction only" in done.stdout


def test_step_asks_before_each_stage_and_takes_no(here: Cli, issue: str) -> None:
    done = here("fix", issue, "--repro", REPRO, "--step", stdin="y\ny\ny\nn\n")
    assert "auto-fix" not in here.git("branch", "--list")
    assert done.stderr.count("[Y/n]") == 4
    assert done.returncode == 0
    refused = here("fix", issue, "--repro", REPRO, "--step", stdin="n\nn\n")
    assert refused.returncode == 1


@pytest.mark.parametrize("stdin", ["", "y\ny\ny\n"])
def test_no_answer_is_a_no(here: Cli, issue: str, stdin: str) -> None:
    done = here("fix", issue, "--repro", REPRO, "--test", "none", "--step", stdin=stdin)
    assert done.returncode == 1
    assert "no answer on standard input" in done.stderr
    assert "not wanted" in done.stdout
    assert "auto-fix" not in here.git("branch", "--list")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_leaves_nothing_running_and_nothing_behind(
    here: Cli, issue: str, tmp_path: Path, number: signal.Signals
) -> None:
    temporary = tmp_path / "t"
    temporary.mkdir()
    options = ("--repro", "sleep 600", "--test", "none")
    with subprocess.Popen(
        [sys.executable, "-m", "errwatch", "fix", issue, *options],
        cwd=here.cwd,
        env=here.environment | {"TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert until(lambda: sleeping_below(temporary))
        process.send_signal(number)
    assert until(lambda: not sleeping_below(temporary))
    if number == signal.SIGKILL:
        again = here("fix", issue, "--repro", "false", "--dry-run", TMPDIR=str(temporary))
        assert again.returncode == 1
    else:
        assert process.returncode == 128 + number
    assert not list(temporary.iterdir())
    assert here.git("worktree", "list").count("\n") == 1


def sleeping_below(folder: Path) -> bool:
    """Whether a `sleep` runs there: the sandboxed command itself."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[0] == b"sleep" and (process / "cwd").readlink().is_relative_to(folder):
                return True
        except OSError:
            continue
    return False


def until(condition: Callable[[], bool]) -> bool:
    for _ in range(100_000):
        if condition():
            return True
        os.sched_yield()
    return False


def test_what_no_recipe_mends_is_declined_with_a_reason(here: Cli, issue: str) -> None:
    result = ScanSchema.model_validate(here.json("scan", "shop.log"))
    other = next(i.id for i in result.issues if i.exception_type == "sqlite3.OperationalError")
    done = here("fix", other)
    assert done.returncode == 1
    assert "declined" in done.stdout
    assert "recipes" in done.stdout


def test_the_demo_shows_every_step(cli: Cli) -> None:
    done = cli("demo", "--keep", "copy")
    assert done.returncode == 0, done.stderr
    for command in ("scan", "classify", "analyze", "fix", "report"):
        assert f"$ errwatch {command}" in done.stdout
    assert "evidence: E2" in done.stdout
    branch = done.stdout.split("The fix is on the branch ")[1].split(":")[0]
    assert cli.git("rev-parse", branch, cwd=cli.cwd / "copy" / "shop").strip()
    again = cli("demo", "--keep", "copy")
    assert again.returncode == 3
    assert "not empty" in again.stderr


def test_a_demo_that_cannot_run_is_one_clear_line_and_leaves_nothing(
    cli: Cli, tmp_path: Path
) -> None:
    temporary = tmp_path / "t"
    temporary.mkdir()
    (cli.cwd / "file").write_text("")
    taken = cli("demo", "--keep", "file")
    assert (taken.returncode, taken.stderr.count("\n")) == (3, 1)
    assert "file: File exists; name a new directory" in taken.stderr
    missing = cli("demo", PATH="/nonexistent", TMPDIR=str(temporary))
    assert (missing.returncode, missing.stderr.count("\n")) == (3, 1)
    assert "git is not installed" in missing.stderr
    (tmp_path / "git").write_text("#!/bin/sh\necho broken >&2; exit 7\n")
    (tmp_path / "git").chmod(0o755)
    broken = cli("demo", PATH=f"{tmp_path}:{os.environ['PATH']}", TMPDIR=str(temporary))
    assert broken.returncode == 3
    assert "(exit 7) broken" in broken.stderr
    assert not list(temporary.iterdir())


def test_what_the_demo_reads_is_not_mixed_with_what_is_noted(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    code = "import sys; print('{}'); sys.stderr.write('a note')"
    assert Stage(tmp_path)._call([sys.executable, "-c", code], capture=True) == "{}\n"


def test_the_watch_has_an_issue_fixed(here: Cli, shop: Path) -> None:
    """Nobody names the issue: it is seen, tried in a process of its own, and recorded."""
    (shop / "errwatch.toml").write_text("[autofix]\nmin_count = 3\nper_day = 1\n")
    with watching(here, "shop.log", "--from", "start", "--auto-fix") as process:
        started = said(process, "started")
        ended = said(process, "see errwatch fixes list")
        said(process, "1 of 1 attempts in 24 hours")
    name = started.split()[2]
    assert name in ended
    fixes = FixesSchema.model_validate(here.json("fixes", "list")).fixes
    assert [fix.issue for fix in fixes] == [name]
    assert fixes[0].status in ended


def only_limits(folder: Path) -> str:
    """A search path with what a fix needs, and nothing that could confine a command."""
    folder.mkdir()
    for name in ("git", "python3", "sh", "true", "env"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return str(folder)


def test_a_required_sandbox_that_is_not_there_is_no_fix(
    here: Cli, issue: str, tmp_path: Path
) -> None:
    path = only_limits(tmp_path / "bin")
    done = here("fix", issue, "--repro", REPRO, "--require-sandbox", PATH=path)
    assert done.returncode == 3
    assert "tried bubblewrap, namespaces; install bubblewrap" in done.stderr
    (here.cwd / "errwatch.toml").write_text("[fix]\nrequire_sandbox = true\n")
    assert here("fix", issue, "--repro", REPRO, PATH=path).returncode == 3
    checked = here("doctor", PATH=path)
    assert checked.returncode == 3
    assert "no sandbox works here" in checked.stdout
    assert here("fixes", "list").stdout == ""


def test_the_tier_is_told_wherever_a_fix_is_shown(here: Cli, issue: str, tmp_path: Path) -> None:
    options = ("--repro", REPRO, "--test", "none")
    path = only_limits(tmp_path / "bin")
    done = here("fix", issue, *options, "--dry-run", "--format", "json", PATH=path)
    assert FixReportSchema.model_validate_json(done.stdout).fix.sandbox == "limits"
    assert "limits alone" in here("doctor", PATH=path).stdout
    shown = here("fix", issue, *options)
    tier = re.search("ran in the sandbox `(.+)`", shown.stdout)
    assert tier is not None
    assert tier[1] in here("doctor").stdout
    assert re.search(f"sandbox +{tier[1]}\n", here("fixes", "show", "FX-2").stdout)
