"""What is done with a fix on a branch, by what is there already, at a real server."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from errwatch.model.classification import Classification
from errwatch.model.fix import Edit, Evidence, Fix, FixStatus
from errwatch.model.issue import Issue
from errwatch.model.levels import Severity
from errwatch.model.pull_request import (
    Draft,
    PullRequestState,
    PullRequestText,
    Reviewers,
    Tracked,
    Withheld,
    branch_of,
    marker,
)
from errwatch.propose.publish import Desk, Draught, Manners, publish
from errwatch.repository.git import GitRepository, open_repository
from tests.forge.conftest import CODE, NOON, Clock, Connect
from tests.repository.scratch import git
from tests.servers.github import GitHubServer
from tests.servers.github.server import TOKEN
from tests.store.values import event

FINGERPRINT = "v1:1a2b3c4d5e"
FIXED = CODE.replace("lowr", "lower")
ISSUE = Issue(
    id="EW-1a2b3c4d",
    fingerprint=FINGERPRINT,
    count=4,
    first_seen=NOON,
    last_seen=NOON,
    samples=(event(),),
    buckets={},
    classification=Classification("internal_error", Severity.HIGH, "r", "w"),
)
BRANCH = branch_of(ISSUE)


@dataclass
class Bench:
    server: GitHubServer
    root: Path
    connected: Connect
    clock: Clock
    manners: Manners = field(default_factory=Manners)
    told: list[str] = field(default_factory=list)

    @property
    def repository(self) -> GitRepository:
        return open_repository(self.root)

    def fix(self, evidence: Evidence = Evidence.E2, fixed: str = FIXED, name: str = "FX-1") -> Fix:
        """On the branch, cut from main as it is at the server now."""
        start = self.desk.upstream.fetch("main")
        assert start is not None
        repository = self.repository.starting_at(start.commit)
        before = repository.tree().read("shop.py")
        message = f"Fix {name}\n\nErrwatch-Fingerprint: {FINGERPRINT}\n"
        message += f"Errwatch-Evidence: {evidence.value}\n"
        git(self.root, "update-ref", "-d", f"refs/heads/{BRANCH}")
        with repository.worktree(start.commit) as worktree:
            commit = worktree.commit([Edit("shop.py", before, fixed)], BRANCH, message)
        proven = evidence in (Evidence.E2, Evidence.E3)
        return Fix(
            id=name,
            issue=FINGERPRINT,
            status=FixStatus.PROVEN if proven else FixStatus.UNPROVEN,
            created_at=NOON,
            evidence=evidence,
            title="Call str.lower",
            branch=BRANCH,
            commit=commit,
            files=("shop.py",),
        )

    @property
    def desk(self) -> Desk:
        connection = self.connected()
        upstream = self.repository.upstream(
            self.server.clone_url, lambda: TOKEN, "the token", self.clock.sleep
        )
        return Desk(connection.forge, upstream, "main", self.manners, self.told.append)

    def publish(self, fix: Fix, words: str = "Why.", held: Fix | None = None) -> Tracked | Withheld:
        text = PullRequestText("Call str.lower", f"{marker(FINGERPRINT)}\n{words}\n")
        old = PullRequestText("Held", f"{marker(FINGERPRINT)}\nHeld.\n") if held else None
        who = Reviewers(("ada", "mallory"))
        return publish(Draught(fix, ISSUE, text, who, held, old), self.desk, NOON)

    def tip(self) -> str | None:
        return self.server.bare.tip(BRANCH)


@pytest.fixture
def bench(server: GitHubServer, tmp_path: Path, connected: Connect, clock: Clock) -> Bench:
    root = tmp_path / "clone"
    git(tmp_path, "clone", "-q", f"file://{server.bare.path}", str(root))
    return Bench(server, root, connected, clock)


def test_what_is_opened_is_remembered(bench: Bench) -> None:
    fix = bench.fix()
    done = bench.publish(fix)
    assert isinstance(done, Tracked)
    assert (done.number, done.fix, done.commit) == (1, "FX-1", fix.commit)
    assert (done.evidence, done.state, done.draft) == (Evidence.E2, PullRequestState.OPEN, True)
    assert (done.issue, done.branch, done.base) == (FINGERPRINT, BRANCH, "main")
    assert done.forge == bench.desk.forge.name
    assert (done.files, done.reviewers) == (("shop.py",), Reviewers(("ada", "mallory")))
    assert bench.server.state.threads[1].labels == ["auto-fix", "internal_error", "evidence: E2"]


def test_new_evidence_of_the_same_change_goes_into_the_text(bench: Bench) -> None:
    fix = bench.fix()
    bench.publish(fix, "Seen 4 times.")
    bench.publish(fix, "Seen 5 times.")
    assert "Seen 5 times." in bench.server.state.threads[1].body
    assert (bench.tip(), len(bench.server.state.pulls)) == (fix.commit, 1)
    assert bench.server.state.threads[1].comments == []


def test_a_new_base_alone_moves_nothing(bench: Bench) -> None:
    first = bench.fix()
    bench.publish(first)
    bench.server.bare.commit("main", {"other.py": "x"}, "Meanwhile")
    second = bench.fix(name="FX-2")
    assert second.commit != first.commit
    assert isinstance(bench.publish(second), Withheld)
    done = bench.publish(second, held=first)
    assert isinstance(done, Tracked)
    assert (done.fix, done.commit, bench.tip()) == ("FX-1", first.commit, first.commit)
    assert bench.server.state.threads[1].body.endswith("Held.\n")


def test_a_conflict_is_answered_with_one_commit_on_the_new_base(bench: Bench) -> None:
    bench.publish(bench.fix())
    moved = f"import os\n{CODE}".replace("def price(plan)", "def price(plan: str)")
    newest = bench.server.bare.commit("main", {"shop.py": moved}, "Meanwhile")
    bench.desk.forge.pull_request(1)
    second = bench.fix(fixed=moved.replace("lowr", "lower"), name="FX-2")
    done = bench.publish(second)
    assert isinstance(done, Tracked)
    assert (done.fix, bench.tip()) == ("FX-2", second.commit)
    assert bench.server.bare.git("rev-parse", f"{BRANCH}^") == newest
    assert len(bench.server.state.pulls) == 1


def test_what_is_proven_better_takes_the_place(bench: Bench) -> None:
    bench.publish(bench.fix(Evidence.E1))
    thread = bench.server.state.threads[1]
    assert thread.labels == ["auto-fix", "internal_error", "evidence: E1", "needs-human"]
    better = bench.fix(Evidence.E3, name="FX-2")
    for _ in range(2):
        bench.publish(better)
    assert bench.tip() == better.commit
    assert thread.labels == ["auto-fix", "internal_error", "evidence: E3"]
    assert [one.body.split("\n")[1] for one in thread.comments] == [
        f"Pushed {(better.commit or '')[:12]}: evidence E1 before, E3 now."
    ]
    worse = bench.publish(bench.fix(Evidence.E1, name="FX-3"))
    assert isinstance(worse, Withheld)
    assert "proven as well" in worse.reason
    assert bench.tip() == better.commit


def test_it_is_ready_once_it_is_proven_where_that_is_enough(bench: Bench) -> None:
    bench.manners = Manners(Draft.UNPROVEN, ("bot",))
    bench.publish(bench.fix(Evidence.E1))
    assert bench.server.pulls.get(1).draft
    assert bench.server.pulls.get(1).asked == []
    done = bench.publish(bench.fix(Evidence.E2, name="FX-2"))
    assert isinstance(done, Tracked)
    assert not done.draft
    assert not bench.server.pulls.get(1).draft
    assert bench.server.pulls.get(1).asked == ["ada"]
    assert ["mallory" in line for line in bench.told] == [True]
    assert "bot" in bench.server.state.threads[1].labels


def test_it_is_found_under_another_category(bench: Bench) -> None:
    """The issue was classified anew: the branch has another name, the pull request is the same."""
    bench.publish(bench.fix(Evidence.E1))
    git(bench.root, "branch", "-m", BRANCH, "aside")
    renamed = replace(bench.fix(Evidence.E2, name="FX-2"), branch="auto-fix/other/EW-1a2b3c4d")
    done = bench.publish(renamed)
    assert isinstance(done, Tracked)
    assert (done.number, done.branch) == (1, BRANCH)
    assert set(bench.server.bare.branches()) == {"main", BRANCH}


def test_after_a_merge_another_one_may_be_opened(bench: Bench) -> None:
    bench.manners = Manners(Draft.UNPROVEN)
    first = bench.fix()
    bench.publish(first)
    bench.server.merge(1, "squash")
    same = bench.publish(first)
    assert isinstance(same, Withheld)
    assert "was merged with this change" in same.reason
    second = bench.fix(fixed=f"{FIXED}\n\n# again\n", name="FX-2")
    done = bench.publish(second)
    assert isinstance(done, Tracked)
    assert (done.number, bench.tip()) == (2, second.commit)


def test_what_was_closed_unmerged_is_left(bench: Bench) -> None:
    fix = bench.fix()
    bench.publish(fix)
    bench.server.close(1)
    assert isinstance(bench.publish(fix), Withheld)
    assert isinstance(bench.publish(bench.fix(Evidence.E3, name="FX-2")), Withheld)
    assert bench.tip() == fix.commit
    bench.manners = Manners(again=True)
    done = bench.publish(fix)
    assert isinstance(done, Tracked)
    assert done.number == 2


@pytest.mark.parametrize("amended", [True, False])
def test_a_branch_with_a_commit_of_somebody_else_is_theirs(bench: Bench, amended: bool) -> None:
    """On top of ours, or in the place of it, with our trailers and all."""
    bench.publish(bench.fix(Evidence.E1))
    if amended:
        bench.server.bare.set(BRANCH, bench.server.bare.tip("main"))
    trailers = f"Fix\n\nErrwatch-Fingerprint: {FINGERPRINT}\nErrwatch-Evidence: E1\n"
    theirs = bench.server.bare.commit(BRANCH, {"shop.py": f"{FIXED}#\n"}, trailers, "Ada")
    for _ in range(2):
        left = bench.publish(bench.fix(Evidence.E3, name="FX-2"))
        assert isinstance(left, Withheld)
        assert "it is theirs now" in left.reason
    assert bench.tip() == theirs
    assert len(bench.server.state.threads[1].comments) == 1


def test_a_branch_of_that_name_that_is_not_ours_is_left(bench: Bench) -> None:
    theirs = bench.server.bare.commit(BRANCH, {"shop.py": "theirs\n"}, "Theirs", "Ada")
    left = bench.publish(bench.fix())
    assert isinstance(left, Withheld)
    assert "holds somebody's commits upstream" in left.reason
    assert (bench.tip(), bench.server.state.pulls) == (theirs, {})


def test_hold_is_obeyed(bench: Bench) -> None:
    bench.publish(bench.fix(Evidence.E1))
    bench.server.state.threads[1].labels.append("hold")
    before = bench.tip()
    held = bench.publish(bench.fix(Evidence.E3, name="FX-2"), "Other words.")
    assert isinstance(held, Withheld)
    assert "is labelled hold" in held.reason
    assert bench.tip() == before
    assert "Other words." not in bench.server.state.threads[1].body
