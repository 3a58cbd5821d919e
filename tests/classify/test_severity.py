"""What raises a severity: floors, levels, crashes and frequency; and that nothing lowers one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from errwatch.classify.rules import Floor, Mark, Policy, Verdict
from errwatch.classify.severity import Seen, busiest, raised
from errwatch.model.levels import Level, Severity
from errwatch.model.partial import BUCKET_SECONDS

POLICY = Policy(
    threshold=10,
    window=300,
    crash=Severity.HIGH,
    levels={Level.CRITICAL: Severity.HIGH},
    frequency=(
        Mark(share=1.0, severity=Severity.HIGH),
        Mark(share=0.5, severity=Severity.MEDIUM),
    ),
    floors=(Floor(area="security", severity=Severity.HIGH, subcategories=("api_key",)),),
)
LOW = Verdict(id="low", category="internal_error", severity=Severity.LOW)
BUCKETS = st.dictionaries(
    st.integers(0, 40).map(lambda n: n * BUCKET_SECONDS), st.integers(1, 20), max_size=12
)


def severity(
    verdict: Verdict = LOW,
    level: Level = Level.ERROR,
    buckets: dict[int, int] | None = None,
    crashes: int = 0,
) -> Severity:
    return raised(verdict, POLICY, level, Seen(buckets or {}, crashes))[0]


def test_frequency_raises_above_its_marks() -> None:
    found = [severity(buckets={0: count}) for count in (5, 6, 10, 11)]
    assert found == [Severity.LOW, Severity.MEDIUM, Severity.MEDIUM, Severity.HIGH]


def test_a_rule_sets_its_own_threshold_and_window() -> None:
    calm = LOW.model_copy(update={"threshold": 100})
    assert severity(calm, buckets={0: 40}) is Severity.LOW
    hourly = LOW.model_copy(update={"window": 3600})
    spread = {number * BUCKET_SECONDS: 1 for number in range(11)}
    assert severity(buckets=spread) is Severity.LOW
    assert severity(hourly, buckets=spread) is Severity.HIGH


def test_a_crash_a_fatal_level_and_a_security_matter_are_high() -> None:
    assert severity(crashes=1) is Severity.HIGH
    assert severity(level=Level.CRITICAL) is Severity.HIGH
    key = LOW.model_copy(update={"subcategory": "api_key"})
    assert raised(key, POLICY, Level.ERROR, Seen({}, 0)) == (
        Severity.HIGH,
        ("high for security",),
    )


def test_only_the_steps_that_raised_it_are_named() -> None:
    _, reasons = raised(LOW, POLICY, Level.ERROR, Seen({0: 12}, 1))
    assert reasons == ("high for a crash of the process",)


def test_further_events_change_no_reason() -> None:
    found = {raised(LOW, POLICY, Level.ERROR, Seen({0: count}, 0)) for count in (11, 12, 500)}
    assert found == {(Severity.HIGH, ("high for more than 10 events within 300 s",))}


@given(st.sampled_from(Severity), BUCKETS, st.integers(0, 2), st.sampled_from(Level))
def test_nothing_lowers_a_severity(
    own: Severity, buckets: dict[int, int], crashes: int, level: Level
) -> None:
    verdict = LOW.model_copy(update={"severity": own})
    assert severity(verdict, level, buckets, crashes).rank >= own.rank


@given(BUCKETS, st.integers(1, 4000))
def test_busiest_agrees_with_looking_at_every_window(buckets: dict[int, int], window: int) -> None:
    span = -(-window // BUCKET_SECONDS) * BUCKET_SECONDS
    every = [
        sum(count for start, count in buckets.items() if first <= start < first + span)
        for first in buckets
    ]
    assert busiest(buckets, window) == max(every, default=0)
