"""Shells: what they say about a line of a script."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.listed import Listed

_SCRIPT = r"(?P<file>(?:[\w./~+-]*/)?(?:[\w+-]+\.(?:sh|bash|ksh|zsh|bats|command|profile)|[\w+-]+))"
_SAYS = (
    r"command not found|not found|unbound variable|parameter not set|syntax error"
    r"|No such file|Permission denied|cannot |bad |unexpected |Is a directory|ambiguous redirect"
    r"|invalid |integer expression expected|too many arguments|division by 0|read-?only variable"
    r"|Bad substitution|not a valid identifier|numeric argument required|binary operator expected"
    r"|readonly variable|fork: |event not found|unary operator expected"
)
_SCREEN = rf"(?P<message>(?:[^:\n]{{1,200}}: ){{0,3}}(?:{_SAYS}).*)"

SHELL = Listed(
    language="shell",
    hints=(": line ", "not found", ": syntax error", "parameter not set", "parse error near "),
    opens=(
        re.compile(rf"{_SCRIPT}: (?:-c: )?line (?P<line>\d+): {_SCREEN}"),
        re.compile(rf"{_SCRIPT}: (?P<line>\d+): {_SCREEN}"),
        re.compile(r"(?:ba|z|k|da)?sh: (?P<message>[^:\n]{1,200}: (?:command )?not found)$"),
        re.compile(r"zsh: (?P<message>command not found: .*)"),
        re.compile(
            rf"{_SCRIPT}:(?P<line>\d+): (?P<message>(?:command not found: |parse error near ).*)"
        ),
    ),
    more=re.compile(r"\S+: line \d+: `"),
    alone=True,
    indented=False,
)
