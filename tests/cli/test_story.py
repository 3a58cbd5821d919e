"""The whole story: a line in a log, a fix, a pull request, a merge, and what comes after it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from errwatch.model.issue import Issue, Status
from errwatch.model.pull_request import Stage, Tracked
from errwatch.wiring import Wiring
from tests.cli.conftest import Cli
from tests.cli.test_watch import append, watching
from tests.fix.agent.test_engine import GOOD
from tests.fix.scripted import FILES
from tests.servers.anthropic import AnthropicServer
from tests.servers.github import GitHubServer
from tests.servers.github.server import TOKEN
from tests.servers.github.state import BEGINNING

TRACE = """\
{at:%Y-%m-%d %H:%M:%S} ERROR billing: boom
Traceback (most recent call last):
  File "/srv/app/billing/plans.py", line 5, in price_of
    return PRICES[plan.lowr()]
AttributeError: 'str' object has no attribute 'lowr'
"""
QUIET = "2026-11-22 10:00:00 INFO billing: priced\n"
SETTINGS = """\
[claude]
models = ["small"]
[autofix]
patience = 0
"""


@dataclass
class Story:
    cli: Cli
    github: GitHubServer
    variables: dict[str, str]
    told: list[str] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.cli.home / "billing.log"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.cli(*words, **self.variables)

    def hear(self, text: str) -> None:
        append(self.log, text)
        done = self.run("watch", str(self.log), "--once")
        assert done.returncode in (0, 1), done.stderr

    def follow(self, now: datetime) -> None:
        """As `fixes sync` does it, at a moment of our own."""
        wiring = Wiring.here()
        with wiring.store() as store:
            publishing = wiring.publishing(self.told.append)
            shop = publishing.shop(wiring.repository(), dry_run=False, again=False)
            follower = replace(publishing.follower(shop, store), now=lambda: now)
            assert follower.sync(), self.told

    def state(self) -> tuple[Tracked, Issue]:
        with Wiring.here().store() as store:
            return store.pull_requests()[-1], store.issues()[0]


@pytest.fixture
def story(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Story]]:
    """Up to the merge: all of it by the real commands."""
    folder = cli.cwd / "billing"
    for name, text in {**FILES, "errwatch.toml": SETTINGS}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    github, claude = GitHubServer(tmp_path / "github"), AnthropicServer(answers=list(GOOD))
    with github, claude:
        for words in (
            ("init", "-q", "-b", "main"),
            ("add", "-A"),
            ("commit", "-q", "-m", "Billing"),
            ("push", "-q", f"file://{github.bare.path}", "main"),
            ("remote", "add", "origin", f"{github.root}/acme/shop.git"),
        ):
            cli.git(*words, cwd=folder)
        variables = {
            "GITHUB_TOKEN": TOKEN,
            "ERRWATCH_FORGE_URL": github.root,
            "ANTHROPIC_API_KEY": "test-key",
            "ANTHROPIC_BASE_URL": claude.url,
            "ANTHROPIC_CONFIG_DIR": str(cli.home),
        }
        here = Cli(cli.home, folder)
        for name, value in {**here.environment, **variables}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(folder)
        yield lambda: merged(Story(here, github, variables))


def merged(story: Story) -> Story:
    github = story.github
    story.log.write_text("")
    with watching(story.cli, str(story.log), "--auto-fix", **story.variables) as process:
        append(story.log, TRACE.format(at=BEGINNING - timedelta(hours=8)))
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        ended = next((line for line in lines if "auto-fix: EW-" in line and "see" in line), "")
    assert "proven" in ended
    pull = github.pulls.get(1)
    assert pull.draft
    assert github.bare.git("show", f"{pull.head}:billing/plans.py").count("plan.lower()") == 1
    github.check(pull.sha, "tests", None)
    story.run("fixes", "sync")
    assert github.pulls.get(1).draft, "its checks are not green yet"
    github.check(pull.sha, "tests", "success")
    done = story.run("fixes", "sync")
    assert "is ready to be reviewed: its checks are green" in done.stderr
    assert not github.pulls.get(1).draft
    github.merge(1, "squash")
    story.follow(BEGINNING + timedelta(minutes=10))
    assert "verifying until 2026-11-21" in story.told[-1]
    assert list(github.bare.branches()) == ["main"]
    assert story.state()[1].status is not Status.RESOLVED, "a merge resolves nothing"
    return story


def test_an_error_that_stays_away_is_verified(story: Callable[[], Story]) -> None:
    told = story()
    tracked, _ = told.state()
    assert tracked.quiet_until is not None
    assert tracked.quiet_until - BEGINNING > timedelta(hours=24), "3 / rate: one event in 8 hours"
    told.follow(tracked.quiet_until - timedelta(minutes=1))
    assert told.state()[0].stage is Stage.VERIFYING
    told.hear(QUIET)
    told.follow(tracked.quiet_until + timedelta(minutes=1))
    tracked, issue = told.state()
    assert (tracked.stage, issue.status) == (Stage.VERIFIED, Status.RESOLVED)
    [fix] = told.cli.json("fixes", "list")["fixes"]
    assert fix["evidence"] == "E2"
    assert "no pull request to follow" in told.run("fixes", "sync").stderr


def test_an_error_that_comes_back_is_reopened_and_the_fix_can_be_taken_back(
    story: Callable[[], Story],
) -> None:
    told = story()
    told.hear(TRACE.format(at=BEGINNING + timedelta(minutes=5)))
    told.follow(datetime(2026, 11, 21, tzinfo=UTC))
    assert told.state()[0].stage is Stage.VERIFYING, "the code before the merge may say it still"
    told.hear(TRACE.format(at=BEGINNING + timedelta(hours=5)))
    for _ in range(2):
        told.follow(datetime(2026, 11, 21, tzinfo=UTC))
    tracked, issue = told.state()
    assert (tracked.stage, issue.status) == (Stage.REGRESSED, Status.REGRESSED)
    said = told.github.state.threads[1].comments
    assert [one.body.count("did not mend the error") for one in said].count(1) == 1
    assert list(told.github.state.pulls) == [1, 2]
    revert = told.github.pulls.get(2)
    assert revert.draft
    assert revert.thread.labels == ["auto-fix", "needs-human"]
    text = told.github.bare.git("show", f"{revert.head}:billing/plans.py")
    assert text.strip() == FILES["billing/plans.py"].strip()
    told.github.pulls.set_draft(2, False)
    told.github.merge(2)
    told.follow(datetime(2026, 11, 22, tzinfo=UTC))
    assert told.state()[0].stage is Stage.REVERTED
