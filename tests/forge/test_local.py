"""The forge of who has none: a folder, that keeps what was said over processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errwatch.errors import ForgeError
from errwatch.forge.dry_run import UNOPENED, DryRunForge, DryRunUpstream
from errwatch.forge.local import LocalForge
from errwatch.interfaces import Forge
from errwatch.model.pull_request import (
    BranchTip,
    Proposal,
    PullRequestState,
    PullRequestText,
    Reviewers,
    marker,
)
from tests.forge.conftest import BRANCH, ISSUE, NOON

TEXT = PullRequestText("Call str.lower", f"{marker(ISSUE)}\nWhy.\n")
DIFF = "diff --git a/shop.py b/shop.py\n--- a/shop.py\n+++ b/shop.py\n@@ -1 +1 @@\n-a\n+b\n"
PROPOSAL = Proposal(ISSUE, BRANCH, "c" * 40, "main", TEXT, draft=True, diff=DIFF)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "pulls"


@pytest.fixture
def local(folder: Path) -> LocalForge:
    return LocalForge(folder, "main", lambda: NOON)


def test_a_patch_and_its_text_are_written(folder: Path, local: LocalForge) -> None:
    opened = local.open(PROPOSAL)
    patch = folder / "1-EW-1a2b3c4d.patch"
    assert (opened.number, opened.url, opened.draft) == (1, str(patch), True)
    assert patch.read_text() == DIFF
    assert patch.with_suffix(".md").read_text() == f"# Call str.lower\n\n{TEXT.body}"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert not list(folder.glob(".*"))


def test_another_process_finds_what_was_opened(folder: Path, local: LocalForge) -> None:
    local.open(PROPOSAL)
    again = LocalForge(folder, "main", lambda: NOON)
    assert [one.number for one in again.find(marker(ISSUE), "other")] == [1]
    assert [one.number for one in again.find("nothing", BRANCH)] == [1]
    assert again.find("nothing", "other") == []
    better = replace(PROPOSAL, commit="d" * 40, diff=DIFF.replace("+b", "+c"))
    assert again.open(better).number == 1
    assert (folder / "1-EW-1a2b3c4d.patch").read_text() == better.diff
    again.close(1)
    again.close(1)
    assert again.pull_request(1).state is PullRequestState.CLOSED
    assert again.open(PROPOSAL).number == 2


def test_what_is_said_and_labelled_stays(local: LocalForge) -> None:
    local.open(PROPOSAL)
    local.label(1, ["auto-fix", "evidence: E1"])
    local.label(1, ["evidence: E2"], ["evidence: E1"])
    local.comment(1, "key", "Once.")
    local.comment(1, "key", "Once.")
    local.rewrite(1, PullRequestText("New", "Body"))
    local.set_draft(1, False)
    pull = local.pull_request(1)
    assert pull.labels == ("auto-fix", "evidence: E2")
    assert (pull.title, pull.body, pull.draft) == ("New", "Body", False)
    assert [one.body for one in local.comments(1)] == ["<!-- errwatch key -->\nOnce."]
    assert local.request_review(1, Reviewers(("ada",))) == []


def test_what_cannot_be_read_or_written_is_named(folder: Path, local: LocalForge) -> None:
    with pytest.raises(ForgeError, match=r"7\.json: cannot be read: No such file"):
        local.pull_request(7)
    local.open(PROPOSAL)
    (folder / "1.json").write_text("{}")
    with pytest.raises(ForgeError, match="not a pull request of errwatch"):
        local.find(marker(ISSUE), BRANCH)
    blocked = LocalForge(folder / "1.json" / "below", "main", lambda: NOON)
    with pytest.raises(ForgeError, match="cannot be written: Not a directory"):
        blocked.open(PROPOSAL)


class Upstream:
    """Knows one branch, and is never pushed to."""

    def fetch(self, branch: str) -> BranchTip | None:
        return BranchTip("c" * 40) if branch == BRANCH else None

    def push(self, branch: str, commit: str, expected: str | None) -> None:
        raise AssertionError


def test_a_dry_run_says_all_and_does_nothing(folder: Path, local: LocalForge) -> None:
    told: list[str] = []
    dry: Forge = DryRunForge(local, told.append)
    upstream = DryRunUpstream(Upstream(), told.append)
    assert upstream.fetch(BRANCH) == BranchTip("c" * 40)
    upstream.push(BRANCH, "d" * 40, None)
    upstream.push(BRANCH, "d" * 40, "c" * 40)
    opened = dry.open(PROPOSAL)
    dry.rewrite(3, TEXT)
    dry.set_draft(3, False)
    dry.label(opened.number, ["auto-fix"])
    dry.request_review(opened.number, Reviewers(("ada",), ("payments",)))
    dry.assign(3, ["ada"])
    dry.comment(3, "key", "Words.")
    dry.close(3)
    dry.delete_branch(BRANCH)
    assert opened.number == UNOPENED
    assert not folder.exists()
    assert told == [
        f"would push the branch {BRANCH}",
        f"would push the branch {BRANCH}, over cccccccccccc",
        f"would open a draft pull request at {folder}, for main: Call str.lower",
        "would rewrite pull request 3: Call str.lower",
        "would make pull request 3 ready for review",
        "would label it: auto-fix",
        "would ask for a review of it: ada, payments",
        "would assign pull request 3 to ada",
        "would comment on pull request 3: Words.",
        "would close pull request 3",
        f"would delete the branch {BRANCH}",
    ]


def test_a_dry_run_reads_what_is_there(local: LocalForge) -> None:
    local.open(PROPOSAL)
    dry = DryRunForge(local, lambda _line: None)
    assert [one.number for one in dry.find(marker(ISSUE), BRANCH)] == [1]
    assert dry.pull_request(1) == local.pull_request(1)
    assert (dry.name, dry.web, dry.default_branch()) == (local.name, None, "main")
    assert (dry.comments(0), dry.commits(0)) == ([], [])
