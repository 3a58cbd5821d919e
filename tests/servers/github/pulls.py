"""Pull requests: what may become one, and how they end."""

from __future__ import annotations

from typing import Any

from tests.servers.github.bare import Bare
from tests.servers.github.shapes import Json, Shapes, refusal
from tests.servers.github.state import Pull, Review, State

LONGEST_TITLE, LONGEST_BODY = 256, 65_536


class Refused(Exception):
    def __init__(self, status: int, message: str, *errors: Json) -> None:
        super().__init__(message)
        self.status = status
        self.body = refusal(status, message, *errors)


def _invalid(**error: str) -> Refused:
    return Refused(422, "Validation Failed", {"resource": "PullRequest", **error})


def _custom(message: str) -> Refused:
    return _invalid(code="custom", message=message)


class Pulls:
    def __init__(self, state: State, bare: Bare, shapes: Shapes) -> None:
        self._state = state
        self.bare = bare
        self._shapes = shapes
        self.drafts = True
        """Whether the plan of the owner has drafts."""

    def get(self, number: int) -> Pull:
        """As its branches stand now."""
        pull = self._state.pulls.get(number)
        if pull is None:
            raise Refused(404, "Not Found")
        if pull.thread.state == "open":
            self._refresh(pull)
        return pull

    def _refresh(self, pull: Pull) -> None:
        """What was pushed since: a branch that is gone closes, one that is merged by hand ends."""
        tip, base = self.bare.tip(pull.head), self.bare.tip(pull.base)
        if tip is None or base is None:
            pull.thread.closed_at = self._state.now()
        elif self.bare.is_ancestor(tip, base):
            pull.sha = tip
            self._end(pull, tip)
        else:
            pull.sha = tip

    def shape(self, pull: Pull, *, whole: bool) -> Json:
        base = self.bare.tip(pull.base) or "0" * 40
        mergeable = None
        if whole and pull.thread.state == "open":
            ends = (pull.sha, base)
            if pull.known == ends:
                mergeable = self.bare.merged_tree(base, pull.sha) is not None
            pull.known = ends  # who asks for the first time is told that nobody knows yet
        return self._shapes.pull(pull, base, mergeable=mergeable, whole=whole)

    def open(self, author: str, wanted: dict[str, Any]) -> Pull:
        head, base = wanted["head"].rpartition(":")[2], wanted["base"]
        sha, onto = self.bare.tip(head), self.bare.tip(base)
        if sha is None:
            raise _invalid(field="head", code="invalid")
        if onto is None:
            raise _invalid(field="base", code="invalid")
        self._check_text(wanted)
        if not self.bare.between(onto, sha):
            msg = f"No commits between {base} and {head}"
            raise _custom(msg)
        for number in self._state.pulls:
            other = self.get(number)
            if other.thread.state == "open" and (other.head, other.base) == (head, base):
                msg = f"A pull request already exists for {self._state.owner}:{head}."
                raise _custom(msg)
        draft = bool(wanted.get("draft"))
        if draft and not self.drafts:
            raise Refused(422, "Draft pull requests are not supported in this repository.")
        thread = self._state.open_thread(author, wanted["title"], wanted.get("body") or "")
        self._state.pulls[thread.number] = Pull(thread, head, base, draft, sha)
        return self._state.pulls[thread.number]

    def _check_text(self, wanted: dict[str, Any]) -> None:
        if len(wanted.get("title") or "") > LONGEST_TITLE:
            msg = f"title is too long (maximum is {LONGEST_TITLE} characters)"
            raise _custom(msg)
        if len(wanted.get("body") or "") > LONGEST_BODY:
            msg = f"body is too long (maximum is {LONGEST_BODY} characters)"
            raise _custom(msg)

    def edit(self, number: int, wanted: dict[str, Any]) -> Pull:
        pull = self.get(number)
        self._check_text(wanted)
        pull.thread.title = wanted.get("title", pull.thread.title)
        pull.thread.body = wanted.get("body", pull.thread.body)
        state = wanted.get("state", pull.thread.state)
        if state == "closed" and pull.thread.closed_at is None:
            pull.thread.closed_at = self._state.now()
        elif state == "open" and pull.thread.closed_at is not None:
            self._reopen(pull)
        return pull

    def _reopen(self, pull: Pull) -> None:
        if pull.merged_at or self.bare.tip(pull.head) is None:
            msg = "state cannot be changed. The pull request cannot be reopened."
            raise _custom(msg)
        pull.thread.closed_at = None

    def set_draft(self, number: int, draft: bool) -> Pull:
        pull = self.get(number)
        pull.draft = draft
        return pull

    def request(self, number: int, who: list[str]) -> Pull:
        pull, state = self.get(number), self._state
        if pull.thread.author in who:
            raise Refused(422, "Review cannot be requested from pull request author.")
        strangers = set(who) - state.collaborators - {f"@{team}" for team in state.teams}
        if strangers:
            raise Refused(
                422,
                "Reviews may only be requested from collaborators. One or more of the users or "
                f"teams you specified is not a collaborator of the {state.full_name} repository.",
            )
        pull.asked += [one for one in who if one not in pull.asked]
        return pull

    def review(self, number: int, login: str, state: str, body: str) -> None:
        pull, now = self.get(number), self._state.now()
        review = Review(self._state.next_id(), login, state, body, now, pull.sha)
        pull.reviews.append(review)

    def merge(self, number: int, method: str, login: str) -> str:
        """As somebody does with the green button."""
        pull = self.get(number)
        onto = self.bare.tip(pull.base)
        if pull.thread.state != "open" or pull.draft or onto is None:
            raise Refused(405, "Pull Request is not mergeable")
        title = f"{pull.thread.title} (#{number})"
        if method == "merge":
            title = f"Merge pull request #{number} from {self._state.owner}/{pull.head}"
        commit = self.bare.merge(onto, pull.sha, method, title, login.capitalize())
        if commit is None:
            raise Refused(405, "Pull Request is not mergeable")
        self.bare.set(pull.base, commit)
        self._end(pull, commit)
        return commit

    def _end(self, pull: Pull, commit: str) -> None:
        pull.merged_at = pull.thread.closed_at = self._state.now()
        pull.merge_commit = commit

    def commits(self, pull: Pull) -> list[str]:
        return self.bare.between(self._fork(pull), pull.sha)

    def files(self, pull: Pull) -> list[str]:
        return self.bare.changed(self._fork(pull), pull.sha)

    def _fork(self, pull: Pull) -> str:
        """Where the branch began: after a merge, the base has its commits itself."""
        onto = self.bare.tip(pull.base) or pull.sha
        if pull.merge_commit:
            onto = f"{pull.merge_commit}^"
        return self.bare.git("merge-base", onto, pull.sha)

    def facts(self, commit: str) -> dict[str, str]:
        form = "%an%n%ae%n%ce%n%cI%n%B"
        shown = self.bare.git("log", "-1", f"--format={form}", commit).split("\n", 4)
        return dict(
            zip(("author_name", "author", "committer", "date", "message"), shown, strict=True)
        )
