"""SARIF, checked against what SARIF 2.1.0 says of the properties that are used."""
# ruff: noqa: N815 - the names are SARIF's

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Literal

from hypothesis import given
from pydantic import BaseModel, ConfigDict, Field

from errwatch.model.event import Frame
from errwatch.model.levels import Severity
from errwatch.render import sarif as module
from errwatch.render.checkout import Checkout
from errwatch.render.sarif import sarif
from tests.render.made import hostile, issue, texts, triage

CHECKOUT = Checkout(["src/billing/plans.py", "src/ä b/plans.py"])
UriReference = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~:/?@!$&()*+,;=%'-]+$")]
Level = Literal["none", "note", "warning", "error"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Message(Strict):
    text: str


class ArtifactLocation(Strict):
    uri: UriReference | None = None
    uriBaseId: str | None = None
    description: Message | None = None


class Region(Strict):
    startLine: Annotated[int, Field(ge=1)]


class PhysicalLocation(Strict):
    artifactLocation: ArtifactLocation
    region: Region


class Location(Strict):
    physicalLocation: PhysicalLocation


class Descriptor(Strict):
    id: str
    shortDescription: Message
    fullDescription: Message
    help: Message
    properties: dict[str, list[str]]


class Driver(Strict):
    name: str
    semanticVersion: str
    rules: list[Descriptor]


class Tool(Strict):
    driver: Driver


class Notification(Strict):
    level: Level
    message: Message


class Invocation(Strict):
    executionSuccessful: bool
    toolExecutionNotifications: list[Notification]


class Result(Strict):
    ruleId: str
    ruleIndex: Annotated[int, Field(ge=0)]
    level: Level
    message: Message
    locations: Annotated[list[Location], Field(min_length=1, max_length=1)]
    partialFingerprints: dict[str, str]
    occurrenceCount: Annotated[int, Field(ge=1)]
    properties: dict[str, str | None]


class Run(Strict):
    tool: Tool
    invocations: list[Invocation]
    columnKind: Literal["utf16CodeUnits", "unicodeCodePoints"]
    originalUriBaseIds: dict[str, ArtifactLocation]
    results: list[Result]


class Log(Strict):
    link: Annotated[UriReference, Field(alias="$schema")]
    version: Literal["2.1.0"]
    runs: Annotated[list[Run], Field(min_length=1, max_length=1)]


def read(document: str) -> Run:
    return Log.model_validate_json(document).runs[0]


def test_a_result_names_rule_place_and_a_fingerprint_that_stays() -> None:
    run = read(sarif(triage(issue(severity=Severity.HIGH)), CHECKOUT, "0.1.0"))
    (result,) = run.results
    assert run.tool.driver.rules[result.ruleIndex].id == result.ruleId == "key-error"
    assert result.level == "error"
    assert result.partialFingerprints == {"errwatch/v1": f"{1:032x}"}
    location = result.locations[0].physicalLocation
    assert location.artifactLocation.uri == "src/billing/plans.py"
    assert location.artifactLocation.uriBaseId in run.originalUriBaseIds
    assert location.region == Region(startLine=41)
    assert run.invocations[0].executionSuccessful


def test_what_is_not_in_the_checkout_points_into_the_log() -> None:
    sources = {"app.log": "app.log", "/var/log/a b.log": "file:///var/log/a%20b.log", "-": "stdin"}
    for source, uri in sources.items():
        run = read(sarif(triage(issue(culprit=None, source=source)), CHECKOUT, "1"))
        location = run.results[0].locations[0].physicalLocation
        assert location.artifactLocation == ArtifactLocation(uri=uri)
        assert location.region == Region(startLine=7)


def test_a_culprit_without_a_line_stands_on_the_first() -> None:
    for line in (None, 0):
        culprit = Frame("/app/ä b/plans.py", line, "f")
        run = read(sarif(triage(issue(culprit=culprit)), CHECKOUT, "1"))
        location = run.results[0].locations[0].physicalLocation
        assert location.artifactLocation.uri == "src/%C3%A4%20b/plans.py"
        assert location.region == Region(startLine=1)


def test_what_no_rule_judged_is_described_too() -> None:
    bare = replace(issue(), classification=None)
    run = read(sarif(triage(bare), CHECKOUT, "1"))
    assert (run.results[0].ruleId, run.results[0].level) == ("unclassified", "warning")


def test_an_unread_input_is_never_no_results() -> None:
    run = read(sarif(triage(failures=("a.log: gone",)), CHECKOUT, "1"))
    assert not run.invocations[0].executionSuccessful
    assert run.invocations[0].toolExecutionNotifications[0].message.text == "a.log: gone"


def test_no_more_results_than_github_takes() -> None:
    more = triage(*[issue()] * (module.MOST + 2))
    run = read(sarif(more, CHECKOUT, "1"))
    assert len(run.results) == module.MOST
    assert "2 more" in run.invocations[0].toolExecutionNotifications[0].message.text


@given(texts)
def test_any_text_gives_valid_sarif_without_links_or_placeholders(text: str) -> None:
    document = sarif(hostile(text), CHECKOUT, "1")
    document.encode("utf-8")
    for result in read(document).results:
        assert "](" not in result.message.text
        assert "{0}" not in result.message.text
    assert json.loads(document)["runs"][0]["results"][0]["partialFingerprints"]
