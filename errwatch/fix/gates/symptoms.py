"""Symptom suppression: a change that makes an error invisible is no repair of it.

Python texts are compared as syntax trees, function by function: nothing may handle, skip or mute
more than before, and nothing may raise, assert or log less.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from errwatch.fix.gates.guards import only_guards
from errwatch.fix.gates.syntax import python
from errwatch.fix.gates.traits import LOG_LEVELS, Kind, Trait, traits
from errwatch.fix.gates.verdict import counted, verdict
from errwatch.fix.policy import Policy
from errwatch.model.fix import Candidate, Edit, GateResult, GateStatus

BROAD = frozenset({"BaseException", "Exception"})


def symptoms(candidate: Candidate, policy: Policy) -> GateResult:
    judged = [edit for edit in candidate.edits if edit.file.endswith((".py", ".pyi"))]
    findings = [_judge(edit) for edit in judged]
    wrong = [reason for found in findings for reason in found or ()]
    if not wrong and (not judged or None in findings):
        why = "no Python before and after to compare" if judged else "no Python in the change"
        return GateResult("symptoms", GateStatus.SKIPPED, why)
    checked = f"{counted(len(judged), 'file')} compared: nothing handles, mutes or skips more, "
    return verdict("symptoms", wrong, checked + "nothing raises, asserts or logs less")


def _judge(edit: Edit) -> list[str] | None:
    """What is wrong with an edit; None where one of its texts does not parse."""
    try:
        return list(_wrong(edit, python(edit.before or ""), python(edit.after)))
    except (SyntaxError, ValueError):
        return None
    except (RecursionError, MemoryError):
        return [f"{edit.file}: too deeply nested to compare"]


def _wrong(edit: Edit, before: ast.Module, after: ast.Module) -> Iterator[str]:
    old = list(traits(edit.before or "", before))
    new = list(traits(edit.after, after))
    for trait, line in [*_added(old, new), *_removed(old, new)]:
        where = f" in {trait.scope}" if trait.scope else ""
        yield f"{edit.file}:{line}: {f'{trait.kind.value} {trait.what}'.rstrip()}{where}"
    if (guard := only_guards(before, after)) is not None:
        yield f"{edit.file}:{guard}: only leaves early with a default"


Found = list[tuple[Trait, int]]


def _added(old: Found, new: Found) -> Iterator[tuple[Trait, int]]:
    """What hides errors and was not there, with its line in the new text."""
    spare = Counter(trait for trait, _ in old)
    fewer = spare - Counter(trait for trait, _ in new)
    for trait, line in new:
        spare[trait] -= 1
        if trait.kind.hides and spare[trait] < 0 and not _narrows(trait, fewer):
            yield trait, line


def _narrows(trait: Trait, fewer: Counter[Trait]) -> bool:
    """Whether a handler stands in for a broader one of the same function."""
    gone = {Trait(Kind.HANDLER, trait.scope, name) for name in BROAD} & set(fewer)
    return trait.kind is Kind.HANDLER and trait.what not in BROAD and bool(gone)


def _removed(old: Found, new: Found) -> Iterator[tuple[Trait, int]]:
    """What showed errors and is gone, with its line in the old text; of log calls the worst."""
    spare = Counter(trait for trait, _ in new)
    worst: dict[tuple[Kind, str], tuple[Trait, int]] = {}
    for trait, line in old:
        spare[trait] -= 1
        if trait.kind.hides or spare[trait] >= 0:
            continue
        known = worst.get((trait.kind, trait.scope))
        if known is None or _rank(trait) > _rank(known[0]):
            worst[trait.kind, trait.scope] = (trait, line)
    yield from worst.values()


def _rank(trait: Trait) -> int:
    return LOG_LEVELS.index(trait.what) if trait.kind is Kind.LOG else 0
