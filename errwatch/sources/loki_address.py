"""Where Loki is and who asks it, from the environment."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import httpx

from errwatch.errors import UsageError

TIMEOUT = 60.0
"""Seconds for connecting, sending and each read."""


@dataclass(frozen=True)
class Address:
    """One Loki, and one tenant of it."""

    base: httpx.URL
    headers: Mapping[str, str]
    tenant: str = ""
    timeout: float = TIMEOUT

    @classmethod
    def of(cls, environment: Mapping[str, str], timeout: float = TIMEOUT) -> Address:
        """Raises UsageError where the environment does not say where Loki is."""
        given = environment.get("LOKI_ADDR") or environment.get("LOKI_URL")
        if not given:
            msg = "set LOKI_ADDR to the address of Loki, such as http://loki:3100"
            raise UsageError(msg)
        try:
            url = httpx.URL(given.rstrip("/"))
        except httpx.InvalidURL as error:
            msg = "LOKI_ADDR is not an address such as http://loki:3100"
            raise UsageError(msg) from error
        tenant = environment.get("LOKI_ORG_ID", "")
        headers = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}
        if authorization := _authorization(url, environment):
            headers["Authorization"] = authorization
        if tenant:
            headers["X-Scope-OrgID"] = tenant
        return cls(url.copy_with(username=None, password=None), headers, tenant, timeout)

    @property
    def name(self) -> str:
        """With no secret in it."""
        return f"{self.base.host}:{self.base.port or ''}/{self.tenant}"

    @cached_property
    def tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def client(self) -> httpx.Client:
        verify = self.tls if self.base.scheme == "https" else False  # nothing to be verified
        return httpx.Client(headers=self.headers, timeout=self.timeout, verify=verify)

    def socket(self, path: str, question: Mapping[str, str]) -> str:
        """The address of a WebSocket."""
        scheme = "wss" if self.base.scheme == "https" else "ws"
        base = self.base.copy_with(scheme=scheme)
        return str(httpx.URL(f"{base}/loki/api/v1/{path}", params=question))


def _authorization(url: httpx.URL, environment: Mapping[str, str]) -> str | None:
    """A token before a name and a password."""
    if token := environment.get("LOKI_BEARER_TOKEN"):
        return f"Bearer {token}"
    name, password = url.username, url.password
    if not name:
        name = environment.get("LOKI_USERNAME", "")
        password = environment.get("LOKI_PASSWORD", "")
    pair = f"{name}:{password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}" if name else None
