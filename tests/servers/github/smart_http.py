"""git over HTTP, through git's own `http-backend`."""

from __future__ import annotations

import base64
import gzip
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers.github.state import Access
from tests.servers.http import Answer, Asked

LOGIN = Answer(
    401,
    "Invalid username or token. Password authentication is not supported for Git operations.",
    {"WWW-Authenticate": 'Basic realm="GitHub"', "Content-Type": "text/plain"},
)
MISSING = Answer(404, "Repository not found.", {"Content-Type": "text/plain"})


def token_of(asked: Asked) -> str | None:
    """The password of basic authentication; the name may be anything."""
    scheme, _, value = asked.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    return base64.b64decode(value).decode().partition(":")[2]


def serve(asked: Asked, root: Path, name: str, access: Access | None) -> Answer:
    """`name`: of the repository; pushing needs the right to write contents."""
    if access is None:
        return LOGIN
    url = urlsplit(asked.path)
    if not access.sees or not url.path.startswith(f"/{name}.git/"):
        return MISSING
    pushing = "git-receive-pack" in asked.path
    if pushing and "contents" not in access.writes:
        said = f"Permission to {name}.git denied to {access.login}."
        return Answer(403, said, {"Content-Type": "text/plain"})
    return _backend(asked, root, url.path, url.query, access.login)


def _backend(asked: Asked, root: Path, path: str, query: str, login: str) -> Answer:
    body = asked.body
    if asked.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_PROTOCOL": asked.headers.get("git-protocol", ""),
        "REQUEST_METHOD": asked.method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": asked.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_USER": login,
    }
    done = subprocess.run(
        ["git", "http-backend"], env=environment, input=body, capture_output=True, check=True
    )
    head, _, rest = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    status = int(headers.pop("Status", "200 OK").split(" ")[0])
    return Answer(status, rest, headers)
