"""Which frames are the user's own code, and which of them is to blame.

Paths decide, by the conventions of the languages; the user's globs win over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from errwatch.model.event import ExceptionInfo, Frame, Link

_LIBRARY = re.compile(
    r"^<"  # <frozen importlib._bootstrap>, <string>, <generated code>
    r"|^(?:node|internal):|^internal/|^webpack/"
    r"|(?:^|/)(?:site-packages|dist-packages|node_modules|vendor|bower_components)/"
    r"|(?:^|/)lib(?:32|64)?/python\d+(?:\.\d+)?/|(?:^|/)Python\d+/[Ll]ib/"
    r"|(?:^|/)gems/|(?:^|/)lib/ruby/"
    r"|^/usr/lib/|^/usr/local/go/|^/usr/share/|(?:^|/)go/pkg/mod/"
    r"|^/rustc/|(?:^|/)\.?cargo/registry/|(?:^|/)\.rustup/"
)


@dataclass(frozen=True, slots=True)
class FrameRules:
    """Globs on the path of a frame; `in_app` wins over `library`."""

    in_app: tuple[str, ...] = ()
    library: tuple[str, ...] = ()

    @lru_cache(maxsize=8192)  # noqa: B019
    def is_in_app(self, file: str) -> bool:
        path = file.replace("\\", "/")
        if any(fnmatchcase(path, glob) for glob in self.in_app):
            return True
        if any(fnmatchcase(path, glob) for glob in self.library):
            return False
        return _LIBRARY.search(path) is None

    def mark(self, exceptions: Iterable[ExceptionInfo]) -> tuple[ExceptionInfo, ...]:
        """The same exceptions, each frame told apart."""
        return tuple(
            one if all(map(self._is_marked, one.frames)) else self._marked_all(one)
            for one in exceptions
        )

    def _is_marked(self, frame: Frame) -> bool:
        return frame.in_app == self.is_in_app(frame.file)

    def _marked_all(self, one: ExceptionInfo) -> ExceptionInfo:
        return replace(one, frames=tuple(self._marked(frame) for frame in one.frames))

    def _marked(self, frame: Frame) -> Frame:
        in_app = self.is_in_app(frame.file)
        return frame if frame.in_app == in_app else replace(frame, in_app=in_app)


def culprit(exceptions: Sequence[ExceptionInfo]) -> Frame | None:
    """The deepest in-app frame of the innermost explicit cause or member that has one, then
    outwards; an implicit context last."""
    for one in _by_guilt(exceptions):
        for frame in reversed(one.frames):
            if frame.in_app:
                return frame
    return None


def _by_guilt(exceptions: Sequence[ExceptionInfo]) -> Iterator[ExceptionInfo]:
    """Members before their group, causes before what they caused, contexts after all."""
    outer, *members = _split(exceptions, Link.MEMBER)
    contexts: list[ExceptionInfo] = []
    for chain in (*members, outer):
        explicit, *implicit = _split(chain, Link.CONTEXT)
        yield from reversed(explicit)
        for one in implicit:
            contexts += reversed(one)
    yield from contexts


def _split(exceptions: Sequence[ExceptionInfo], link: Link) -> list[list[ExceptionInfo]]:
    """Cut before every exception but the first that hangs on by `link`."""
    parts: list[list[ExceptionInfo]] = [[]]
    for one in exceptions:
        if one.link is link and parts[-1]:
            parts.append([])
        parts[-1].append(one)
    return parts
