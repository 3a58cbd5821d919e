"""Fetching from and pushing to the repository that pull requests are for.

Git runs in an empty repository of its own, which borrows the user's objects: nothing that the
user's configuration says of transports, credentials, proxies, helpers or other addresses is ever
asked. The token is in the environment of these commands alone, for the one address that it is for.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from errwatch.errors import BranchMoved, GitError
from errwatch.model.pull_request import BranchTip
from errwatch.repository.hardening import as_environment
from errwatch.repository.leftovers import prefix
from errwatch.repository.ours import tip
from errwatch.repository.refusals import Refusal, read_refusal
from errwatch.repository.runner import Done, Git

TRIES = 4
FIRST_PAUSE = 0.5
"""Seconds before the second try; twice as long before each further one."""

_HEADS = "refs/heads/"
_FETCHED = "refs/errwatch/fetched"

_NETWORK = (
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"),
)
"""Variables that say how the network is reached, and whom to believe there."""

_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "credential.helper": "",
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
    "transfer.credentialsInUrl": "die",
    "push.recurseSubmodules": "no",
    "fetch.recurseSubmodules": "no",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.logOutputEncoding": "UTF-8",
}


@dataclass(frozen=True, slots=True)
class GitUpstream:
    """Implements `interfaces.Upstream`."""

    git: Git
    """Of the user's repository."""
    objects: Path
    """Its folder of objects."""
    url: str
    token: Callable[[], str]
    secret: str
    """What the token comes from, by name."""
    sleep: Callable[[float], None]

    def fetch(self, branch: str) -> BranchTip | None:
        wanted = f"+{_HEADS}{branch}:{_FETCHED}"
        with self._borrowed() as git:
            options = ("--quiet", "--no-tags", "--no-write-fetch-head")
            done = self._tried(git, "fetch", *options, "--end-of-options", self.url, wanted)
            if done is None:
                return None
            return tip(git, git.run("rev-parse", "--verify", _FETCHED).strip())

    def push(self, branch: str, commit: str, expected: str | None) -> None:
        lease = f"--force-with-lease={_HEADS}{branch}:{expected or ''}"
        to = f"{commit}:{_HEADS}{branch}"
        options = ("--porcelain", "--no-verify", lease)
        with self._borrowed() as git:
            try:
                self._tried(git, "push", *options, "--end-of-options", self.url, to)
                return
            except BranchMoved:
                there = self.fetch(branch)  # a try before this one may have come through
            if there is None or there.commit != commit:
                reason = f"{branch} was moved by somebody else meanwhile; run again"
                raise BranchMoved(reason)

    def _tried(self, git: Git, *words: str) -> Done | None:
        """Again where that helps; None where what was asked for is not there."""
        number = 0
        while True:
            done = git.attempt(*words, extra=self._secrets())
            if done.code == 0:
                return done
            refusal, error = read_refusal(done, words[0], self.url, self.secret)
            number += 1
            if refusal is Refusal.ABSENT:
                return None
            if refusal is not Refusal.PASSING or number == TRIES:
                raise error
            self.sleep(FIRST_PAUSE * 2 ** (number - 1))

    @contextmanager
    def _borrowed(self) -> Iterator[Git]:
        """A repository with the user's objects and branches, and nothing else of theirs."""
        with TemporaryDirectory(prefix=prefix(), ignore_cleanup_errors=True) as home:
            folder = Path(home) / "git"
            (folder / "refs").mkdir(parents=True)
            (folder / "HEAD").write_text("ref: refs/heads/none\n")
            (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
            (folder / "packed-refs").write_text(self._references())
            shallow = self.objects.parent / "shallow"
            if shallow.exists():
                (folder / "shallow").write_bytes(shallow.read_bytes())
            yield Git(folder, self._environment(folder))

    def _references(self) -> str:
        """What is here already, so that it is not fetched again."""
        listed = self.git.run(
            "for-each-ref", "--format=%(objectname) %(refname)", _HEADS, "refs/remotes/"
        )
        return "".join(
            f"{line}\n" for line in sorted(listed.splitlines(), key=lambda row: row.split(" ")[1])
        )

    def _environment(self, folder: Path) -> dict[str, str]:
        """Without a home: a `.netrc` may be in it."""
        network = {name: os.environ[name] for name in _NETWORK if name in os.environ}
        return {
            **network,
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "LC_ALL": "C",
            "GIT_DIR": str(folder),
            "GIT_OBJECT_DIRECTORY": str(self.objects),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "GIT_NO_LAZY_FETCH": "1",
            **as_environment(self._settings()),
        }

    def _settings(self) -> dict[str, str]:
        plain = {"protocol.http.allow": "always"} if self.url.startswith("http://") else {}
        return _SETTINGS | plain

    def _secrets(self) -> dict[str, str]:
        pair = base64.b64encode(f"x-access-token:{self.token()}".encode()).decode()
        header = f"http.{self.url}.extraHeader"
        return as_environment(self._settings() | {header: f"Authorization: Basic {pair}"})


@dataclass(frozen=True, slots=True)
class LocalUpstream:
    """Implements `interfaces.Upstream` for who has none: the user's repository itself, where the
    branch is already."""

    git: Git

    def fetch(self, branch: str) -> BranchTip | None:
        found = self.git.run(
            "rev-parse", "--verify", "--quiet", f"{_HEADS}{branch}^{{commit}}", fine=(0, 1, 128)
        ).strip()
        return tip(self.git, found) if found else None

    def push(self, branch: str, commit: str, expected: str | None) -> None:
        there = self.fetch(branch)
        if there is None or there.commit != commit:
            reason = f"{branch} does not stand at {commit[:12]} any more; run again"
            raise GitError(reason)
