"""The forge over PyGithub: what it finds, opens and says, and what it never does twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from errwatch.errors import ForgeError
from errwatch.forge.caller import LONGEST
from errwatch.forge.github import LONGEST_BODY, GitHubForge
from errwatch.model.pull_request import (
    ADDRESS,
    LABEL,
    CheckState,
    Proposal,
    PullRequestState,
    PullRequestText,
    Reviewers,
    marker,
)
from tests.forge.conftest import BRANCH, ISSUE, Clock, Connect, propose
from tests.servers.github import Access, GitHubServer, Order
from tests.servers.github.limits import secondary
from tests.servers.http import Fault

BROKEN = Fault(502, "<html>Unicorn!</html>")
GONE = Fault(cut=0, hang=False)


@pytest.fixture
def proposal(server: GitHubServer) -> Proposal:
    return propose(server)


def test_what_is_opened_is_found_and_read(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    assert forge.find(proposal.marker, BRANCH) == []
    opened = forge.open(proposal)
    assert (opened.number, opened.draft, opened.state) == (1, True, PullRequestState.OPEN)
    assert (opened.branch, opened.base, opened.head) == (BRANCH, "main", proposal.commit)
    assert opened.url == f"{server.root}/acme/shop/pull/1"
    assert [one.number for one in forge.find(proposal.marker, "another")] == [1]
    assert [one.number for one in forge.find("nothing", BRANCH)] == [1]
    assert forge.find("nothing", "another") == []
    assert forge.default_branch() == "main"
    assert (forge.name, forge.web) == (
        server.root.removeprefix("http://") + "/acme/shop",
        f"{server.root}/acme/shop",
    )


def test_opening_twice_gives_the_same(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    assert forge.open(proposal).number == forge.open(proposal).number == 1
    assert len(server.state.pulls) == 1


@pytest.mark.parametrize("times", [1, 3])
def test_a_post_that_was_done_and_broke_is_not_done_twice(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal, times: int
) -> None:
    for path in ("/pulls", "/comments"):
        server.limits.orders.append(Order(BROKEN, "POST", path, times, after=True))
    assert forge.open(proposal).number == 1
    forge.comment(1, "evidence:E2", "Said once.")
    forge.comment(1, "evidence:E2", "Said once.")
    assert len(server.state.pulls) == 1
    assert [one.body for one in server.state.threads[1].comments] == [
        "<!-- errwatch evidence:E2 -->\nSaid once."
    ]


def test_an_answer_that_is_lost_on_the_way_is_looked_up(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    """The connection ends, or half of the JSON is missing."""
    for cut in (0, 40):
        server.limits.orders.append(Order(Fault(cut=cut), "POST", "/pulls", after=True))
        assert forge.open(proposal).number == 1
        server.state.pulls.pop(1)
        server.state.threads.pop(1)


def test_a_post_that_was_not_done_is_tried_again(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal, clock: Clock
) -> None:
    server.limits.orders.append(Order(BROKEN, "POST", "/pulls", 2))
    assert forge.open(proposal).number == 1
    assert clock.slept == [0.5, 1.0]


def test_a_server_that_stays_broken_is_given_up(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    server.limits.orders.append(Order(BROKEN, "POST", "/pulls", 99))
    with pytest.raises(ForgeError, match="answers with error 502; run again later") as broken:
        forge.open(proposal)
    assert broken.value.passing
    assert server.state.pulls == {}


def test_a_failed_look_is_an_error_and_no_absence(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    forge.default_branch()
    server.limits.orders.append(Order(BROKEN, "GET", "/pulls", 99))
    with pytest.raises(ForgeError):
        forge.open(proposal)
    assert not any(one.method == "POST" for one in server.asked)


def test_another_process_that_was_quicker_is_found(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    """It opens one between the look and the creation: the server refuses, and is asked again."""
    quicker = {"head": BRANCH, "base": "main", "title": "t", "body": proposal.marker}
    server.before["POST", "/pulls"] = lambda: server.pulls.open("errwatch-bot", quicker)
    assert forge.open(proposal).number == 1
    assert len(server.state.pulls) == 1


def test_it_is_found_in_every_state_and_on_every_page(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    forge.open(proposal)
    forge.label(1, [LABEL])
    forge.close(1)
    for number in range(120):
        server.state.open_thread("ada", f"{number}", "").labels.append(LABEL)
    forge.open(proposal)
    forge.label(122, [LABEL])
    server.merge(_ready(forge, 122))
    found = forge.find(proposal.marker, "renamed")
    assert [(one.number, one.state.value) for one in found] == [(122, "merged"), (1, "closed")]
    assert found[0].merge_commit == server.bare.tip("main")


def _ready(forge: GitHubForge, number: int) -> int:
    forge.set_draft(number, False)
    return number


def test_a_fork_cannot_speak_for_us(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    server.bare.commit("evil", {"a": "b"}, "Evil")
    server.pulls.open(
        "mallory", {"head": "evil", "base": "main", "title": "t", "body": proposal.marker}
    )
    server.state.pulls[1].fork = "mallory/shop"
    assert forge.find(proposal.marker, BRANCH) == []
    assert forge.open(proposal).number == 2


def test_text_is_rewritten_only_where_it_changed(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    forge.open(proposal)
    forge.rewrite(1, proposal.text)
    assert not any(one.method == "PATCH" for one in server.asked)
    forge.rewrite(1, PullRequestText("New", f"{proposal.marker}\n" + "x" * 70_000))
    body = server.state.threads[1].body
    assert len(body) == LONGEST_BODY
    assert body.endswith("(The rest did not fit here.)\n")


def test_labels_come_and_go(server: GitHubServer, forge: GitHubForge, proposal: Proposal) -> None:
    forge.open(proposal)
    forge.label(1, [LABEL, "evidence: E1"])
    forge.label(1, [LABEL, "evidence: E2"], ["evidence: E1", "never there"])
    assert server.state.threads[1].labels == [LABEL, "evidence: E2"]
    assert forge.pull_request(1).labels == (LABEL, "evidence: E2")


def test_a_draft_becomes_ready_and_a_draft_again(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    forge.open(proposal)
    for draft in (False, False, True):
        forge.set_draft(1, draft)
        assert forge.pull_request(1).draft is draft
    assert sum("/graphql" in one.path for one in server.asked) == 2


def test_who_can_be_asked_for_a_review_is_asked(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    forge.open(proposal)
    people = ("ada", "mallory", "errwatch-bot")
    [said] = forge.request_review(1, Reviewers(people, ("payments",)))
    assert server.state.pulls[1].asked == ["ada", "@payments"]
    assert "mallory" in said
    assert "not a collaborator" in said
    assert forge.request_review(1, Reviewers()) == []


def test_what_people_do_is_read(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    forge.open(proposal)
    forge.comment(1, "k", "ours")
    server.say(1, "ada", f"{marker('k')} quoted")
    assert [(one.author, one.by_us) for one in forge.comments(1)] == [
        ("errwatch-bot", True),
        ("ada", False),
    ]
    server.bare.commit(BRANCH, {"b.py": "x"}, "By hand", "Ada")
    assert [one.by_us for one in forge.commits(1)] == [False, False]
    assert forge.commits(1)[1].author == "ada@example.invalid"
    assert ADDRESS not in [one.author for one in forge.commits(1)]
    forge.assign(1, ["ada"])
    assert server.state.threads[1].assignees == ["ada"]


def test_conflicts_and_merges_are_seen(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    forge.open(proposal)
    assert [forge.pull_request(1).conflicted for _ in range(2)] == [False, False]
    server.bare.commit("main", {"shop.py": "other\n"}, "Meanwhile")
    assert [forge.pull_request(1).conflicted for _ in range(2)] == [None, True]


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_every_way_to_merge_is_a_merge(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal, method: str
) -> None:
    forge.open(replace(proposal, draft=False))
    commit = server.merge(1, method)
    ended = forge.pull_request(1)
    assert (ended.state, ended.merge_commit) == (PullRequestState.MERGED, commit)
    forge.delete_branch(BRANCH)
    forge.delete_branch(BRANCH)
    assert server.bare.tip(BRANCH) is None
    forge.close(1)
    assert forge.pull_request(1).state is PullRequestState.MERGED


def test_checks_are_those_of_the_commit(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    commit = proposal.commit
    assert forge.checks(commit).state is None
    server.check(commit, "ci", None)
    assert forge.checks(commit).state is CheckState.PENDING
    server.check(commit, "ci", "success")
    server.check(commit, "lint", "skipped")
    assert forge.checks(commit).state is CheckState.GREEN
    server.status(commit, "legacy", "pending")
    assert forge.checks(commit).state is CheckState.PENDING
    server.status(commit, "legacy", "error")
    assert forge.checks(commit).state is CheckState.RED
    tip = server.bare.tip("main")
    assert tip is not None
    assert forge.checks(tip).state is None


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "cancelled", "action_required"])
def test_what_did_not_succeed_is_red(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal, conclusion: str
) -> None:
    server.check(proposal.commit, "ci", conclusion)
    checks = forge.checks(proposal.commit)
    assert checks.state is CheckState.RED
    assert checks.each[0].detail == f"ci: {conclusion}"


def test_issues_of_the_tracker_are_found_by_words(server: GitHubServer, forge: GitHubForge) -> None:
    server.state.open_thread("ada", "Crash", "see EW-1a2b3c4d please")
    server.state.open_thread("ada", "Other", "see EW-1a2b3c4dff")
    server.state.open_thread("ada", "Else", "nothing")
    assert [one.number for one in forge.issues("EW-1a2b3c4d")] == [1, 2]


def test_the_account_of_a_commit(server: GitHubServer, forge: GitHubForge) -> None:
    tip = server.bare.tip("main")
    assert tip is not None
    assert forge.account_of(tip) == "ada"
    assert forge.account_of(server.bare.commit("main", {"a": "b"}, "m", "Zoe")) is None
    assert forge.account_of("0" * 40) is None


def test_a_limit_that_ends_soon_is_waited_for(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal, clock: Clock
) -> None:
    server.limits.orders += [Order(secondary(7), "POST"), Order(secondary(9, status=429), "POST")]
    assert forge.open(proposal).number == 1
    assert clock.slept == [7, 9]
    assert len(server.state.pulls) == 1


def test_a_secondary_limit_without_a_number_is_left_alone_for_a_minute(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal, clock: Clock
) -> None:
    server.limits.orders.append(Order(secondary(), "GET", "/pulls"))
    forge.open(proposal)
    assert clock.slept == [60]


def test_nobody_waits_for_an_hour(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal, clock: Clock
) -> None:
    server.limits.limit = 2
    server.limits.reset = int(clock.now().timestamp()) + 1800
    with pytest.raises(ForgeError, match=r"used up until 12:30 UTC; run again then"):
        forge.open(proposal)
    assert clock.slept == []
    server.limits.limit = 5000
    server.limits.orders.append(Order(secondary(int(LONGEST) + 1), "GET", "/pulls"))
    with pytest.raises(ForgeError, match="asked less often; run again in 61 s"):
        forge.open(proposal)
    assert clock.slept == []


def test_refusals_are_one_clear_line(
    server: GitHubServer, connected: Connect, proposal: Proposal
) -> None:
    server.tokens["reader"] = Access("eve", frozenset())
    server.tokens["blind"] = Access("eve", sees=False)
    for token, words in (
        ("wrong", ["does not accept the token in GITHUB_TOKEN", "Bad credentials"]),
        ("reader", ["open a pull request in acme/shop", "it needs Pull requests: write"]),
        ("blind", ["cannot find the repository in acme/shop", "check forge.repository"]),
    ):
        with pytest.raises(ForgeError) as refused:
            connected(token).forge.open(proposal)
        for part in words:
            assert part in str(refused.value)
        assert "\n" not in str(refused.value)
        assert f"{token} " not in str(refused.value)
    with pytest.raises(ForgeError, match="cannot find the repository"):
        connected(repository="acme/none").forge.default_branch()


def test_what_is_invalid_says_why(
    server: GitHubServer, forge: GitHubForge, proposal: Proposal
) -> None:
    with pytest.raises(ForgeError, match="No commits between main and main"):
        forge.open(replace(proposal, branch="main"))
    with pytest.raises(ForgeError, match="PullRequest head invalid"):
        forge.open(replace(proposal, branch="nowhere"))
    server.pulls.drafts = False
    with pytest.raises(ForgeError, match="Draft pull requests are not supported"):
        forge.open(proposal)


def test_an_archived_repository_takes_nothing(server: GitHubServer, forge: GitHubForge) -> None:
    server.state.archived = True
    with pytest.raises(ForgeError, match="is archived"):
        forge.default_branch()


def test_a_server_that_is_not_there_is_named(
    server: GitHubServer, forge: GitHubForge, clock: Clock
) -> None:
    server._http.server_close()
    with pytest.raises(ForgeError, match=r"127\.0\.0\.1:\d+ cannot be reached") as gone:
        forge.default_branch()
    assert gone.value.passing
    assert len(clock.slept) == 3


def test_hostile_words_of_a_server_stay_on_one_line(
    server: GitHubServer, forge: GitHubForge
) -> None:
    said = '{"message": "no\\n\\u001b[31m @octocat ghp_' + "a1B2" * 9 + '"}'
    server.limits.orders.append(Order(Fault(422, said), "GET"))
    with pytest.raises(ForgeError) as refused:
        forge.default_branch()
    assert "\n" not in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert "ghp_" not in str(refused.value)
    assert ISSUE not in str(refused.value)
