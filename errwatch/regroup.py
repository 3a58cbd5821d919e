"""A person's correction of the grouping: which issues are one, and what is another after all."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from errwatch.classify.rules import RulePack
from errwatch.errors import UsageError
from errwatch.interfaces import Store
from errwatch.model.change import Merged, Split
from errwatch.model.issue import Issue
from errwatch.pipeline import classify


def merge_issues(issues: Sequence[Issue], pack: RulePack, store: Store) -> Issue:
    """Make them one, for good. Raises UsageError where they are one already."""
    first, *others = dict.fromkeys(issue.fingerprint for issue in issues)
    if not others:
        what = "names one issue already" if len(issues) > 1 else "name two issues or more to merge"
        msg = f"{issues[0].id}: {what}"
        raise UsageError(msg)
    store.commit(*(Merged(first, other, by_hand=True) for other in others), actor="issues")
    return classify([store.issue(first)], pack, store)[0]


def split_issue(
    issue: Issue, fingerprints: Sequence[str], pack: RulePack, store: Store
) -> list[Issue]:
    """Take fingerprints out of an issue, or all that were merged into it, for good.

    What is left of it, then the issues that came of it. Raises UsageError.
    """
    homes = store.grouping().issues
    merged = [name for name, home in homes.items() if home == issue.fingerprint != name]
    _check(issue, fingerprints, merged)
    leaving = list(dict.fromkeys(fingerprints)) or merged
    store.commit(*map(Split, leaving), actor="issues")
    known = {one.fingerprint: one for one in store.issues()}
    found = [known[name] for name in (issue.fingerprint, *leaving) if name in known]
    return classify(found, pack, store)


def _check(issue: Issue, fingerprints: Sequence[str], merged: Collection[str]) -> None:
    if not merged:
        msg = f"{issue.id}: nothing was merged into it, so there is nothing to split"
        raise UsageError(msg)
    for name in fingerprints:
        if name == issue.fingerprint:
            msg = f"{name}: is what {issue.id} is named by; name those that are to leave it"
            raise UsageError(msg)
        if name not in merged:
            msg = f"{name}: is not in {issue.id}; see errwatch issues explain {issue.id}"
            raise UsageError(msg)
