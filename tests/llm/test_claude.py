"""The real SDK against a local server that keeps the API's rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from errwatch.errors import ModelError
from errwatch.llm.claude import Claude
from errwatch.model.conversation import (
    Message,
    Request,
    Stop,
    Text,
    Tool,
    ToolResult,
    ToolUse,
    Usage,
)
from tests.servers.anthropic import AnthropicServer, Fault, Said, text, use, uses

LOOK = Tool("look", "Look.", {"type": "object", "properties": {"at": {"type": "string"}}})
ASKED = Request("small", "You look.", (LOOK,), (Message("user", (Text("Look!"),)),), 100)


@pytest.fixture(autouse=True)
def no_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path))


@pytest.fixture
def server() -> Iterator[AnthropicServer]:
    with AnthropicServer() as one:
        yield one


def go_on(used: Usage) -> bool:
    return True


def claude(server: AnthropicServer, slept: list[float], *, key: str = "test-key") -> Claude:
    return Claude(key, server.url, 10.0, slept.append)


def test_a_reply_is_read_with_its_tools_and_tokens(server: AnthropicServer) -> None:
    server.answers = [uses(text("I look."), use("look", at="x"), output_tokens=7)]
    reply = claude(server, []).reply(ASKED, go_on)
    assert reply.stop is Stop.TOOLS
    assert reply.blocks == (Text("I look."), ToolUse("toolu_look", "look", {"at": "x"}))
    assert reply.usage.output == 7
    assert reply.usage.cache_write > 0
    assert server.asked[0]["stream"] is True


def test_what_was_sent_before_is_read_from_the_cache(server: AnthropicServer) -> None:
    server.answers = [Said([text("a")]), Said([text("b")])]
    one = claude(server, [])
    assert one.reply(ASKED, go_on).usage.cache_read == 0
    assert one.reply(ASKED, go_on).usage.cache_read > 0


def test_a_conversation_goes_on_with_the_results_of_its_tools(server: AnthropicServer) -> None:
    server.answers = [uses(use("look", at="x")), Said([text("seen")])]
    one = claude(server, [])
    first = one.reply(ASKED, go_on)
    result = ToolResult("toolu_look", "nothing there", failed=True)
    more = (*ASKED.messages, Message("assistant", first.blocks), Message("user", (result,)))
    reply = one.reply(Request("small", ASKED.system, ASKED.tools, more, 100), go_on)
    assert (reply.stop, reply.blocks) == (Stop.DONE, (Text("seen"),))
    assert server.asked[1]["messages"][2]["content"][0]["is_error"] is True


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (Fault(400, "invalid_request_error"), "invalid_request_error"),
        (Fault(402, "billing_error"), "credit"),
        (Fault(403, "permission_error"), "--model"),
        (Fault(413, "request_too_large"), "too large"),
    ],
)
def test_what_cannot_work_is_not_tried_again(
    server: AnthropicServer, fault: Fault, word: str
) -> None:
    server.answers = [fault]
    with pytest.raises(ModelError, match=word) as caught:
        claude(server, []).reply(ASKED, go_on)
    assert not caught.value.passing
    assert server.calls == 1


def test_a_wrong_key_is_named(server: AnthropicServer) -> None:
    with pytest.raises(ModelError, match="ANTHROPIC_API_KEY") as caught:
        claude(server, [], key="wrong").reply(ASKED, go_on)
    assert "wrong" not in str(caught.value)


PASSING = [
    Fault(408, "request_timeout"),
    Fault(429, "rate_limit_error"),
    Fault(500, "api_error"),
    Fault(502, html="<html>Bad Gateway</html>"),
    Fault(529, "overloaded_error"),
    Fault(kind="overloaded_error", in_stream=True),
    Fault(cut=True),
    Fault(html="<html>log in to this network</html>"),
]


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_what_may_work_later_is_tried_again(server: AnthropicServer, fault: Fault) -> None:
    server.answers = [fault, fault, Said([text("at last")])]
    slept: list[float] = []
    assert claude(server, slept).reply(ASKED, go_on).blocks == (Text("at last"),)
    assert slept == [1.0, 2.0]


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_after_some_attempts_it_is_over(server: AnthropicServer, fault: Fault) -> None:
    server.answers = [fault] * 9
    with pytest.raises(ModelError) as caught:
        claude(server, []).reply(ASKED, go_on)
    assert caught.value.passing
    assert server.calls == 4


@pytest.mark.parametrize(
    ("headers", "waits"),
    [({"retry-after": "7"}, [7.0]), ({"retry-after-ms": "250", "retry-after": "7"}, [0.25])],
)
def test_the_server_says_how_long_to_wait(
    server: AnthropicServer, headers: dict[str, str], waits: list[float]
) -> None:
    server.answers = [Fault(429, "rate_limit_error", headers), Said([text("now")])]
    slept: list[float] = []
    claude(server, slept).reply(ASKED, go_on)
    assert slept == waits


def test_nobody_waits_for_an_hour(server: AnthropicServer) -> None:
    server.answers = [Fault(429, "rate_limit_error", {"retry-after": "3600"})]
    slept: list[float] = []
    with pytest.raises(ModelError, match="3600 s") as caught:
        claude(server, slept).reply(ASKED, go_on)
    assert (caught.value.passing, slept, server.calls) == (True, [], 1)


def test_a_server_that_is_not_there_is_named() -> None:
    slept: list[float] = []
    with pytest.raises(ModelError, match="cannot be reached at http://127"):
        Claude("k", "http://127.0.0.1:9", 10.0, slept.append).reply(ASKED, go_on)
    assert slept == []


def test_a_server_that_is_gone_within_a_conversation_is_tried_again() -> None:
    slept: list[float] = []
    more = (*ASKED.messages, Message("assistant", (Text("a"),)), Message("user", (Text("b"),)))
    with pytest.raises(ModelError, match="4 times") as caught:
        Claude("k", "http://127.0.0.1:9", 10.0, slept.append).reply(
            Request("small", ASKED.system, ASKED.tools, more, 100), go_on
        )
    assert caught.value.everywhere
    assert len(slept) == 3


def test_an_answer_that_was_cut_off_is_charged_and_may_be_the_last(server: AnthropicServer) -> None:
    server.answers = [Fault(cut=True)] * 4
    used: list[Usage] = []

    def again(usage: Usage) -> bool:
        used.append(usage)
        return len(used) < 2

    with pytest.raises(ModelError, match="2 times"):
        claude(server, []).reply(ASKED, again)
    assert server.calls == 2
    assert used[0].input > 0
    assert used[0].cache_write > 0


@pytest.mark.parametrize("given", [["a"], "a", 7, None])
def test_a_tool_is_answered_though_its_arguments_are_none(
    server: AnthropicServer, given: object
) -> None:
    broken = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": given}
    server.answers = [uses(broken)]
    [use_] = claude(server, []).reply(ASKED, go_on).uses
    assert use_ == ToolUse("toolu_1", "look", {})


@pytest.mark.parametrize("stop", ["pause_turn", "max_tokens", "refusal"])
def test_every_way_to_stop_is_told(server: AnthropicServer, stop: str) -> None:
    details = {"type": "refusal", "category": "cyber"} if stop == "refusal" else None
    server.answers = [Said([text("...")], stop, details=details)]
    reply = claude(server, []).reply(ASKED, go_on)
    assert (reply.stop, reply.note) == (Stop(stop), details and "cyber")


def test_an_unknown_way_to_stop_is_an_error(server: AnthropicServer) -> None:
    server.answers = [Said([text("...")], "tea_break")]
    with pytest.raises(ModelError, match="tea_break"):
        claude(server, []).reply(ASKED, go_on)
