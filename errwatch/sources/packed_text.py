"""The rest of a compressed part of a log, followed as if it were still plain."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from errwatch.interfaces import Block, Positions
from errwatch.model.position import FilePosition, Position, Ranges
from errwatch.sources.archive import Archive
from errwatch.sources.decoded import Memory, digest_of
from errwatch.sources.opening import shown


class PackedText:
    """Implements `errwatch.interfaces.Text`, of an archive that was looked through: from where the
    state has it. The archive belongs to the text."""

    generation = 0
    deleted = False

    def __init__(self, archive: Archive, known: Positions) -> None:
        self._archive = archive
        self._known = known
        held = archive.held()
        furthest = max(held, key=lambda one: one.cursor, default=None)
        self._before = furthest.tail if furthest else digest_of(b"")
        self.above = archive.above(furthest) if furthest else b""
        self.start = self.offset = furthest.cursor if furthest else 0
        self.lines = furthest.lines if furthest else 0
        self.key = archive.key
        self.size = archive.size
        self.modified = archive.modified
        own = next((one for one in held if (one.device, one.inode) == self.key), None)
        stored = known.position(*self.key)
        self._stored = own.counted if own else Ranges()
        self._number = own.generation if own else stored.generation + 1 if stored else 0
        self.counted = Ranges()
        for one in held:
            self.counted = self.counted.union(one.counted)
        self._memory = Memory(self._decode)
        self._blocks = self._decode()
        self._rest = b""

    def _decode(self) -> Generator[Block, None, None]:
        yield from self._archive.blocks()

    @property
    def name(self) -> str:
        return shown(self._archive.name)

    def unread(self) -> bool:
        return self.offset < self.size

    def intact(self) -> bool:
        return True

    def read(self, limit: int) -> bytes:
        """The next bytes; empty also where the next ones were read before."""
        if not self._rest and self.unread():
            block = next(self._blocks, Block(b"", self.size))
            self._memory.take(block)
            self._rest = block.data[max(0, self.offset - block.start) :]
            self.size = self.size if block.data else self.offset  # cut since it was looked through
        data, self._rest = self._rest[:limit], self._rest[limit:]
        self.offset += len(data)
        return data

    def position(self, cursor: int, *, lines: int, starts: Iterable[int] = ()) -> FilePosition:
        spans = [(self.start, cursor), *((start, start + 1) for start in starts)]
        device, inode = self.key
        return FilePosition(
            path=shown(self._archive.path.absolute()),
            device=device,
            inode=inode,
            head=digest_of(self._archive.head),
            cursor=cursor,
            tail=self._before if cursor == self.start else self._memory.before(cursor),
            counted=Ranges.of(spans).union(self.counted).minus(self._stored),
            lines=lines,
            generation=self._number,
        )

    def committed(self, position: Position) -> None:
        assert isinstance(position, FilePosition), "one of those that `position` gave"
        self._stored = self._stored.union(position.counted)
        self.counted = self.counted.union(position.counted)

    def refresh(self) -> None:
        stored = self._known.position(*self.key)
        if stored is not None and stored.generation >= self._number:
            self._number = stored.generation
            self._stored = self._stored.union(stored.counted)
            self.counted = self.counted.union(stored.counted)

    def close(self) -> None:
        self._archive.close()
