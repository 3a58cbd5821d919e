"""Names of Go functions, however long."""

from __future__ import annotations

import pytest

from errwatch.parsers.go import GO, STACK


@pytest.mark.parametrize("tail", ["", " ", "!", "(0x1)", ")"])
@pytest.mark.parametrize("piece", [".g", "g.", "(*g).", "[...].", "/."])
def test_a_long_name_is_read_as_a_short_one(piece: str, tail: str) -> None:
    """It would never end if a name could be taken apart in more than one way."""
    for margin in ("", "\t"):
        short, long = (f"{margin}/src/mill/stone{piece * times}{tail}" for times in (3, 100))
        for format_ in (GO, STACK):
            assert (format_.start(long) is None) == (format_.start(short) is None)
