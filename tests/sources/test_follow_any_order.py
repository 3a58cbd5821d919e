"""Whatever happens to the file, and whenever errwatch stops: each line counts once, or is said to
be lost."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from errwatch.sources.follow import QUIET_POLLS
from tests.sources.reader import Reader, State
from tests.sources.test_archives import pack


@dataclass
class Written:
    """One text of the writer, and what can be expected of it."""

    lines: dict[str, int] = field(default_factory=dict)
    """Key of a line -> where it starts."""
    size: int = 0
    opened: bool = False
    """Whether this run of errwatch has it open; rotated texts are looked for when another takes
    the name, or at the start."""
    read: int = 0
    """Its size at the last poll of this run of errwatch."""
    committed: int = 0
    """Its size at the last poll that was committed."""
    losses: int | None = None
    """Where it was destroyed: how many losses were told before that."""
    excused: bool = False
    """It came and went between two polls, so that nobody could know."""


class Following(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "app.log"
        self.state = State()
        self.number = 0
        self.told = 0
        self.partial = False
        self.now: Written | None = None
        self.rotated: list[Written] = []
        self.deleted: list[Written] = []
        """Deleted under a reader that has them open."""
        self.destroyed: list[Written] = []
        self.losses: list[int] = []
        self.unlinked = False
        """Whether what the state knows best was deleted, or truncated."""
        self.known = False
        """Whether anything was read: what is compressed before that is not."""
        self.start()

    def start(self) -> None:
        self.reader = Reader(self.path, self.state, self.state, from_start=True)
        self.stopped = True

    def texts(self) -> list[Written]:
        return [*self.rotated, *self.deleted, *([self.now] if self.now else [])]

    def destroy(self, text: Written) -> None:
        text.losses = len(self.losses)
        text.excused = not (text.read or text.committed)
        self.destroyed.append(text)

    def write(self, data: str) -> Written:
        self.now = self.now or Written()
        with self.path.open("a") as file:
            file.write(data)
        self.now.size += len(data)
        return self.now

    def begin_line(self, padding: int) -> None:
        self.number += 1
        key = f"{self.number:06}"
        text = self.write("")
        text.lines[f"v1:{key}"] = text.size
        self.write(f"{key} {'x' * padding}")

    @rule(padding=st.sampled_from([0, 7, 3000]), lines=st.integers(1, 3))
    def append(self, padding: int, lines: int) -> None:
        for _ in range(lines):
            if not self.partial:
                self.begin_line(padding)
            self.write(" tail\n")
            self.partial = False

    @rule(padding=st.sampled_from([0, 900]))
    def append_part_of_a_line(self, padding: int) -> None:
        if not self.partial:
            self.begin_line(padding)
            self.partial = True

    @precondition(lambda self: self.now)
    @rule(create=st.booleans())
    def rotate(self, create: bool) -> None:
        assert self.now is not None
        for number in range(len(self.rotated), 0, -1):
            ending = ".gz" if self.part(number).suffix == ".gz" else ""
            self.part(number).rename(self.path.with_name(f"app.log.{number + 1}{ending}"))
        self.path.rename(self.path.with_name("app.log.1"))
        self.rotated.append(self.now)
        self.now, self.partial = None, False
        if create:
            self.write("")

    def part(self, number: int) -> Path:
        """The plain one where there is none that is compressed."""
        packed = self.path.with_name(f"app.log.{number}.gz")
        return packed if packed.exists() else self.path.with_name(f"app.log.{number}")

    @precondition(lambda self: self.rotated)
    @rule(number=st.integers(1, 3))
    def compress(self, number: int) -> None:
        """As gzip does; the inode that is free then is often given to the next file at once."""
        number = min(number, len(self.rotated))
        if self.part(number).suffix != ".gz":
            pack(self.part(number))
            text = self.rotated[-number]
            # Nothing tells what came when where what was read last is destroyed.
            told = self.known and not self.destroyed
            text.excused = text.excused or not (told or text.opened or text.committed)

    @precondition(lambda self: self.now)
    @rule()
    def truncate(self) -> None:
        assert self.now is not None
        with self.path.open("r+") as file:
            file.truncate(0)
        self.unlinked = True
        self.destroy(self.now)
        self.now, self.partial = Written(), False

    @precondition(lambda self: self.now)
    @rule(create=st.booleans())
    def delete(self, create: bool) -> None:
        assert self.now is not None
        self.path.unlink()
        self.unlinked = True
        if self.now.read:
            self.deleted.append(self.now)
        else:
            self.destroy(self.now)
        self.now, self.partial = None, False
        if create:
            self.write("")

    @rule()
    def poll(self) -> None:
        self.reader.poll()
        self.seen()
        for text in self.texts():
            text.committed = text.read
            self.known = self.known or text.committed > 0
        self.unlinked = self.unlinked and self.now is None

    @rule()
    def poll_and_crash(self) -> None:
        self.reader.poll(commit=False)
        self.seen()
        self.restart()

    def seen(self) -> None:
        assert set(self.reader.told) <= {f"{self.path}: there is no such file"}
        self.losses += [one.start for one in self.reader.lost]
        self.reader.lost.clear()
        if self.stopped and self.unlinked:
            for text in self.rotated:
                text.excused = text.excused or not text.committed
        for text in self.texts():
            text.opened = text.opened or self.stopped or self.now is not None
            text.read = text.size if text.opened else 0
        self.stopped = False

    @rule()
    def restart(self) -> None:
        self.reader.close()
        for text in self.deleted:
            self.destroy(text)
            # The start of a line that was never completed, in a file that nobody can name again.
            text.excused = text.committed == text.size
        for text in self.texts():
            text.opened, text.read = False, 0
        for text in self.destroyed:
            if text.losses == len(self.losses):  # not polled since
                text.excused = text.excused or not text.committed
        self.deleted.clear()
        self.start()

    @invariant()
    def nothing_counts_twice(self) -> None:
        assert all(count == 1 for count in self.state.counts.values())

    def teardown(self) -> None:
        try:
            self.write("")  # what lost the name is let go only when something else has it
            for _ in range(QUIET_POLLS + 2):
                self.poll()
            self.nothing_is_missing()
            self.nothing_went_without_a_word()
        finally:
            self.reader.close()
            shutil.rmtree(self.folder)

    def nothing_is_missing(self) -> None:
        for text in self.texts():
            missing = {key for key in text.lines if key not in self.state.counts}
            if text is self.now and self.partial:
                missing -= {list(text.lines)[-1]}
            assert text.excused or not missing

    def nothing_went_without_a_word(self) -> None:
        for text in self.destroyed:
            told = self.losses[text.losses :]
            for key, start in text.lines.items():
                known = key in self.state.counts or any(loss <= start for loss in told)
                assert text.excused or known, f"{key} is gone without a word"


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
