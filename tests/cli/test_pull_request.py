"""From an issue to a pull request at a real server, through the command line."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from errwatch.config import resource
from errwatch.render.fix_schema import FixesSchema, FixReportSchema
from errwatch.render.schema import ScanSchema
from errwatch.store.sqlite import SqliteStore
from tests.cli.conftest import Cli
from tests.cli.test_watch import said, watching
from tests.servers.github import Access, GitHubServer, Order
from tests.servers.github.server import TOKEN
from tests.servers.github.state import BEGINNING
from tests.servers.http import Fault

REPRO = ("--repro", "python reproduce.py", "--test", "none")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitHubServer]:
    with GitHubServer(tmp_path / "github") as server:
        yield server


@dataclass(frozen=True)
class Shop:
    """A clone of the example, whose origin is the server."""

    cli: Cli
    server: GitHubServer
    issue: str

    def fix(self, *options: str, token: str | None = TOKEN) -> FixReportSchema:
        done = self.run(*options, "--format", "json", token=token)
        assert done.stdout, done.stderr
        return FixReportSchema.model_validate_json(done.stdout)

    def run(self, *options: str, token: str | None = TOKEN) -> subprocess.CompletedProcess[str]:
        variables = {"ERRWATCH_FORGE_URL": self.server.root}
        if token is not None:
            variables["GITHUB_TOKEN"] = token
        return self.cli("fix", self.issue, *options, **variables)

    @property
    def branch(self) -> str:
        return f"auto-fix/internal_error/{self.issue}"


@pytest.fixture
def shop(cli: Cli, server: GitHubServer) -> Shop:
    folder = cli.cwd / "shop"
    shutil.copytree(resource("examples/shop"), folder)
    (folder / "CODEOWNERS").write_text("* @carol\n/shop/ @acme/payments\n")
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("commit", "-q", "-m", "The shop"),
        ("push", "-q", f"file://{server.bare.path}", "main"),
        ("remote", "add", "origin", f"{server.root}/acme/shop.git"),
    ):
        cli.git(*words, cwd=folder)
    here = Cli(cli.home, folder)
    result = ScanSchema.model_validate(here.json("scan", "shop.log"))
    issue = next(i.id for i in result.issues if i.exception_type == "RuntimeError" and i.count == 3)
    return Shop(here, server, issue)


def test_a_fix_becomes_one_draft_that_is_brought_up_to_date(shop: Shop) -> None:
    server = shop.server
    server.state.open_thread("ada", "Crash", f"See {shop.issue}.")
    newest = server.bare.commit("main", {"README2.md": "x"}, "Meanwhile")
    done = shop.run(*REPRO)
    assert done.returncode == 0, done.stderr
    assert f"{server.root}/acme/shop/pull/2 (draft)" in done.stdout
    pull = server.pulls.get(2)
    assert (pull.head, pull.base, pull.draft) == (shop.branch, "main", True)
    assert server.bare.git("rev-parse", f"{shop.branch}^") == newest
    assert pull.thread.labels == ["auto-fix", "internal_error", "evidence: E2"]
    assert pull.asked == [], "nobody is asked to review a draft"
    assert pull.thread.body.startswith("<!-- errwatch v1:")
    assert "See also #1." in pull.thread.body
    assert "## Evidence: E2" in pull.thread.body
    again = shop.fix(*REPRO)
    assert again.fix.pull_request == f"{server.root}/acme/shop/pull/2"
    assert list(server.state.pulls) == [2]
    assert pull.thread.comments == []
    fixes = FixesSchema.model_validate(shop.cli.json("fixes", "list")).fixes
    assert [fix.pull_request is not None for fix in fixes] == [True, True]


def test_better_evidence_is_pushed_and_said_once(shop: Shop) -> None:
    server = shop.server
    assert shop.fix("--test", "none").fix.evidence in ("E0", "E1")
    pull = server.pulls.get(1)
    assert "needs-human" in pull.thread.labels
    first = pull.sha
    assert shop.fix(*REPRO).fix.evidence == "E2"
    assert server.pulls.get(1).sha != first
    assert pull.thread.labels == ["auto-fix", "internal_error", "evidence: E2"]
    assert len(pull.thread.comments) == 1
    assert "E2 now" in pull.thread.comments[0].body
    worse = shop.run("--test", "none")
    assert server.pulls.get(1).sha == shop.cli.git("rev-parse", shop.branch).strip()
    assert "Evidence: E2" in pull.thread.body
    assert worse.returncode == 1


def test_a_proven_fix_is_ready_where_the_settings_say_so(shop: Shop) -> None:
    (shop.cli.cwd / "errwatch.toml").write_text(
        '[pull_request]\ndraft = "unproven"\nlabels = ["bot"]\n'
    )
    shop.run(*REPRO)
    pull = shop.server.pulls.get(1)
    assert not pull.draft
    assert pull.asked == ["@payments"]
    assert "bot" in pull.thread.labels


def test_what_was_closed_stays_closed_until_somebody_says_so(shop: Shop) -> None:
    shop.run(*REPRO)
    shop.server.close(1)
    refused = shop.run(*REPRO)
    assert "was closed without being merged; --again opens another one" in refused.stdout
    assert list(shop.server.state.pulls) == [1]
    shop.run(*REPRO, "--again")
    assert list(shop.server.state.pulls) == [1, 2]


def test_a_persons_commit_makes_the_branch_theirs(shop: Shop) -> None:
    shop.run(*REPRO)
    theirs = shop.server.bare.commit(shop.branch, {"by_hand.py": "x"}, "By hand", "Ada")
    for _ in range(2):
        assert "it is theirs now" in shop.run(*REPRO).stdout
    assert shop.server.bare.tip(shop.branch) == theirs
    said = shop.server.state.threads[1].comments
    assert len(said) == 1
    assert "leaves it to you" in said[0].body


def test_the_label_hold_is_obeyed(shop: Shop) -> None:
    shop.run("--test", "none")
    thread = shop.server.state.threads[1]
    thread.labels.append("hold")
    before = (thread.body, shop.server.bare.tip(shop.branch))
    assert "is labelled hold" in shop.run(*REPRO).stdout
    assert (thread.body, shop.server.bare.tip(shop.branch)) == before


def test_what_only_adorns_it_is_no_reason_for_none(shop: Shop) -> None:
    """Neither the issues nor the labels; the next run sees to both."""
    server = shop.server
    server.state.open_thread("ada", "Crash", f"See {shop.issue}.")
    for path in ("/search", "/labels"):
        server.limits.orders.append(Order(Fault(403, "{}"), "", path))
    done = shop.run(*REPRO)
    assert done.returncode == 0
    assert "does not let the token in GITHUB_TOKEN search issues" in done.stderr
    assert "does not let the token in GITHUB_TOKEN label pull request 2" in done.stderr
    assert (server.state.threads[2].labels, "#1" in server.state.threads[2].body) == ([], False)
    shop.run(*REPRO)
    assert "auto-fix" in server.state.threads[2].labels
    assert "See also #1." in server.state.threads[2].body


@pytest.mark.parametrize("path", ["/pulls", "git-receive-pack"])
def test_a_run_that_was_cut_short_is_gone_on_with(shop: Shop, path: str) -> None:
    """It has done something, and cannot know; the next one finds it."""
    shop.server.limits.orders.append(Order(Fault(401, "{}"), "POST", path, after=True))
    broken = shop.run(*REPRO)
    assert broken.returncode == 3
    assert len(broken.stderr.strip().splitlines()[-1]) < 300
    fixes = FixesSchema.model_validate(shop.cli.json("fixes", "list")).fixes
    assert fixes[0].status == "proven"
    assert "not published: 127.0.0.1" in (fixes[0].reason or "")
    again = shop.run(*REPRO)
    assert again.returncode == 0
    assert "going on with FX-1" in again.stderr
    [fix] = FixesSchema.model_validate(shop.cli.json("fixes", "list")).fixes
    assert fix.pull_request == f"{shop.server.root}/acme/shop/pull/1"
    assert "not published" not in (fix.reason or "")
    assert list(shop.server.state.pulls) == [1]
    assert "auto-fix" in shop.server.state.threads[1].labels


def test_a_dry_run_says_what_it_would_do(shop: Shop) -> None:
    done = shop.run(*REPRO, "--dry-run")
    assert f"would push the branch {shop.branch}" in done.stderr
    assert "would open a draft pull request at 127.0.0.1" in done.stderr
    assert "would label it: auto-fix" in done.stderr
    assert "## Evidence: E2" in done.stdout
    assert not shop.server.state.pulls
    assert list(shop.server.bare.branches()) == ["main"]
    assert shop.cli.git("branch", "--list", "auto-fix/*") == ""
    assert not any(one.method != "GET" for one in shop.server.asked if "/api/" in one.path)


def test_without_a_token_there_is_a_branch_and_a_patch(shop: Shop) -> None:
    done = shop.run(*REPRO, token=None)
    assert done.returncode == 0
    [patch] = (shop.cli.home / "state-pull-requests").glob("*.patch")
    assert str(patch) in done.stdout.replace("\n", "")
    assert "With a token in GITHUB_TOKEN" in done.stdout
    shop.cli.git("apply", "--check", str(patch))
    assert "## Evidence: E2" in patch.with_suffix(".md").read_text()
    assert shop.cli.git("rev-parse", shop.branch).strip()
    shop.run(*REPRO, token=None)
    assert len(list(patch.parent.glob("*.patch"))) == 1
    assert not shop.server.asked


def test_no_pr_asks_nobody(shop: Shop) -> None:
    shop.run(*REPRO, "--no-pr")
    assert not shop.server.asked


def test_a_wrong_token_is_one_clear_line(shop: Shop) -> None:
    done = shop.run(*REPRO, token="wrong")
    assert done.returncode == 3
    assert "does not accept the token in GITHUB_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_is_spent_where_nothing_could_be_pushed(shop: Shop) -> None:
    shop.server.tokens["reader"] = Access("eve", frozenset())
    done = shop.run(*REPRO, token="reader")
    assert done.returncode == 3
    assert "may read 127.0.0.1" in done.stderr
    assert "it needs Contents: write" in done.stderr
    assert FixesSchema.model_validate(shop.cli.json("fixes", "list")).fixes == []


def test_a_branch_made_before_is_published_as_it_is(shop: Shop) -> None:
    shop.run(*REPRO, "--no-pr")
    done = shop.run(*REPRO)
    assert "going on with FX-1" in done.stderr
    assert shop.server.pulls.get(1).sha == shop.cli.git("rev-parse", shop.branch).strip()
    shop.server.close(1)
    withheld = shop.run(*REPRO, "--format", "json")
    assert "was closed without being merged" in withheld.stderr


def test_the_token_is_found_nowhere(shop: Shop, tmp_path: Path) -> None:
    """Not in the repository, its config, the state, what is said, or what the sandbox sees."""
    looked = (
        "--repro",
        'python -c \'import glob,os; print([open(f,"rb").read() for f in '
        'glob.glob("/proc/[0-9]*/environ") if os.access(f, os.R_OK)]); import reproduce\'',
        "--test",
        "none",
    )
    done = shop.run(*looked)
    shown = shop.cli("fixes", "show", "FX-1", "--format", "json")
    backup = shop.cli("state", "backup", str(tmp_path / "copy.db"))
    assert backup.returncode == 0, backup.stderr
    encoded = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    for secret in (TOKEN, encoded):
        for text in (done.stdout, done.stderr, shown.stdout):
            assert secret not in text
        for root in (tmp_path, Path(shop.cli.cwd), shop.cli.home):
            for folder, _, names in os.walk(root):
                for name in names:
                    found = Path(folder, name)
                    if found.is_file() and not found.is_symlink():
                        assert secret.encode() not in found.read_bytes(), found
    assert list(shop.server.state.pulls) == [1]
    assert TOKEN not in shop.server.state.threads[1].body


def test_the_sandbox_sees_no_token(shop: Shop) -> None:
    """Neither its own environment nor that of any process that it can look at."""
    look = (
        "import glob, os\n"
        "for name in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):\n"
        "    try:\n"
        "        print(open(name, 'rb').read())\n"
        "    except OSError:\n"
        "        pass\n"
        "print(dict(os.environ))\n"
    )
    program = (
        "import os, pathlib, sys\n"
        "from errwatch.sandbox.local import best_sandbox\n"
        "assert os.environ['GITHUB_TOKEN']\n"
        "sandbox = best_sandbox()\n"
        f"done = sandbox.run([sys.executable, '-c', {look!r}], cwd=pathlib.Path.cwd())\n"
        "print(sandbox.tier, done.output)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=shop.cli.cwd,
        env=shop.cli.environment | {"GITHUB_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        check=True,
    )
    tier, _, seen = done.stdout.partition(" ")
    assert "PATH" in seen
    assert TOKEN not in seen or tier == "limits", "which docs/security.md says"


def test_the_watch_opens_one_by_itself(shop: Shop) -> None:
    """Nobody names the issue, and nobody asks for a pull request."""
    here, server = shop.cli, shop.server
    (here.cwd / "errwatch.toml").write_text(
        '[autofix]\nmin_count = 3\nper_day = 1\n[repo]\ntest = "none"\n'
    )
    variables = {"ERRWATCH_FORGE_URL": server.root, "GITHUB_TOKEN": TOKEN}
    options = ("shop.log", "--from", "start", "--auto-fix")
    with watching(here, *options, **variables) as process:
        said(process, "see errwatch fixes list")
        said(process, "1 of 1 attempts in 24 hours")
    assert list(server.state.pulls) == [1]
    thread = server.state.threads[1]
    assert {"auto-fix", "needs-human"} < set(thread.labels)
    fixes = FixesSchema.model_validate(here.json("fixes", "list")).fixes
    assert [fix.pull_request for fix in fixes] == [f"{server.root}/acme/shop/pull/1"]
    with SqliteStore(here.home / "state.db", read_only=True) as store:
        [attempt] = store.attempts(BEGINNING)
        assert attempt.pull_requests == 1
