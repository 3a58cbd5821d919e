"""The verdict: which exception of a chain decides, what is fixable, and the reason given."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.classify.classifier import classify
from errwatch.classify.rules import RulePack, load_rules
from errwatch.model.classification import Classification
from errwatch.model.event import Event, ExceptionInfo, Frame, Link
from errwatch.model.levels import Level, Severity

PACK = """
[policy]
levels = { critical = "high" }
[unmatched.exception]
id = "some-exception"
category = "internal_error"
severity = "medium"
[unmatched.message]
id = "some-message"
category = "internal_error"
severity = "low"
[categories.internal_error]
about = "a"
mends = "b"
fixable = "with_culprit"
impact = "one request fails"
resolution = "code"
prevention = "test"
[categories.database_error]
about = "a"
mends = "b"
fixable = "yes"
impact = "writes fail"
resolution = "retry"
prevention = "pooling"
[[rule]]
id = "locked"
patterns = ['database is locked']
category = "database_error"
severity = "medium"
retryable = true
impact = "one write fails"
[[rule]]
id = "database"
exception_types = ["sqlite3.Error", "OperationalError"]
category = "database_error"
severity = "high"
[[rule]]
id = "key"
exception_types = ["KeyError"]
category = "internal_error"
severity = "medium"
"""
CULPRIT = Frame("shop/stock.py", 62, "release_expired")


@pytest.fixture(scope="module")
def pack() -> RulePack:
    return load_rules(PACK, "rules.toml")


def event(*chain: ExceptionInfo, message: str = "", text: str = "") -> Event:
    said = chain[0].message if chain else message
    return Event("app.log", 1, 0, 9, Level.ERROR, said, text or said, exceptions=chain)


def judged(one: Event, pack: RulePack) -> Classification:
    return classify(one, buckets={}, crashes=0, pack=pack)


def raised(type_: str, message: str = "", link: Link = Link.RAISED) -> ExceptionInfo:
    return ExceptionInfo(type_, message, (), link)


def test_a_telling_cause_decides_under_an_exception_that_says_nothing(pack: RulePack) -> None:
    chain = event(raised("StoreError"), raised("sqlite3.OperationalError", "x", Link.CAUSE))
    verdict = judged(chain, pack)
    assert verdict.rule == "database"
    assert verdict.why == "the type of the cause sqlite3.OperationalError is OperationalError"


def test_the_earlier_rule_decides_over_the_whole_chain(pack: RulePack) -> None:
    chain = event(
        raised("django.db.OperationalError"),
        raised("sqlite3.OperationalError", "database is locked", Link.CAUSE),
    )
    assert judged(chain, pack).rule == "locked"


def test_what_was_being_handled_decides_only_where_nothing_else_does(pack: RulePack) -> None:
    context = raised("sqlite3.OperationalError", "database is locked", Link.CONTEXT)
    assert judged(event(raised("KeyError", "'plan'"), context), pack).rule == "key"
    assert judged(event(raised("StoreError"), context), pack).rule == "locked"


def test_the_cause_of_a_context_is_context_too(pack: RulePack) -> None:
    chain = event(
        raised("KeyError", "'plan'"),
        raised("StoreError", "", Link.CONTEXT),
        raised("OperationalError", "", Link.CAUSE),
    )
    assert judged(chain, pack).rule == "key"


@pytest.mark.parametrize(
    ("type_", "rule"),
    [
        ("OperationalError", "database"),
        ("psycopg2.OperationalError", "database"),
        ("ActiveRecord::OperationalError", "database"),
        (r"Doctrine\OperationalError", "database"),
        ("sqlite3.Error", "database"),
        ("pkg.sqlite3.Error", "database"),
        ("other.Error", "some-exception"),
        ("MyOperationalError", "some-exception"),
    ],
)
def test_a_type_matches_by_whole_segments(type_: str, rule: str, pack: RulePack) -> None:
    assert judged(event(raised(type_)), pack).rule == rule


def test_without_an_exception_the_message_is_asked_before_the_text(pack: RulePack) -> None:
    verdict = judged(event(message="cannot save", text="cannot save\n  database is locked"), pack)
    assert verdict.rule == "locked"
    assert verdict.why == '`database is locked` matches "database is locked" in the text'
    direct = judged(event(message="DATABASE is locked"), pack)
    assert direct.why == '`database is locked` matches "DATABASE is locked" in the log line'
    assert direct.confidence > verdict.confidence


def test_a_trace_that_says_nothing_is_read_but_not_the_code_in_it(pack: RulePack) -> None:
    code = '  File "a.py", line 3, in save\n    log("database is locked")\nStoreError: no'
    store = raised("StoreError", "no")
    assert judged(event(store, text="ERROR save failed\n" + code), pack).rule == "some-exception"
    verdict = judged(event(store, text="ERROR database is locked\n" + code), pack)
    assert verdict.why == '`database is locked` matches "database is locked" in the text'


def test_what_no_rule_knows_is_told_apart_by_whether_it_was_raised(pack: RulePack) -> None:
    assert judged(event(raised("OutOfStock")), pack).rule == "some-exception"
    assert judged(event(message="weave failed"), pack).rule == "some-message"
    assert judged(replace(event(message="cut off"), culprit=CULPRIT), pack).rule == "some-exception"


def test_own_code_is_fixable_only_at_a_culprit(pack: RulePack) -> None:
    key = event(raised("KeyError"))
    assert not judged(key, pack).fixable
    assert judged(replace(key, culprit=CULPRIT), pack).fixable
    assert judged(event(raised("OperationalError")), pack).fixable


def test_a_rule_speaks_for_itself_and_the_category_for_the_rest(pack: RulePack) -> None:
    verdict = judged(event(message="database is locked"), pack)
    assert (verdict.impact, verdict.resolution) == ("one write fails", "retry")
    assert verdict.retryable


def test_the_reason_says_what_raised_the_severity(pack: RulePack) -> None:
    verdict = judged(replace(event(raised("KeyError")), level=Level.CRITICAL), pack)
    assert verdict.severity is Severity.HIGH
    assert verdict.why == "the type of KeyError is KeyError; high for level critical"


ANY = load_rules(PACK.replace("database is locked", "."), "rules.toml")


@given(st.text(max_size=300), st.text(max_size=300), st.booleans())
def test_any_log_text_gets_a_bounded_printable_reason(
    type_: str, message: str, typed: bool
) -> None:
    one = event(raised(type_, message)) if typed else event(message=message)
    verdict = judged(one, ANY)
    assert verdict.why.isprintable()
    assert len(verdict.why) < 300
