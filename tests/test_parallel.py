"""Read in pieces, a file gives what it gives when it is read at once."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch import config
from errwatch.classify.rules import load_rules
from errwatch.errors import SourceError
from errwatch.eyes import Eyes
from errwatch.intake import Memory
from errwatch.model.levels import Level
from errwatch.parallel import Parallel, Piece, read_piece
from errwatch.pipeline import Reading, read, scan
from errwatch.sources.files import FileSource
from errwatch.store.sqlite import SqliteStore
from errwatch.wiring import NOTHING_KNOWN
from tests.detect.corpus import LOGS, NOW

EYES = Eyes(load_rules(config.resource("rules.toml").read_text("utf-8"), "rules.toml"), now=NOW)
SAMPLES = [path.read_bytes() for path in LOGS]
LINES = sorted({line for text in SAMPLES for line in text.splitlines(keepends=True)})


class Here(Executor):
    """Does at once what it is asked to do."""

    def submit(self, task, /, *given, **named):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        try:
            future.set_result(task(*given, **named))
        except SourceError as error:
            future.set_exception(error)
        return future


def at_once(path: Path, eyes: Eyes = EYES) -> Reading:
    with FileSource(path, NOTHING_KNOWN) as source:
        return read(source, eyes, None)


def in_pieces(
    path: Path, piece: int, margin: int, executor: Executor, eyes: Eyes = EYES
) -> Reading:
    with FileSource(path, NOTHING_KNOWN) as source:
        return Parallel(executor, 2, piece=piece, margin=margin).read(source, eyes, None)


TRACE = b"""2026-04-01 10:00:01,000 ERROR mill: job failed
Traceback (most recent call last):
  File "/app/mill/main.py", line 14, in <module>
    grind()
KeyError: 'basalt'
"""

texts = st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=4).map(b"".join) | st.lists(
    st.sampled_from(LINES), max_size=40
).map(b"".join)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pieces") / "app.log"


@settings(deadline=None, max_examples=60)
@given(text=texts, piece=st.integers(1, 3000), margin=st.integers(0, 8000))
def test_any_pieces_give_the_same(log: Path, text: bytes, piece: int, margin: int) -> None:
    log.write_bytes(text)
    assert in_pieces(log, piece, margin, Here()) == at_once(log)


@settings(deadline=None, max_examples=60)
@given(some=st.lists(texts, min_size=2, max_size=4))
def test_what_is_known_from_other_files_changes_nothing(log: Path, some: list[bytes]) -> None:
    memory = Memory()
    for number, text in enumerate([*some, *some, *some]):
        path = log.with_name(f"{number}.log")
        path.write_bytes(text)
        with FileSource(path, NOTHING_KNOWN) as source:
            known = read(source, EYES, None, memory=memory)
        assert known == at_once(path)


QUIET = b"2026-04-01 10:00:00,000 INFO mill: ground a sack\n"
PARTS = [QUIET * 5, TRACE, b"ERROR: no water\n", b'{"level":"error","msg":"jam"}\n']


@settings(deadline=None, max_examples=20)
@given(parts=st.lists(st.sampled_from(PARTS), min_size=90), piece=st.integers(9_000, 20_000))
def test_the_cuts_of_a_longer_log(log: Path, parts: list[bytes], piece: int) -> None:
    """Long enough for cuts that are safe, so that it is not read at once in the end."""
    log.write_bytes(b"".join(parts) * 3)
    with FileSource(log, NOTHING_KNOWN) as source:
        span = source.span()
        assert span is not None
        pieces = Parallel(Here(), 2, piece=piece, margin=8192).pieces(source, span, EYES)
        cuts = [(one.first.offset, one.last.offset) for one in map(read_piece, pieces)]
    assert [left for _, left in cuts[:-1]] == [right for right, _ in cuts[1:]]
    assert in_pieces(log, piece, 8192, Here()) == at_once(log)


def test_an_event_over_a_whole_piece_is_read_at_once(log: Path) -> None:
    frames = b'  File "/app/a.py", line 3, in run\n    go()\n' * 2_000
    log.write_bytes(b"Traceback (most recent call last):\n" + frames + b"KeyError: 1\n")
    reading = in_pieces(log, 10_000, 5_000, Here())
    assert reading == at_once(log)
    assert reading.whole.events == 1


def test_processes_and_a_state(tmp_path: Path) -> None:
    """The same issues, counted once, whoever reads first."""
    log, eyes = tmp_path / "app.log", EYES
    log.write_bytes(b"".join(SAMPLES) * 4)
    with SqliteStore(tmp_path / "state.db") as store, ProcessPoolExecutor(2) as executor:
        reader = Parallel(executor, 2, piece=20_000, margin=8192).read
        first = scan([FileSource(log, store)], eyes, store=store, reader=reader)
        again = scan([FileSource(log, store)], eyes, store=store)
        assert sum(issue.count for issue in store.issues()) == first.events == again.events > 0
        assert {issue.fingerprint for issue in first.issues} == {
            issue.fingerprint for issue in again.issues
        }


def test_a_file_that_shrinks_is_a_clear_failure(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"INFO fine\n" * 5_000)
    with FileSource(log, NOTHING_KNOWN) as source, ThreadPoolExecutor(2) as executor:
        span = source.span()
        assert span is not None
        log.write_bytes(b"INFO fine\n")
        piece = Piece(span, "app.log", EYES, source.counted, 20_000, 40_000, 5_000)
        with pytest.raises(SourceError, match="truncated while it was read"):
            executor.submit(read_piece, piece).result()


@settings(deadline=None, max_examples=30)
@given(text=texts, piece=st.integers(200, 3000), level=st.sampled_from(Level))
def test_at_any_level(log: Path, text: bytes, piece: int, level: Level) -> None:
    log.write_bytes(text)
    eyes = Eyes(EYES.pack, min_level=level, now=NOW)
    assert in_pieces(log, piece, 4096, Here(), eyes) == at_once(log, eyes)


def test_what_closed_while_another_was_open_is_counted_once(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"".join(SAMPLES))
    with SqliteStore(tmp_path / "state.db") as store:
        for _ in range(2):
            found = scan([FileSource(log, store)], EYES, store=store)
            assert sum(issue.count for issue in store.issues()) == found.events > 0
