"""Pull requests on github.com or a GitHub Enterprise server, through PyGithub."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING

from errwatch.errors import ForgeError
from errwatch.forge import nouns
from errwatch.forge.caller import Caller
from errwatch.forge.site import Site
from errwatch.forge.trouble import Doing, Interpreter
from errwatch.model.pull_request import (
    LABEL,
    BranchCommit,
    Checks,
    Comment,
    ForgeIssue,
    Proposal,
    PullRequest,
    PullRequestText,
    Reviewers,
    marker,
)

if TYPE_CHECKING:
    from github import Github
    from github.PullRequest import PullRequest as GitHubPull
    from github.Repository import Repository

LONGEST_BODY = 65_536
"""Characters that GitHub takes."""
_CUT = "\n\n(The rest did not fit here.)\n"

_READ = "Pull requests: read"
_WRITE = "Pull requests: write"


class GitHubForge:
    """Implements `interfaces.Forge`. `secret` is the name of what the token comes from."""

    def __init__(
        self,
        site: Site,
        client: Github,
        secret: str,
        *,
        sleep: Callable[[float], None],
        now: Callable[[], datetime],
    ) -> None:
        self._site = site
        self._client = client
        self._secret = secret
        self._caller = Caller(Interpreter(site, secret), sleep, now)

    @property
    def name(self) -> str:
        return self._site.name

    @property
    def web(self) -> str:
        return f"{self._site.web}/{self._site.repository}"

    def default_branch(self) -> str:
        return self._repository.default_branch

    def expect_rights(self) -> None:
        """Before anything is spent on a change that could not be pushed. Raises ForgeError."""
        rights = self._repository.permissions
        if rights is not None and not rights.push:
            msg = (
                f"{self._secret} may read {self.name}, but not push to it: it needs Contents: write"
            )
            raise ForgeError(msg)

    def find(self, marker: str, branch: str) -> list[PullRequest]:
        """By the branch and by the label, in all states; by the marker alone among the open ones,
        which may have lost their label or never got it."""
        head = f"{self._site.owner}:{branch}"
        doing = Doing("list pull requests", _READ)
        repository = self._repository
        by_branch = self._caller.ask(doing, lambda: list(repository.get_pulls("all", head=head)))
        labelled = self._caller.ask(
            doing, lambda: list(repository.get_issues(state="all", labels=[LABEL]))
        )
        numbers = [one.number for one in labelled if one.pull_request and marker in one.body]
        known = {pull.number: pull for pull in (*by_branch, *self._open())}
        found = [
            nouns.pull_request(pull, whole=False)
            for pull in known.values()
            if self._is_here(pull)
            and (pull.head.ref == branch or marker in (pull.body or "") or pull.number in numbers)
        ]
        others = [self._pull(number) for number in numbers if number not in known]
        found += [nouns.pull_request(pull, whole=True) for pull in others if self._is_here(pull)]
        return sorted(found, key=lambda one: one.number, reverse=True)

    def pull_request(self, number: int) -> PullRequest:
        return nouns.pull_request(self._pull(number), whole=True)

    def open(self, proposal: Proposal) -> PullRequest:
        repository = self._repository
        text = proposal.text

        def look() -> PullRequest | None:
            there = self.find(proposal.marker, proposal.branch)
            return next((one for one in there if one.open), None)

        def create() -> PullRequest:
            pull = repository.create_pull(
                proposal.base,
                proposal.branch,
                title=text.title,
                body=_fitting(text.body),
                draft=proposal.draft,
            )
            return nouns.pull_request(pull, whole=False)

        return self._caller.once(Doing("open a pull request", _WRITE), create, look)

    def rewrite(self, number: int, text: PullRequestText) -> None:
        body = _fitting(text.body)
        pull = self._pull(number)
        if (pull.title, pull.body) != (text.title, body):
            doing = Doing(f"rewrite pull request {number}", _WRITE)
            self._caller.ask(doing, lambda: pull.edit(title=text.title, body=body))

    def set_draft(self, number: int, draft: bool) -> None:
        pull = self._pull(number)
        if pull.draft is draft:
            return
        doing = Doing(f"make pull request {number} {'a draft' if draft else 'ready'}", _WRITE)
        change = pull.convert_to_draft if draft else pull.mark_ready_for_review
        self._caller.ask(doing, lambda: change())

    def label(
        self, number: int, add: Collection[str], remove: Collection[str] = frozenset()
    ) -> None:
        pull = self._pull(number)
        there = {label.name for label in pull.labels}
        doing = Doing(f"label pull request {number}", _WRITE)
        missing = [label for label in add if label not in there]
        if missing:
            self._caller.ask(doing, lambda: pull.add_to_labels(*missing))
        for label in there & set(remove):
            self._caller.ask(doing, partial(pull.remove_from_labels, label))

    def request_review(self, number: int, reviewers: Reviewers) -> list[str]:
        """All at once, and one by one where one of them cannot be asked."""
        pull = self._pull(number)
        people = [one for one in reviewers.people if one != nouns.login(pull.user)]
        alone = [*(Reviewers((one,)) for one in people)]
        alone += [Reviewers(teams=(one,)) for one in reviewers.teams]
        refused = []
        if alone:
            try:
                self._ask_for_review(pull, Reviewers(tuple(people), reviewers.teams))
                return []
            except ForgeError as error:
                if error.passing or len(alone) == 1:
                    return [str(error)]
        for one in alone:
            try:
                self._ask_for_review(pull, one)
            except ForgeError as error:
                refused.append(str(error))
        return refused

    def _ask_for_review(self, pull: GitHubPull, reviewers: Reviewers) -> None:
        names = ", ".join((*reviewers.people, *reviewers.teams))
        doing = Doing(f"ask {names} for a review", _WRITE)
        self._caller.ask(
            doing,
            lambda: pull.create_review_request(list(reviewers.people), list(reviewers.teams)),
        )

    def assign(self, number: int, people: Collection[str]) -> None:
        pull = self._pull(number)
        doing = Doing(f"assign pull request {number}", _WRITE)
        self._caller.ask(doing, lambda: pull.add_to_assignees(*people))

    def comment(self, number: int, key: str, body: str) -> None:
        line = marker(key)
        pull = self._pull(number)

        def look() -> Comment | None:
            said = self.comments(number)
            return next((one for one in said if one.body.startswith(line)), None)

        def say() -> Comment:
            text = _fitting(f"{line}\n{body}")
            return nouns.comment(pull.create_issue_comment(text), nouns.login(pull.user))

        self._caller.once(Doing(f"comment on pull request {number}", _WRITE), say, look)

    def comments(self, number: int) -> list[Comment]:
        pull = self._pull(number)
        doing = Doing(f"read the comments of pull request {number}", "Issues: read")
        found = self._caller.ask(doing, lambda: list(pull.get_issue_comments()))
        return [nouns.comment(one, nouns.login(pull.user)) for one in found]

    def commits(self, number: int) -> list[BranchCommit]:
        pull = self._pull(number)
        doing = Doing(f"list the commits of pull request {number}", _READ)
        return self._caller.ask(doing, lambda: [nouns.commit(one) for one in pull.get_commits()])

    def checks(self, commit: str) -> Checks:
        doing = Doing(f"read the checks of {commit[:12]}", "Checks: read, Commit statuses: read")
        repository = self._repository

        def read() -> Checks:
            found = repository.get_commit(commit)
            runs = [nouns.check_run(one) for one in found.get_check_runs()]
            statuses = [nouns.status(one) for one in found.get_combined_status().statuses]
            return Checks(commit, (*runs, *statuses))

        return self._caller.ask(doing, read)

    def close(self, number: int) -> None:
        pull = self._pull(number)
        if pull.state == "open":
            doing = Doing(f"close pull request {number}", _WRITE)
            self._caller.ask(doing, lambda: pull.edit(state="closed"))

    def delete_branch(self, branch: str) -> None:
        from github import GithubException

        repository = self._repository
        doing = Doing(f"delete the branch {branch}", "Contents: write")

        def delete() -> None:
            try:
                repository.get_git_ref(f"heads/{branch}").delete()
            except GithubException as error:
                if error.status not in (404, 422):
                    raise

        self._caller.ask(doing, delete)

    def account_of(self, commit: str) -> str | None:
        doing = Doing(f"read the commit {commit[:12]}", "Contents: read")
        repository = self._repository

        def read() -> str | None:
            author = repository.get_commit(commit).author
            return author.login if author else None

        with suppress(ForgeError):
            return self._caller.ask(doing, read)
        return None

    def issues(self, words: str) -> list[ForgeIssue]:
        kept = words.replace('"', " ")
        query = f'"{kept}" repo:{self._site.repository} is:issue is:open'
        doing = Doing("search issues", "Issues: read")

        def search() -> list[ForgeIssue]:
            found = islice(self._client.search_issues(query), 10)
            return [nouns.issue(one) for one in found]

        found = self._caller.ask(doing, search)
        return [one for one in found if words in one.title or words in one.body]

    def _open(self) -> list[GitHubPull]:
        repository = self._repository
        doing = Doing("list pull requests", _READ)
        found = self._caller.ask(doing, lambda: list(repository.get_pulls("open")))
        return [pull for pull in found if self._is_here(pull)]

    def _is_here(self, pull: GitHubPull) -> bool:
        """A fork may say what it wants."""
        return bool(pull.head.repo) and pull.head.repo.full_name == self._repository.full_name

    def _pull(self, number: int) -> GitHubPull:
        repository = self._repository
        doing = Doing(f"find pull request {number}", _READ)
        return self._caller.ask(doing, lambda: repository.get_pull(number))

    @cached_property
    def _repository(self) -> Repository:
        doing = Doing("find the repository", "Metadata: read")
        name = self._site.repository
        repository = self._caller.ask(doing, lambda: self._client.get_repo(name))
        if repository.archived:
            msg = f"{self.name} is archived: nothing can be proposed there"
            raise ForgeError(msg)
        return repository


def _fitting(body: str) -> str:
    return body if len(body) <= LONGEST_BODY else body[: LONGEST_BODY - len(_CUT)] + _CUT
