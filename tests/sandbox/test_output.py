from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch.sandbox.output import Clipped


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40)), st.integers(0, 60))
def test_keeps_both_ends_however_the_bytes_arrive(pieces: list[bytes], limit: int) -> None:
    clipped = Clipped(limit)
    for piece in pieces:
        clipped.feed(piece)
    whole, half = b"".join(pieces), limit // 2
    if len(whole) <= 2 * half:
        assert clipped.text() == whole.decode(errors="replace")
    else:
        middle = f"\n[... {len(whole) - 2 * half} bytes cut ...]\n".encode()
        end = whole[len(whole) - half :]
        assert clipped.text() == (whole[:half] + middle + end).decode(errors="replace")
