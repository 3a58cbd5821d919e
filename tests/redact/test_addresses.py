"""IP addresses stay, unless the settings ask for them to go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import errwatch
from errwatch.redact import redact
from errwatch.redact.text import redactor

LINE = "2026-11-20 10:00:00 ERROR gate: no answer from 203.0.113.7:443 and [2001:db8::7]\n"


def without(text: str) -> str:
    return redactor(addresses=True).redact(text)


@given(
    st.ip_addresses().filter(lambda one: not (one.is_loopback or one.is_unspecified)),
    st.sampled_from(["{}", "from {}: refused", "[{}]", "host={},", "({})", "to {}.", '"{}"']),
)
def test_no_address_survives(address: object, around: str) -> None:
    if any(sign.isdigit() for sign in str(address)):
        assert without(around.format(address)) == around.format("[REDACTED:ip]")


@pytest.mark.parametrize("around", ["dial tcp {}:5432: refused", "{}/24 is full", "http://{}/a"])
def test_an_address_with_more_behind_it(around: str) -> None:
    assert without(around.format("203.0.113.7")) == around.format("[REDACTED:ip]")


@pytest.mark.parametrize(
    "text",
    [
        "at 10:00:01 node 1.2.3.4.5 said 300.1.1.1",
        "version 1.2.3 of std::fmt and fade::cafe",
        "127.0.0.1:80, [::1]:80, 0.0.0.0 and ::",
        "v10.0.0.1-rc of x10.0.0.1",
    ],
)
def test_what_is_no_address_of_another_machine_stays(text: str) -> None:
    assert without(text) == text


def test_addresses_stay_where_nobody_asks() -> None:
    assert redact(LINE) == LINE


@pytest.mark.parametrize(("setting", "stays"), [("true", False), ("false", True)])
def test_the_setting_decides(
    setting: str, stays: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "errwatch.toml").write_text(f"[redact]\nip_addresses = {setting}\n")
    (tmp_path / "gate.log").write_text(LINE)
    (issue,) = errwatch.scan(["gate.log"]).issues
    for shown in (issue.title, issue.event.text, issue.event.message):
        assert ("203.0.113.7" in shown) is stays
        assert ("2001:db8::7" in shown) is stays
