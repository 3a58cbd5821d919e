"""An app that is installed proves who it is by its key, and is given a token for an hour."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from errwatch.errors import ForgeError, UsageError
from errwatch.forge.connect import App, Connection, Token, connect
from errwatch.forge.site import Site
from tests.forge.conftest import Clock, propose
from tests.servers.github import GitHubServer


def keys() -> tuple[str, str]:
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), public.decode()


def connected(
    server: GitHubServer, clock: Clock, key: str, repository: str = "acme/shop"
) -> Connection:
    app = App("12345", "APP_KEY", key)
    site = Site(server.root, repository)
    return connect(site, app, sleep=clock.sleep, now=clock.now)


def test_an_app_opens_a_pull_request(server: GitHubServer, clock: Clock) -> None:
    private, server.app_key = keys()
    connection = connected(server, clock, private)
    assert connection.forge.open(propose(server)).author == "errwatch-app[bot]"
    assert connection.token() in server.tokens
    assert connection.token() == connection.token()
    with pytest.raises(ForgeError, match="cannot find where the app is installed"):
        connected(server, clock, private, "acme/other")


def test_a_key_that_is_none_and_one_of_another_app(server: GitHubServer, clock: Clock) -> None:
    _, server.app_key = keys()
    with pytest.raises(UsageError, match="APP_KEY: not the private key of an app") as refused:
        connected(server, clock, "no key at all")
    assert "no key" not in str(refused.value)
    with pytest.raises(ForgeError, match="does not accept the app 12345 with the key in APP_KEY"):
        connected(server, clock, keys()[0])


def test_no_text_of_credentials_shows_the_secret() -> None:
    assert "s3cret" not in repr(Token("V", "s3cret")) + repr(App("1", "V", "s3cret"))
