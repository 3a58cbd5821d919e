"""With which exceptions a call of the standard library refuses a value: those that its
documentation names side by side, of which code often expects only the first."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_TIMES = frozenset({"OverflowError", "OSError", "ValueError"})
_NUMBERS = frozenset({"ValueError", "OverflowError"})
_TEXTS = frozenset({"UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "LookupError"})

REFUSALS = {
    "chr": _NUMBERS,
    "int": _NUMBERS,
    "fromtimestamp": _TIMES,
    "utcfromtimestamp": _TIMES,
    "localtime": _TIMES,
    "gmtime": _TIMES,
    "mktime": _TIMES,
    "strftime": _NUMBERS,
    "datetime": _NUMBERS,
    "date": _NUMBERS,
    "Decimal": frozenset({"ValueError", "InvalidOperation"}),
    "exp": _NUMBERS,
    "pow": _NUMBERS,
    "decode": _TEXTS,
    "encode": _TEXTS,
}
"""By the last name of the call."""


def refuses(call: ast.Call) -> frozenset[str]:
    """The exceptions by which a call refuses its value; none where it is not known."""
    return REFUSALS.get(ast.unparse(call.func).rpartition(".")[2], frozenset())


def widens(body: Sequence[ast.stmt], known: Sequence[str], added: str) -> bool:
    """Whether a handler that expects `known` of the statements may expect `added` as well: one call
    in them refuses a value by both."""
    calls = [node for each in body for node in ast.walk(each) if isinstance(node, ast.Call)]
    last = added.rpartition(".")[2]
    return any(
        last in refused and any(name.rpartition(".")[2] in refused for name in known)
        for refused in map(refuses, calls)
    )
