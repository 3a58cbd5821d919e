"""Lines about one HTTP request: a status of 500 or more is an error of the server."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from errwatch import lazy_re as re

SERVER_ERROR = 500

_VERB = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|PROPFIND|REPORT"
_STATUS = r"(?P<status>\d{3})"
_FORMS = (
    # "GET /path HTTP/1.1" 502: common, combined, nginx, morgan
    re.compile(
        rf'[^"]{{0,400}}"(?P<verb>{_VERB}) (?P<path>\S{{1,4000}})[^"\n]{{0,20}}" {_STATUS}(?: |$)'
    ),
    # [GIN] 2026/01/02 - 15:04:05 | 500 |   1.2ms |  10.0.0.1 | GET  "/path"
    re.compile(
        rf"[^|]{{0,80}}\| +{_STATUS} +\|[^|]{{1,40}}\|[^|]{{1,60}}\| +(?P<verb>{_VERB}) +"
        r'"?(?P<path>[^"\s]+)'
    ),
    # 10/0/30/69/109 503 2750 - - ---- 1/1/1/1/0 0/0 "GET /path HTTP/1.1": HAProxy
    re.compile(
        rf'[^"]{{0,400}} -?\d+/-?\d+/-?\d+/-?\d+/\+?\d+ {_STATUS} \+?\d+ [^"]{{1,200}}'
        rf'"(?P<verb>{_VERB}) (?P<path>\S{{1,4000}})'
    ),
    # 2026-02-06 12:14:14 10.0.0.1 GET /path - 443 - 10.1.2.3 Agent - 500 0 64 109: IIS
    re.compile(
        rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d (?:\S+ )?(?P<verb>{_VERB}) (?P<path>/\S{{0,4000}}) \S+ "
        rf"\d{{1,5}} (?:\S+ ){{2,5}}{_STATUS} \d+ \d+ \d+"
    ),
    # [pid: 12|app: 0|req: 8/9] 10.0.0.1 () {40 vars in 512 bytes} [Tue May  5 10:00:01 2026]
    # GET /path => generated 12 bytes in 3 msecs (HTTP/1.1 500): uWSGI
    re.compile(
        rf"\[pid: \d+\|[^\]]{{1,60}}\] [^\[]{{1,200}}\[[^\]]{{10,40}}\] (?P<verb>{_VERB}) "
        rf"(?P<path>\S{{1,4000}}) => generated \d+ bytes in \d+ \w+ \(HTTP/[\d.]+ {_STATUS}\)"
    ),
    # https 2026-01-02T15:04:05.000000Z app/lb/50dc6c 10.0.0.1:2817 10.0.0.2:80 0.0 0.0 0.0 502 - 0
    # 57 "GET https://host:443/path HTTP/1.1": AWS
    re.compile(
        rf"(?:\w{{2,6}} )?\d{{4}}-\d\d-\d\dT[\d:.]+Z \S+ \S+ \S+ (?:-?[\d.]+ ){{3}}{_STATUS} "
        rf'(?:\d{{3}}|-) \d+ \d+ "(?P<verb>{_VERB}) (?P<path>\S{{1,4000}})'
    ),
    # GET /path 500 12.345 ms - 128
    re.compile(rf"(?P<verb>{_VERB}) (?P<path>/\S{{0,4000}}) {_STATUS} [\d.]+ ?m?s\b"),
)


class Request(NamedTuple):
    """What a line of an access log says."""

    status: int
    message: str
    before: str
    """What stands before the request: who asked, and when."""


def read_request(text: str) -> Request | None:
    """The request that the line is about, where it is one of an access log."""
    for form in _FORMS:
        if found := form.match(text):
            status = int(found["status"])
            before = text[: min(found.start("verb"), found.start("status"))]
            return Request(status, told(status, found["verb"], found["path"]), before)
    return None


def told(status: int, verb: str = "", path: str = "") -> str:
    """`HTTP 502 Bad Gateway: GET /path`."""
    known = HTTPStatus(status).phrase if status in _PHRASES else ""
    asked = f"{verb} {path}".strip()
    head = f"HTTP {status} {known}".strip()
    return f"{head}: {asked}" if asked else head


_PHRASES = frozenset(status.value for status in HTTPStatus)
