"""Files and standard input, read once."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from io import BufferedReader, FileIO
from pathlib import Path
from types import TracebackType

from errwatch.errors import SourceError
from errwatch.interfaces import Block, Positions
from errwatch.model.position import FilePosition, Ranges
from errwatch.sources.decoded import Decoded
from errwatch.sources.opening import open_regular, peek, require_text, shown, unreadable
from errwatch.sources.packed import unpacked, unpacker
from errwatch.sources.recode import HEAD, needs_recoding, recoded
from errwatch.sources.rotation import MARGIN, lines_after, lines_before
from errwatch.sources.span import FileSpan
from errwatch.sources.text import BLOCK, Text


class _NothingKnown:
    """What is known of sources where there is no state."""

    def position(self, device: int, inode: int) -> FilePosition | None:
        return None

    def positions(self, path: str) -> list[FilePosition]:
        return []

    beside = positions

    def entry_position(self, source: str) -> None:
        return None


NOTHING_KNOWN = _NothingKnown()


class FileSource:
    """One file, as long as it is when it is opened. Implements `errwatch.interfaces.Source`."""

    def __init__(self, path: Path, known: Positions, *, given: str | None = None) -> None:
        self.path = path
        self._known = known
        self._given = given
        self._earlier: Sequence[Path] = ()
        self._later: Sequence[Path] = ()
        self._handle: FileIO | None = None
        self._text: Text | None = None
        self._decoded: Decoded | None = None
        """In its place where what is read is not what the file holds, byte by byte: compressed,
        UTF-16, a document."""

    def between(self, earlier: Sequence[Path], later: Sequence[Path]) -> None:
        """The parts of the same log that were written before and after this one, nearest first."""
        self._earlier, self._later = earlier, later

    @property
    def input(self) -> str:
        return self.name if self._given is None else self._given

    @property
    def name(self) -> str:
        return shown(self.path)

    @property
    def counted(self) -> Ranges:
        held = self._text or self._decoded
        return held.counted if held else Ranges()

    def __enter__(self) -> FileSource:
        with ExitStack() as stack:
            self._handle = stack.enter_context(open_regular(self.path))
            head = peek(self._handle, 0, HEAD)
            if unpacker(self._handle) is None and not needs_recoding(head):
                require_text(head, self.name)
                self._text = Text(self._handle, self.path, self._known)
            else:
                self._decoded = Decoded(self._handle, self.path, self._known, self._decode)
            stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._handle is not None:
            self._handle.close()

    def blocks(self) -> Iterator[Block]:
        assert self._handle is not None, "a source is read inside its `with`"
        if self._decoded is not None:
            return self._decoded.blocks()
        assert self._text is not None
        return _blocks(self._text)

    def _decode(self) -> Generator[Block, None, None]:
        assert self._handle is not None
        unpack = unpacker(self._handle)
        raw = unpacked(self._handle, unpack) if unpack else _all(self._handle)
        yield from recoded(raw, self.name)

    def lead(self) -> bytes:
        return lines_before(_end_of(path) for path in self._earlier)

    def sequel(self) -> bytes:
        if not self._later:
            return b""
        own = _end_of(self.path)
        parts = (_beginning_of(path) for path in self._later)
        return lines_after(parts, ended=not own or own.endswith(b"\n"))

    def gaps(self) -> list[str]:
        return []

    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:  # said when it is opened
            return 0

    def span(self) -> FileSpan | None:
        text = self._text
        if text is None or self._earlier or self._later:
            return None
        return FileSpan(self.path.absolute(), text.device, text.inode, text.size)

    def position(
        self, cursor: int, *, lines: int, starts: Iterable[int] = ()
    ) -> FilePosition | None:
        held = self._text or self._decoded
        return held.position(cursor, lines=lines, starts=starts) if held else None


def _blocks(text: Text) -> Iterator[Block]:
    """Up to the present end: a writer that is faster than we are must not keep us forever."""
    text.begin(0, 0)
    end = text.size
    while text.offset < end:
        start = text.offset
        data = text.read(min(BLOCK, end - start))
        if not data:
            message = f"{shown(text.path)}: truncated while it was read, at byte {start}"
            raise SourceError(message)
        yield Block(data, start)


def _beginning_of(path: Path) -> bytes:
    """Empty where the file cannot be read, which is told when its turn comes."""
    with suppress(SourceError), FileSource(path, NOTHING_KNOWN) as source:
        return next((block.data for block in source.blocks()), b"")
    return b""


def _end_of(path: Path) -> bytes:
    """As `_beginning_of`."""
    end = b""
    with suppress(SourceError), FileSource(path, NOTHING_KNOWN) as source:
        if source._text is not None:
            size = source._text.size
            return peek(source._text.handle, max(0, size - MARGIN), MARGIN)
        for block in source.blocks():
            end = (end + block.data)[-MARGIN:]
    return end


def _all(handle: FileIO) -> Iterator[Block]:
    start = 0
    while data := peek(handle, start, BLOCK):
        yield Block(data, start)
        start += len(data)


class PipeSource:
    """Standard input: what is read is gone. Implements `errwatch.interfaces.Source`."""

    input = name = "-"
    counted = Ranges()

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream

    def __enter__(self) -> PipeSource:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """The stream is not ours to close."""

    def blocks(self) -> Iterator[Block]:
        """As soon as there is something, so that a slow producer is followed, too."""
        return recoded(self._read(), self.name)

    def _read(self) -> Iterator[Block]:
        start = 0
        try:
            while data := self._stream.read1(BLOCK):
                yield Block(data, start)
                start += len(data)
        except OSError as error:
            raise unreadable(self.name, error) from error

    def lead(self) -> bytes:
        return b""

    sequel = lead

    def gaps(self) -> list[str]:
        return []

    def size(self) -> int:
        return 0

    def span(self) -> None:
        return None

    def position(self, cursor: int, *, lines: int, starts: Iterable[int] = ()) -> None:
        return None
