"""Event and counts -> Classification: the first rule that matches the chain, and the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from errwatch.classify.matching import Match, Subject
from errwatch.classify.rules import RulePack, Verdict
from errwatch.classify.severity import Seen, raised
from errwatch.model.classification import Classification
from errwatch.model.event import Event, ExceptionInfo, Link

QUOTED = 80
"""Characters of the log that a reason may quote."""
BY_TYPE, BY_PATTERN, BY_TEXT, UNMATCHED = 0.9, 0.8, 0.6, 0.3
"""Confidence, by what matched."""

_LOG_LINE = "the log line"
_LOG_TEXT = "the text"
_ROLE = {
    Link.RAISED: "",
    Link.CAUSE: "the cause ",
    Link.CONTEXT: "the context ",
    Link.MEMBER: "the member ",
}


def classify(
    event: Event, *, buckets: Mapping[int, int], crashes: int, pack: RulePack
) -> Classification:
    """Judge an issue by the event that stands for it and by how often it was seen, and when."""
    match = _first_match(event, pack)
    verdict = pack.rules[match.rule] if match else _unmatched(event, pack)
    severity, raises = raised(verdict, pack.policy, event.level, Seen(buckets, crashes))
    category = pack.categories.get(verdict.category)
    fixable = verdict.fixable or (category.fixable if category else "no")
    return Classification(
        category=verdict.category,
        severity=severity,
        rule=verdict.id,
        why="; ".join((_reason(match, event), *raises)),
        subcategory=verdict.subcategory,
        impact=verdict.impact or (category.impact if category else None),
        retryable=verdict.retryable,
        fixable=fixable == "yes" or (fixable == "with_culprit" and event.culprit is not None),
        suggested_fix=verdict.suggested_fix,
        resolution=verdict.resolution or (category.resolution if category else None),
        prevention=verdict.prevention or (category.prevention if category else None),
        confidence=_confidence(match),
    )


def _first_match(event: Event, pack: RulePack) -> Match | None:
    for subjects in _scopes(event):
        if match := pack.matcher.first(subjects):
            return match
    return None


def _scopes(event: Event) -> Iterator[Sequence[Subject]]:
    """What rules are held against, the most telling first; all rules see one before the next."""
    if event.exceptions:
        explicit = list(takewhile(lambda one: one.link is not Link.CONTEXT, event.exceptions))
        yield [_subject(one) for one in explicit]
        yield [_subject(one) for one in event.exceptions[len(explicit) :]]
        yield [Subject(_LOG_TEXT, _unindented(event.text))]
    else:
        yield [Subject(_LOG_LINE, event.message)]
        yield [Subject(_LOG_TEXT, event.text)]


def _unindented(text: str) -> str:
    """The lines of a trace that are messages: its frames and their source are indented."""
    return "\n".join(line for line in text.splitlines() if line[:1] not in (" ", "\t"))


def _subject(one: ExceptionInfo) -> Subject:
    return Subject(f"{_ROLE[one.link]}{one.type}", f"{one.type}: {one.message}", one.type)


def _unmatched(event: Event, pack: RulePack) -> Verdict:
    raised_here = event.exceptions or event.culprit
    return pack.unmatched.exception if raised_here else pack.unmatched.message


def _reason(match: Match | None, event: Event) -> str:
    if match is None:
        what = event.exception_type or "the message"
        return f"no rule knows {_quoted(what)}"
    where = _quoted(match.subject.where)
    if match.type is not None:
        return f"the type of {where} is {match.type}"
    return f'`{match.pattern}` matches "{_quoted(match.found)}" in {where}'


def _quoted(text: str) -> str:
    """A bounded piece of the log, on one line and printable."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= QUOTED else line[: QUOTED - 1] + "…"


def _confidence(match: Match | None) -> float:
    if match is None:
        return UNMATCHED
    if match.type is not None:
        return BY_TYPE
    return BY_TEXT if match.subject.where == _LOG_TEXT else BY_PATTERN
