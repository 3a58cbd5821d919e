"""Whom to ask for a review: the owners of the files, and who last changed the lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from errwatch.model.analysis import Blame
from errwatch.model.pull_request import Reviewers

MOST = 5
"""People and teams together: who is asked with many others does not look."""

_ACCOUNT = re.compile(r"@([\w-]{1,100})\Z", re.ASCII)
_TEAM = re.compile(r"@([\w-]{1,100})/([\w.-]{1,100})\Z", re.ASCII)


def reviewers_of(
    owners: Iterable[str],
    blame: Sequence[Blame],
    account_of: Callable[[str], str | None],
    organisation: str | None,
) -> Reviewers:
    """`owners` as CODEOWNERS has them: of teams, only those of the organisation can be asked;
    addresses name nobody. `account_of` knows whose a commit is."""
    people: list[str] = []
    teams: list[str] = []
    for owner in owners:
        if found := _ACCOUNT.match(owner):
            people.append(found[1])
        elif (team := _TEAM.match(owner)) and team[1].casefold() == (organisation or "").casefold():
            teams.append(team[2])
    if blame and len(people) + len(teams) < MOST:
        author = account_of(blame[0].commit)
        people += [author] if author and _ACCOUNT.match(f"@{author}") else []
    kept = tuple(dict.fromkeys(people))[:MOST]
    return Reviewers(kept, tuple(dict.fromkeys(teams))[: MOST - len(kept)])
