"""Reading a rule file: what it may leave out, what a user's adds, and how a mistake is named."""

from __future__ import annotations

import pytest

from errwatch.classify.rules import RulePack, load_rules
from errwatch.errors import RulesError
from errwatch.model.levels import Level, Severity

BASE = """
[policy]
crash = "high"

[categories.internal_error]
about = "a"
mends = "b"
fixable = "with_culprit"
impact = "c"
resolution = "code"
prevention = "test"

[[rule]]
id = "known"
patterns = ['boom']
category = "internal_error"
severity = "low"
"""
RULE = """
[[rule]]
id = "mine"
patterns = ['bang']
category = "{category}"
severity = "high"
"""
CATEGORY = """
[categories.house_error]
about = "the house"
mends = "a person"
fixable = "no"
impact = "a room is dark"
resolution = "caller"
prevention = "monitoring"
"""


@pytest.fixture
def base() -> RulePack:
    return load_rules(BASE, "rules.toml")


def complaint(text: str, base: RulePack) -> str:
    with pytest.raises(RulesError) as caught:
        base.extended_by(load_rules(text, "mine.toml"))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_users_rules_come_first_and_may_add_categories(base: RulePack) -> None:
    mine = load_rules(CATEGORY + RULE.format(category="house_error"), "mine.toml")
    pack = base.extended_by(mine)
    assert [rule.id for rule in pack.rules] == ["mine", "known"]
    assert set(pack.categories) == {"internal_error", "house_error"}
    assert pack.policy == base.policy


def test_a_users_rule_replaces_ours_of_the_same_id(base: RulePack) -> None:
    mine = RULE.format(category="internal_error").replace("mine", "known")
    pack = base.extended_by(load_rules(mine, "mine.toml"))
    assert [(rule.id, rule.severity) for rule in pack.rules] == [("known", Severity.HIGH)]


def test_a_users_policy_replaces_ours_key_by_key(base: RulePack) -> None:
    mine = load_rules("[policy]\nthreshold = 3", "mine.toml")
    also = load_rules('[policy]\nwindow = 60\nlevels = {error = "low"}', "also.toml")
    policy = base.extended_by(mine).extended_by(also).policy
    assert (policy.threshold, policy.window, policy.crash) == (3, 60, Severity.HIGH)
    assert policy.levels == {Level.ERROR: Severity.LOW}
    crash = load_rules('[policy]\ncrash = "critical"', "mine.toml")
    assert base.extended_by(crash).policy.crash is Severity.CRITICAL


def test_a_users_verdict_on_unmatched_exceptions_leaves_ours_on_messages(base: RulePack) -> None:
    text = "[unmatched.{}]\nid = '{}'\ncategory = 'internal_error'\nseverity = 'low'\n"
    ours = base.extended_by(load_rules(text.format("message", "ours"), "rules.toml"))
    pack = ours.extended_by(load_rules(text.format("exception", "mine"), "mine.toml"))
    assert (pack.unmatched.exception.id, pack.unmatched.message.id) == ("mine", "ours")


RULE_OF = RULE.format(category="internal_error")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]\n", "mine.toml: not valid TOML: "),
        ("x = " + "[" * 20_000, "mine.toml: too deeply nested to be read"),
        ("rulez = 1", "mine.toml: rulez: unknown key"),
        ("[policy]\nwindow = 0", "mine.toml: policy.window: Input should be greater than 0"),
        (RULE_OF + "patern = 'x'", "mine.toml: rule `mine`: patern: unknown key"),
        (RULE_OF.replace('"high"', '"awful"'), "mine.toml: rule `mine`: severity: Input should be"),
        (RULE_OF.replace('severity = "high"', ""), "mine.toml: rule `mine`: severity: missing"),
        (RULE_OF.replace('id = "mine"', ""), "mine.toml: rule number 1: id: missing"),
        (RULE_OF.replace("patterns = ['bang']", ""), "needs patterns or exception_types"),
        (RULE_OF * 2, "mine.toml: rule `mine`: id: there are two rules of this id"),
        (
            RULE.format(category="moon_error"),
            "mine.toml: rule `mine`: category: `moon_error` is none of internal_error",
        ),
        (
            RULE_OF.replace("bang", "bang(?=!)"),
            "mine.toml: rule `mine`: patterns: `bang(?=!)`: RE2 says invalid perl operator: (?=",
        ),
        (
            RULE_OF.replace("bang", r"(a)\1"),
            r"mine.toml: rule `mine`: patterns: `(a)\1`: RE2 says invalid escape sequence: \1",
        ),
    ],
)
def test_a_mistake_is_named_in_one_line(text: str, said: str, base: RulePack) -> None:
    assert said in complaint(text, base)
