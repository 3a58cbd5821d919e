"""The JSON of the report keeps to its published schema."""

from __future__ import annotations

import json

from hypothesis import given

from errwatch.render.report.schema import ReportSchema
from tests.render.made import texts
from tests.render.report.made import EMPTY, full


def test_it_says_all_that_the_report_says() -> None:
    found = json.loads(ReportSchema.of(full()).dump())
    assert found["schema"] == "errwatch.report/1"
    assert found["summary"] == "3 new, 1 regressed, 2 resolved"
    assert (found["events"], found["issues"], found["before"]["events"]) == (1_234, 4, 900)
    assert found["since"] == "2026-10-26T14:20:00Z"
    assert found["hourly"][0] == {
        "start": "2026-11-24T15:20:00Z", "events": 4, "by_severity": {"high": 2, "low": 2},
    }  # fmt: skip
    assert (len(found["hourly"]), len(found["daily"]), found["trend_step"]) == (24, 31, "day")
    first = found["top"][0]
    assert (first["id"], first["count"]) == ("EW-00000010", 3)
    assert (first["events"], first["events_before"], len(first["trend"])) == (900, 20, 31)
    assert found["resolution"]["total"]["success"] == 0.6
    assert found["resolution"]["categories"][1]["success"] is None
    assert found["together"][0]["other_first"] is True
    assert found["advice"][0]["command"] == "errwatch fix EW-00000010"


def test_of_nothing_too() -> None:
    found = json.loads(ReportSchema.of(EMPTY).dump())
    assert (found["before"], found["since"], found["top"], found["hourly"]) == (None, None, [], [])
    assert found["figures"]["per_hour"] is None


@given(text=texts.map(lambda text: text.encode("utf-8", "replace").decode()))
def test_whatever_the_log_says_it_can_be_read_back(text: str) -> None:
    schema = ReportSchema.of(full(text))
    assert ReportSchema.model_validate_json(schema.dump()) == schema
