"""Each rule of the shipped pack answers to its own samples, and to nothing that looks like them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import re2

from errwatch.classify.classifier import classify
from errwatch.classify.rules import RulePack, load_rules
from errwatch.model.classification import Classification
from errwatch.model.event import Event, ExceptionInfo, Frame, Link
from errwatch.model.levels import Level

PACK = Path(__file__).parents[2] / "rules.toml"
SAMPLES = tomllib.loads((Path(__file__).parent / "samples.toml").read_text(encoding="utf-8"))
CATEGORIES = {
    *("provider_error", "database_error", "rate_limit_error", "timeout_error", "auth_error"),
    *("validation_error", "cache_error", "external_service_error", "internal_error"),
    *("build_error", "resource_error"),
}


@pytest.fixture(scope="module")
def pack() -> RulePack:
    return load_rules(PACK.read_text(encoding="utf-8"), "rules.toml")


def event(sample: dict[str, Any]) -> Event:
    chain = [entry.partition(": ") for entry in sample.get("chain", ())]
    exceptions = tuple(
        ExceptionInfo(type=type_, message=message, link=Link.CAUSE if number else Link.RAISED)
        for number, (type_, _, message) in enumerate(chain)
    )
    message = exceptions[0].message if exceptions else sample["line"]
    culprit = Frame("shop/cart.py", 7, "total") if exceptions else None
    return Event(
        "app.log", 1, 0, 9, Level.ERROR, message, message, exceptions=exceptions, culprit=culprit
    )


def judged(sample: dict[str, Any], pack: RulePack) -> Classification:
    return classify(event(sample), buckets={}, crashes=0, pack=pack)


def identify(sample: dict[str, Any]) -> str:
    text = sample.get("line") or sample["chain"][0]
    return f"{sample['rule']}: {text[:40]}"


@pytest.mark.parametrize("sample", SAMPLES["sample"], ids=identify)
def test_a_sample_goes_to_its_rule(sample: dict[str, Any], pack: RulePack) -> None:
    verdict = judged(sample, pack)
    said = f"{verdict.category} {verdict.severity.value}" + " retry" * verdict.retryable
    assert (verdict.rule, said) == (sample["rule"], sample["expect"]), verdict.why


@pytest.mark.parametrize("sample", SAMPLES["counter"], ids=identify)
def test_what_looks_like_it_goes_elsewhere(sample: dict[str, Any], pack: RulePack) -> None:
    assert sample["not"] != sample["rule"]
    assert judged(sample, pack).rule == sample["rule"]


def test_every_rule_owns_a_sample(pack: RulePack) -> None:
    owned = {sample["rule"] for sample in SAMPLES["sample"]}
    assert [rule.id for rule in pack.rules if rule.id not in owned] == []


def test_the_pack_is_broad(pack: RulePack) -> None:
    assert set(pack.categories) == CATEGORIES
    assert {rule.category for rule in pack.rules} == CATEGORIES
    assert len(pack.rules) > 50


def test_every_rule_says_what_to_do(pack: RulePack) -> None:
    assert [rule.id for rule in pack.rules if not rule.suggested_fix] == []


def test_the_common_automaton_says_what_each_pattern_says_alone(pack: RulePack) -> None:
    """Where RE2 runs out of memory for a set, it says that nothing matches."""
    texts = [
        text
        for sample in SAMPLES["sample"]
        for text in (sample.get("line"), *sample.get("chain", ()))
        if text
    ]
    options = re2.Options()
    options.case_sensitive = False
    rules = [(r.id, [re2.compile(p, options) for p in r.patterns]) for r in pack.rules]
    for text in (*texts, "\n".join(texts * 3)):
        alone = [name for name, patterns in rules if any(p.search(text) for p in patterns)]
        assert judged({"line": text}, pack).rule == (alone or ["unmatched-message"])[0]
