"""Where a repository is kept: its address, and what follows from that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from errwatch.errors import UsageError

GITHUB = "https://github.com"

_NAME = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}\Z", re.ASCII)
_SSH = re.compile(r"(?:ssh://)?(?:[\w.-]{1,100}@)([\w.-]{1,255})(?::\d{1,5}/|[:/])(.+)\Z")
_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


@dataclass(frozen=True, slots=True)
class Site:
    """A repository on a forge. Raises UsageError for one that no token may be sent to."""

    web: str
    """`https://github.com`, or that of an Enterprise server."""
    repository: str
    """`owner/name`."""

    def __post_init__(self) -> None:
        address = urlsplit(self.web)
        if address.scheme != "https" and not (
            address.scheme == "http" and address.hostname in _LOOPBACK
        ):
            msg = f"forge.url: {self.web}: not an https: address, and a token would be sent there"
            raise UsageError(msg)
        if address.username is not None or address.query or address.fragment:
            msg = "forge.url: name the host alone, without a user or a query"
            raise UsageError(msg)
        if not _NAME.match(self.repository) or ".." in self.repository:
            msg = f"forge.repository: {self.repository!r} is not like owner/name"
            raise UsageError(msg)

    @property
    def host(self) -> str:
        return urlsplit(self.web).netloc

    @property
    def name(self) -> str:
        return f"{self.host}/{self.repository}"

    @property
    def owner(self) -> str:
        return self.repository.partition("/")[0]

    @property
    def api(self) -> str:
        """Of GitHub itself, and of GitHub's clouds for one enterprise, on a host of its own."""
        if self.host == "github.com" or self.host.endswith(".ghe.com"):
            return f"https://api.{self.host}"
        return f"{self.web.rstrip('/')}/api/v3"

    @property
    def clone_url(self) -> str:
        return f"{self.web.rstrip('/')}/{self.repository}.git"


def site_of(remote: str, web: str | None = None) -> Site | None:
    """What the address of a git remote says; None where that is no repository of `web`, or, if
    that is not given, of GitHub."""
    found = _SSH.match(remote)
    if found:
        host, path = found.groups()
    else:
        address = urlsplit(remote)
        if address.scheme not in ("https", "http"):
            return None
        host, path = address.netloc.rpartition("@")[2], address.path
    expected = web or GITHUB
    repository = path.strip("/").removesuffix(".git")
    known = host.removeprefix("ssh.").lower() == urlsplit(expected).netloc.lower()
    plain = bool(_NAME.match(repository)) and ".." not in repository
    return Site(expected, repository) if known and plain else None
