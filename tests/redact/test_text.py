"""No planted secret survives, and nothing else is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.model.levels import Level
from errwatch.redact import KINDS, redact, redact_event

# Put together here, so that no scanner takes this file for a leak.
AWS = "AK" + "IA" + "QZ7MADEUP2WLMN4T"
JWT = "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiJtYWRlLXVwIn0.c2lnbmF0dXJl"
STRIPE = "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
GITHUB = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
SLACK = "xo" + "xb-" + "123456789012-abcdefABCDEF"
KEY = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE " + "KEY-----"

BODY = "a1B2c3D4e5" * 4
HEX = "0a1b2c3d" * 4
SHAPES = [
    *(
        head + mark + BODY
        for head, mark in (
            ("hv", "s."),
            ("gl", "sa_"),
            ("sn", "trys_"),
            ("sq", "0atp-"),
            ("sq", "0csp-"),
            ("EA", "AC"),
            ("AT", "ATT3x"),
            ("lin", "_api_"),
            ("PM", "AK-"),
            ("r", "8_"),
            ("nv", "api-"),
            ("AGE-SEC", "RET-KEY-1"),
            ("HR", "KU-"),
            ("dc", "kr_pat_"),
            ("a1B2c3D4e5F6g7", ".atlasv1."),
            ("GOC", "SPX-"),
            ("1/", "/0"),
            ("xo", "xc-"),
            ("123456789", ":AA"),
            ("M" + "Tk4" * 8, ".Gabc12."),
        )
    ),
    *(
        head + mark + HEX
        for head, mark in (("da", "pi"), ("ke", "y-"), ("S", "K"), ("pat", "-na1-"))
    ),
]
PUTTY = "PuTTY-User-Key" + "-File-3: ssh-rsa\nPrivate-Lines: 1\nAAAAIQ\nPrivate-MAC: 0a1b"

PLANTED = [
    *((f"sent {shape} along", shape, "api-key") for shape in SHAPES),
    (PUTTY, "AAAAIQ", "private-key"),
    *(
        (text, "hunter2", "secret")
        for text in (
            "pass=hunter2",
            "FTP_PASS=hunter2",
            '{"pw": "hunter2"}',
            "SECRET_KEY_BASE=hunter2",
            "FERNET_KEY=hunter2",
            "  db_pass: hunter2",
            "password=SecretStr('hunter2')",
            "password%3Dhunter2",
            'api_key=b"hunter2"',
            '{"password ":"hunter2"}',
            "GET /cb?code=hunter2",
        )
    ),
    *(
        (text, "hunter2", "password")
        for text in (
            "mysql -u root -phunter2 mill",
            "curl -u mill:hunter2 http://a",
            "sshpass -p hunter2 ssh a",
            "<password>hunter2</password>",
        )
    ),
    ('Digest username="m", response="' + HEX + '"', HEX, "authorization"),
    ('{"password":{"value":"hunter2"}}', "hunter2", "secret"),
    ("https://discord.com/api/webhooks/12345/" + BODY, BODY, "api-key"),
    ("https://hooks.slack.com/workflows/T01/" + BODY, BODY, "api-key"),
    ("to DE89 3704 0044 0532 0130 00 FAILED", "0532 0130 00", "iban"),
    ("to GB82WEST12345698765432", "12345698765432", "iban"),
    ("mail to josé.niño@correo.españa bounced", "josé.niño", "email"),
    ("mail to 用户@例子.公司", "用户", "email"),
    (AWS, AWS, "api-key"),
    (STRIPE, STRIPE, "api-key"),
    (GITHUB, GITHUB, "api-key"),
    (SLACK, SLACK, "api-key"),
    ("sk-" + "ant-api03-" + "x" * 40, "x" * 40, "api-key"),
    ("sk-" + "proj-" + "Zz9" * 12, "Zz9" * 12, "api-key"),
    ("github_" + "pat_" + "11ABCDEFG0" * 4, "11ABCDEFG0" * 4, "api-key"),
    ("AI" + "za" + "Sy" * 18, "SySySy", "api-key"),
    ("gl" + "pat-" + "a1B2" * 5, "a1B2" * 5, "api-key"),
    ("npm_" + "a1B2c3" * 6, "a1B2c3" * 6, "api-key"),
    (JWT, JWT[10:], "jwt"),
    ("postgresql://mill:s3cr3t@db.internal:5432/mill", "s3cr3t", "password"),
    ("postgresql://mill:p@ss/w%21rd@db.internal/mill", "w%21rd", "password"),
    ("redis://:hunter2@cache:6379", "hunter2", "password"),
    ("Authorization: Bearer abcdef123456", "abcdef123456", "authorization"),
    ("'authorization': 'Basic bWlsbDptaWxs'", "bWlsbDptaWxs", "authorization"),
    ("sent Bearer mF_9.B5f-4.1JqM along", "mF_9.B5f-4.1JqM", "authorization"),
    ("Cookie: sid=abc; theme=dark", "abc", "cookie"),
    ("Set-Cookie: session=0af9; HttpOnly", "0af9", "cookie"),
    (KEY, "IBAAKC", "private-key"),
    (KEY[:50], "MIIEow", "private-key"),
    ("password=hunter2", "hunter2", "secret"),
    ("DB_PASSWORD=correcthorse", "correcthorse", "secret"),
    ("{'password': 'hunter2'}", "hunter2", "secret"),
    ('{"api_key": "Ab1"}', "Ab1", "secret"),
    ('"client_secret" => "a b c"', "a b c", "secret"),
    ("aws_secret_access_key=a9/B8+c7D6", "a9/B8+c7D6", "secret"),
    ("?user=7&access_token=abc123def&x=1", "abc123def", "secret"),
    ("password: hunter2!", "hunter2!", "secret"),
    ("mill --token s3cr3t99 run", "s3cr3t99", "secret"),
    ("card 4111 1111 1111 1111 refused", "4111 1111 1111 1111", "card"),
    ("card 378282246310005 refused", "378282246310005", "card"),
    ("mail to maria.inventada@example.org bounced", "maria.inventada@example.org", "email"),
]


@pytest.mark.parametrize(("text", "secret", "kind"), PLANTED, ids=lambda value: value[:18])
def test_planted(text: str, secret: str, kind: str) -> None:
    clean = redact(text)
    assert secret not in clean
    assert f"[REDACTED:{kind}]" in clean
    assert redact(clean) == clean


KEPT = [
    "pass=12 fail=3",
    "KeyError: 'token'",
    "KeyError: 'password'",
    'File "/app/auth/token.py", line 41, in check_password',
    "self.token = token",
    "login(user, password=password)",
    "connect(host, password=settings.DB_PASSWORD)",
    "token=get_token(user)",
    "def login(user: str, password: str) -> None:",
    "password: required",
    "invalid token: expected ',' but got '}'",
    "unexpected token: 5",
    "max_tokens=4096, prompt_tokens: 10",
    "password=None, secret=, token=''",
    "url=${DB_PASSWORD} secret=%s key={api_key}",
    "commit 0bc850d1f2a3b4c5d6e7f8091a2b3c4d5e6f7081",
    "request 989d4346-bb83-556c-811c-9f0bf998ca2d",
    "at 2026-04-01T12:00:00.123456789Z, epoch 1775037600000000000",
    "order 4111111111111112 is no card",
    "http://localhost:8080/x@y",
    "https://example.org/a/b?c=d",
    "basic authentication failed",
    "bearer of bad news",
    "git@github.com:org/repo.git",
    "/app/node_modules/react@18.2.0/index.js and icon@2x.png",
    "systemd: getty@tty1.service started",
    "risk-assessment-of-everything-done",
    "cookie: expired",
    "Authorization: denied",
    "PWD=/srv/app",
    "password is required",
    "pin: 3 retries",
    "tests passed: 12, bypass=on, session: 3, ?code=404",
    "to DE88 3704 0044 0532 0130 00 FAILED",
    "SKU SK1234 key-value pat-a r8_x 1//0",
]


@pytest.mark.parametrize("text", KEPT)
def test_kept(text: str) -> None:
    assert redact(text) == text


FILLER = st.text(alphabet=" \n\t\"'\\{}[]()<>=:;,.&?#@/|-_aZ9é", max_size=30)


@given(st.lists(FILLER), st.sampled_from(PLANTED), st.sampled_from([" ", "\n", ' "', "; "]))
@settings(max_examples=400)
def test_no_planted_secret_survives(
    around: list[str], planted: tuple[str, str, str], gap: str
) -> None:
    text, secret, _kind = planted
    half = len(around) // 2
    surrounded = gap.join([*around[:half], text, *around[half:]])
    assert secret not in redact(f"x {surrounded}") or secret in "".join(around)


@given(st.recursive(st.just(AWS) | st.just("hunter2"), lambda inner: inner.map(json.dumps)))
def test_secrets_in_escaped_json_go(value: str) -> None:
    text = json.dumps({"user": "mill", "password": "hunter2", "inner": json.dumps({"key": AWS})})
    for _ in range(3):
        clean = redact(f"payload {text} {value if AWS in value else ''}")
        assert "hunter2" not in clean
        assert AWS not in clean
        assert "mill" in clean
        text = json.dumps({"body": text})


PIECES = st.sampled_from(
    [*(text for text, _, _ in PLANTED), *KEPT, *(f"[REDACTED:{kind}]" for kind in KINDS)]
)


@given(st.lists(st.one_of(PIECES, FILLER), max_size=6))
@settings(max_examples=400)
def test_redacting_twice_changes_nothing(parts: list[str]) -> None:
    clean = redact("".join(parts))
    assert redact(clean) == clean


def test_a_mark_of_unknown_kind_hides_nothing() -> None:
    assert "hunter2" not in redact("password=[REDACTED:hunter2]x password=hunter2")


def test_every_text_of_an_event() -> None:
    secret = f"password={AWS}"
    frame = Frame("a.py", 1, "f", code=f"connect('{secret}')")
    event = Event(
        source="app.log",
        line=1,
        start=0,
        end=9,
        level=Level.ERROR,
        message=secret,
        text=secret,
        time=datetime(2026, 4, 1, tzinfo=UTC),
        exceptions=(ExceptionInfo("E", secret, (frame,)), ExceptionInfo("F", "", (frame,))),
        culprit=frame,
        logger=secret,
    )
    clean = redact_event(event)
    assert AWS not in repr(clean)
    assert (clean.culprit, clean.exceptions[0].type) == (clean.exceptions[0].frames[0], "E")
    assert redact_event(clean) == clean
