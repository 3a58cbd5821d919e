"""Awkward traces of many runtimes, most from real programs: one event in every wrapping."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from errwatch.model.levels import Level
from tests.detect.test_traces import WRAPPINGS, said, wrapped

FOLDER = Path(__file__).parent.parent / "corpus" / "traces"
FILES = ("more.json", "systems.json", "wild.json", "fresh.json")


def loaded(folder: Path) -> dict[str, Any]:
    return {
        name: value
        for file in FILES
        for name, value in json.loads((folder / file).read_text(encoding="utf-8")).items()
    }


TRACES: dict[str, str] = loaded(FOLDER)
SAID = loaded(FOLDER / "said")


@pytest.mark.parametrize("name", TRACES)
def test_what_a_trace_says(name: str) -> None:
    found = said(wrapped(TRACES[name], "clean"))
    assert [found["title"], found["language"], found["culprit"]] == SAID[name]


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_each_wrapping_holds_one_event(wrapping: str) -> None:
    for trace in TRACES.values():
        assert wrapped(trace, wrapping).level.rank >= Level.ERROR.rank  # of the one event
