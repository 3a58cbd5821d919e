"""Output of a process that may never stop talking: the beginning and the end of it are kept."""

from __future__ import annotations


class Clipped:
    """Takes any number of bytes and holds at most `limit` of them."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._seen = 0

    def feed(self, data: bytes) -> None:
        self._seen += len(data)
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    def text(self) -> str:
        tail = self._tail[-self._half :] if self._half else bytearray()
        cut = self._seen - len(self._head) - len(tail)
        middle = f"\n[... {cut} bytes cut ...]\n".encode() if cut else b""
        return bytes(self._head + middle + tail).decode(errors="replace")
