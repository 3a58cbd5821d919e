"""Secrets by where they stand: in a URL, in a command line, in a query, in a JSON web key."""

from __future__ import annotations

from collections.abc import Iterator

from errwatch import lazy_re as re
from errwatch.redact.finding import Span, compiled, matching
from errwatch.redact.worth import unlike_a_word

_USER = compiled(r"([A-Za-z][A-Za-z0-9+.-]{1,30})://[^\s/?#\"'<>:]{0,300}:")
_URL_END = re.compile(rb"[^\s\"'<>`]{0,2000}")
_AUTHORITY_END = re.compile(rb"[^\s\"'<>`/?#]{0,2000}")
_PORT = re.compile(rb"\d{1,5}(?:[/?#,]|\s|\Z)")
_WEB = (b"http", b"https", b"ws", b"wss")


def url_passwords(text: bytes) -> Iterator[Span]:
    """`scheme://user:password@host`; the password itself may contain any sign but spaces."""
    place = 0
    for user in _USER.finditer(text):
        start = user.end()
        if start < place:
            continue
        end = text.rfind(b"@", start, _end(_AUTHORITY_END, text, start))
        web = user[1].lower() in _WEB
        if (end < 0 and not (web and _PORT.match(text, start))) or not web:
            whole = _end(_URL_END, text, start)
            other = text.find(b"://", start, whole)
            end = text.rfind(b"@", start, whole if other < 0 else other)
        if end > start:
            yield Span(start, end)
            place = end


def _end(pattern: re.Pattern[bytes], text: bytes, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def _random(value: bytes) -> bool:
    return re.search(rb"[0-9]", value) is not None


URL_USERS = matching(r"://([A-Za-z0-9_.-]{20,}):?@", _random)
"""`https://TOKEN@host`."""
URL_GATE = r"://[^\s/?#\"'<>]*(?::[^\s]|@)"

BARE_DSN = matching(r"\b[\w.%-]{1,60}:([^\s\"'<>]{1,200})@(?:tcp|unix|tcp6)\(")
"""`user:password@tcp(host:3306)/name`, as Go's drivers take it."""
BARE_DSN_GATE = r"@(?:tcp6?|unix)\("

COMMANDS = matching(
    r"\b(?:mysql\w*|mariadb[\w-]*)\b[^\n]*? -p([^\s\"']+)"
    r"|\bcurl\b[^\n]*? (?:-u|--user|--proxy-user|-U)[ =]?[\"']?[^\s:\"']+:([^\s\"']+)"
    r"|\b(?:sshpass|docker +login|mongo\w*|mongosh|podman +login|helm +registry +login|az +login"
    r"|influx|clickhouse-client|oc +login|cf +login|keytool|htpasswd|rabbitmqadmin)\b[^\n]*? -p"
    r" *[\"']?([^\s\"'-][^\s\"']*)"
    r"|\bredis-cli\b[^\n]*? -a *[\"']?([^\s\"']+)|\bldap\w+\b[^\n]*? -w *[\"']?([^\s\"']+)"
    r"|\bsqlcmd\b[^\n]*? -P *[\"']?([^\s\"']+)|\b(?:zip|unzip|7z)\b[^\n]*? -[pP] ?([^\s\"']+)"
    r"|\bpass:([^\s\"']+)|\bsmbclient\b[^\n]*? -U *[\"']?[^\s%\"']+%([^\s\"']+)"
)
COMMANDS_GATE = (
    r"\b(?:mysql|mariadb|curl|mongo|influx|clickhouse|keytool|htpasswd|rabbitmqadmin|redis-cli|ldap"
    r"|sqlcmd|7z|smbclient|sshpass|un?zip|(?:docker|podman|registry|az|oc|cf) +login)[^\n]* -"
    r"|\bpass:[^\s]"
)

QUERY = matching(
    r"(?i)[?&](?:amp;)?(?:code|[a-z_-]*token|sig|key|auth|pass|pwd|password|secret|[a-z_-]*key|state"
    r"|assertion|ticket|otp|x-amz-signature|x-amz-credential|x-goog-signature)=([^\s&\"'<>#\\]{6,})"
)
QUERY_GATE = (
    r"(?i)[?&](?:amp;)?[a-z_-]*(?:code|token|sig|key|auth|pass|pwd|password|secret|state|assertion"
    r"|ticket|otp|signature|credential)="
)

_ARGUMENT_OF_AUTH = r"(?:\\*[\"'])?[^\s\"',;\\]{1,200}(?:\\*[\"'])?"
_AUTH = compiled(rf"\bAUTH(?:\\*[\"'])?,?((?:[ \t]+{_ARGUMENT_OF_AUTH}){{1,2}})")
_ARGUMENT = re.compile(rb"([\"']?)([^\s\"',;\\]+)")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{6,}={1,2}\Z")


def auth_commands(text: bytes) -> Iterator[Span]:
    """`AUTH password`, `AUTH user password` of Redis, `AUTH PLAIN base64` of SMTP. Without quotes,
    only what is no word."""
    for found in _AUTH.finditer(text):
        for argument in _ARGUMENT.finditer(text, *found.span(1)):
            value = argument[2]
            if argument[1] or unlike_a_word(value) or _BASE64.match(value):
                yield Span(*argument.span(2))


AUTH_GATE = r"\bAUTH[\\\"', \t][^\n]{0,300}[0-9=\"']"
SERVER_CONFIG = matching(r"\b(?:requirepass|masterauth)[ \t]+(?:\\*[\"'])?([^\s\"'\\]+)")
SERVER_CONFIG_GATE = r"\b(?:requirepass|masterauth)[ \t]+[^\s]"
ORACLE = matching(r"\bjdbc:oracle:[a-z0-9]{1,10}:[^\s/@:]{1,60}/([^\s@]{1,200})@")
ORACLE_GATE = r"\bjdbc:oracle:[a-z0-9]{1,10}:[^\s/@:]{1,60}/"

WEB_KEYS = matching(r"\\*\"(?:d|p|q|dp|dq|qi|k)\\*\" ?: ?\\*\"([A-Za-z0-9_-]{20,})")
WEB_KEYS_GATE = r"\"(?:d|p|q|dp|dq|qi|k)\\*\" ?: ?\\*\"[A-Za-z0-9_-]{20}"
