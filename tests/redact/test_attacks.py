"""What an attacker tries against redaction, and what must be left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.redact import redact
from tests.redact.samples import ASSIGNED, KEPT, KEYS, PRIVATE_KEY, Planted

AROUND: dict[str, Callable[[str], str]] = {
    "words": lambda key: f"sent {key} along",
    "brackets": lambda key: f"f({key})",
    "json with line ends": lambda key: json.dumps({"m": f"first\n{key}\nlast"}),
    "json in json": lambda key: json.dumps(json.dumps({"m": f"\t{key}"})),
    "query": lambda key: f"GET /cb?x=a%20b%3D{key}",
    "percent": lambda key: quote(f'{{"m":"{key}"}}'),
    "colours": lambda key: f"\x1b[31m{key}\x1b[0m",
    "bytes": lambda key: repr(f"a\n{key}\x00".encode()),
    "entities": lambda key: f"&quot;{key}&quot;",
    "path": lambda key: f"/v1/{key}/x",
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[:7])
def test_a_key_goes_wherever_it_stands(key: str, around: Callable[[str], str]) -> None:
    clean = redact(around(key))
    assert key not in clean
    assert "[REDACTED:" in clean


@pytest.mark.parametrize("planted", ASSIGNED, ids=lambda planted: planted.text[:40])
def test_a_secret_goes_however_it_is_written(planted: Planted) -> None:
    clean = redact(planted.text)
    assert planted.secret not in clean
    assert redact(clean) == clean


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("depth", range(5))
def test_json_in_json_at_any_depth(depth: int) -> None:
    text = json.dumps({"user": "mill", "password": 'hun"ter\\2x', "list": ["a"]})
    for _ in range(depth):
        text = json.dumps({"body": text})
    clean = redact(text)
    assert "2x" not in clean
    assert "hun" not in clean
    assert "mill" in clean


@pytest.mark.parametrize(
    "text",
    [
        PRIVATE_KEY,
        PRIVATE_KEY[:70],
        PRIVATE_KEY[40:],
        PRIVATE_KEY.replace("\n", " "),
        json.dumps(json.dumps(PRIVATE_KEY)),
        repr(PRIVATE_KEY.encode()),
    ],
    ids=["whole", "cut at the end", "cut at the start", "on one line", "escaped", "bytes"],
)
def test_private_keys(text: str) -> None:
    clean = redact(text)
    assert "IBAAKC" not in clean
    assert "U2VjcmV0" not in clean


@pytest.mark.parametrize("form", ["password={}", '"password":"{}"', "--password {} x"])
def test_a_long_secret_goes_whole(form: str) -> None:
    assert "hunter2" not in redact(form.format("hunter2" * 20_000))


BESIDE = st.text(alphabet=" \n\t{}[]()<>,;#/|-aZé\u200b", max_size=12)


@given(BESIDE, st.sampled_from(ASSIGNED), BESIDE, st.integers(0, 3))
@settings(max_examples=500)
def test_a_secret_goes_in_any_surrounding(
    before: str, planted: Planted, after: str, depth: int
) -> None:
    text = f"{before}\n{planted.text}\n{after}"
    for _ in range(depth):
        text = json.dumps(text)
    assert json.dumps(planted.secret)[1:-1] not in redact(text)


LADDER = "".join(f'password={chr(92) * (2 * k + 1)}"x' for k in range(150))
HOSTILE = [
    unit * (30_000 // len(unit))
    for unit in (
        "password=",
        "password=none,",
        "password:'",
        '"a":',
        "\\",
        '\\"',
        "password=\\u0070",
        'secret:["a",',
        "a@a.",
        "pg://u:",
        "-----BEGIN PRIVATE " + "KEY-----",
        "4111 ",
        "eyJabcdefg.",
        "\x1b[31m",
        "[REDACTED:secret]",
        "password=[REDACTED:secret]x",
        "password=aaaa(",
        "Cookie: a=",
        "<password ",
        "%25",
    )
]


@pytest.mark.parametrize("text", [LADDER, *HOSTILE], ids=lambda text: text[:12])
def test_hostile_text_comes_to_an_end_that_stays(text: str) -> None:
    clean = redact(text)
    assert redact(clean) == clean
