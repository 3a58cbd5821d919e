"""Names of Go functions, however long."""

from __future__ import annotations

import pytest

from errwatch.parsers.go import GO, STACK


@pytest.mark.parametrize("tail", ["", " ", "!", "(0x1)", ")"])
@pytest.mark.parametrize("piece", [".g", "g.", "(*g).", "[...].", "/."])
def test_a_long_name_is_read_in_linear_time(piece: str, tail: str) -> None:
    """It would never end if a name could be taken apart in more than one way."""
    line = f"/src/silo/mill/stone{piece * 2_000}{tail}"
    for text in (line, f"\t{line}", f"goroutine 1 [running]:\n{line}"):
        GO.start(text)
        STACK.start(text)
