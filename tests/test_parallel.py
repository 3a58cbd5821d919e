"""Read in pieces, a file gives what it gives when it is read at once."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errwatch import config
from errwatch.classify.rules import load_rules
from errwatch.errors import SourceError
from errwatch.model.levels import Level
from errwatch.parallel import Parallel
from errwatch.pipeline import Eyes, Reading, read
from errwatch.sources.files import FileSource
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


texts = st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=4).map(b"".join) | st.lists(
    st.sampled_from(LINES), max_size=40
).map(b"".join)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pieces") / "app.log"


@settings(deadline=None)
@given(text=texts, piece=st.integers(1, 3000), margin=st.integers(0, 5000))
def test_any_pieces_give_the_same(log: Path, text: bytes, piece: int, margin: int) -> None:
    log.write_bytes(text)
    assert in_pieces(log, piece, margin, Here()) == at_once(log)


@settings(deadline=None, max_examples=30)
@given(text=texts, piece=st.integers(200, 3000), level=st.sampled_from(Level))
def test_at_any_level(log: Path, text: bytes, piece: int, level: Level) -> None:
    log.write_bytes(text)
    eyes = Eyes(EYES.pack, min_level=level, now=NOW)
    assert in_pieces(log, piece, 4096, Here(), eyes) == at_once(log, eyes)
