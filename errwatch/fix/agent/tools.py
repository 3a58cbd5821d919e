"""What the model may do: look at the files of one commit, change texts in memory, hand in, give up.

It has no shell, no network and no file system. A tool that is used wrongly says so and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import re2

from errwatch.fix.agent.overlay import Overlay
from errwatch.fix.gates.paths import wrong_path
from errwatch.fix.policy import SECRETS, Policy, is_test
from errwatch.model.conversation import Input, Tool, ToolResult, ToolUse
from errwatch.model.matching import refusal
from errwatch.redact import redact

MAX_LINES, MAX_CHARACTERS = 400, 20_000
"""Of one view."""

MAX_HITS, MAX_SEARCHED = 60, 1_000_000
"""Lines that a search shows, and characters of a file that it looks at."""


_SECRET = Policy(deny=SECRETS)
"""Files that are not shown to a model."""


class _Misused(Exception):
    """What is wrong with a use of a tool, for the model to read."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What the model says of its change."""

    title: str
    rationale: str
    confidence: float


def _schema(required: Mapping[str, str], optional: Mapping[str, str] = {}) -> Input:
    kinds = {"first": "integer", "last": "integer", "confidence": "number"}
    fields = {
        name: {"type": kinds.get(name, "string"), "description": told}
        for name, told in {**required, **optional}.items()
    }
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
    }


TOOLS: tuple[Tool, ...] = (
    Tool(
        "view",
        "Show lines of a file, each with its number.",
        _schema({"path": "relative to the root"}, {"first": "from 1", "last": "inclusive"}),
    ),
    Tool(
        "search",
        "Find lines by a regular expression (RE2) in all files, or in those of a glob.",
        _schema({"pattern": "RE2"}, {"glob": "such as src/*.py; * matches slashes too"}),
    ),
    Tool(
        "str_replace",
        "Replace a text that stands exactly once in a file. Existing tests are read-only.",
        _schema({"path": "", "old": "with enough lines around to be unique", "new": ""}),
    ),
    Tool(
        "create_test",
        "Create the regression test: a new file among the tests, in the style of the others. "
        "It must raise the error of the issue before the change, and pass after it.",
        _schema({"path": "", "text": "the whole file"}),
    ),
    Tool(
        "hand_in",
        "Hand in the change. The answer says which check it failed, if it did.",
        _schema(
            {"title": "one line, imperative, at most 60 characters", "rationale": "the cause"},
            {"confidence": "between 0 and 1"},
        ),
    ),
    Tool(
        "give_up",
        "Say that no change of this repository is right, and why: that is a good answer too.",
        _schema({"reason": "for the person who reads it"}),
    ),
)


class Toolbox:
    """The tools, on one attempt's files."""

    def __init__(self, overlay: Overlay, policy: Policy) -> None:
        self._overlay = overlay
        self._policy = policy
        self._looked: set[str] = set()
        self.handed_in: HandedIn | None = None
        self.gave_up: str | None = None
        self.test: str | None = None
        """The regression test, once there is one."""
        self._tools: dict[str, Callable[[Input], str]] = {
            "view": self._view,
            "search": self._search,
            "str_replace": self._str_replace,
            "create_test": self._create_test,
            "hand_in": self._hand_in,
            "give_up": self._give_up,
        }

    def use(self, use: ToolUse) -> ToolResult:
        tool = self._tools.get(use.name)
        if tool is None:
            return ToolResult(use.id, f"there is no tool {use.name}", failed=True)
        try:
            return ToolResult(use.id, tool(use.input))
        except _Misused as error:
            return ToolResult(use.id, str(error), failed=True)

    def _view(self, given: Input) -> str:
        path = _text(given, "path")
        lines = redact(self._readable(path)).split("\n")
        first, last = _number(given, "first", 1), _number(given, "last", len(lines))
        self._once(f"view {path} {first} {last}")
        shown = lines[max(0, first - 1) : last][:MAX_LINES]
        numbered = [f"{number:5} {line}" for number, line in enumerate(shown, max(1, first))]
        rest = f"\n[{len(lines)} lines in all]" if len(shown) < len(lines) else ""
        return "\n".join(numbered)[:MAX_CHARACTERS] + rest

    def _search(self, given: Input) -> str:
        pattern, glob = _text(given, "pattern"), _text(given, "glob", "*")
        self._once(f"search {pattern} {glob}")
        if reason := refusal(pattern):
            msg = f"not a pattern of RE2: {reason}"
            raise _Misused(msg)
        find = re2.compile(pattern)
        hits: list[str] = []
        for file in sorted(self._overlay.files()):
            if len(hits) > MAX_HITS or not fnmatchcase(file, glob) or _is_secret(file):
                continue
            text = (self._overlay.read(file) or "")[:MAX_SEARCHED]
            if any(map(find.search, text.split("\n"))):
                lines = enumerate(redact(text).split("\n"), 1)
                hits += [f"{file}:{n}: {line[:300]}" for n, line in lines if find.search(line)]
        more = "\n[more lines match]" if len(hits) > MAX_HITS else ""
        return ("\n".join(hits[:MAX_HITS]) or "no line matches") + more

    def _str_replace(self, given: Input) -> str:
        path, old, new = _text(given, "path"), _text(given, "old"), _text(given, "new")
        text = self._writable(path)
        count = text.count(old) if old else 0
        if count != 1:
            msg = f"{path}: the old text stands there {count} times, not once"
            raise _Misused(msg)
        self._overlay.write(path, text.replace(old, new))
        return "replaced"

    def _create_test(self, given: Input) -> str:
        path = _text(given, "path")
        if not is_test(path) or not path.endswith(".py"):
            msg = f"{path}: not among the tests, by its name and folder"
            raise _Misused(msg)
        if not self._overlay.is_new(path):
            msg = f"{path}: is there already, and existing tests are read-only"
            raise _Misused(msg)
        self._allow(path)
        self._overlay.write(path, _text(given, "text"))
        self.test = path
        return "created"

    def _hand_in(self, given: Input) -> str:
        if not self._overlay.edits():
            msg = "nothing is changed yet"
            raise _Misused(msg)
        confidence = given.get("confidence")
        sure = float(confidence) if isinstance(confidence, int | float) else 0.5
        title, why = _text(given, "title"), _text(given, "rationale")
        self.handed_in = HandedIn(title, why, min(1.0, max(0.0, sure)))
        return "handed in"

    def _give_up(self, given: Input) -> str:
        self.gave_up = _text(given, "reason")
        return "noted"

    def _readable(self, path: str) -> str:
        text = None if _is_secret(path) else self._overlay.read(path)
        if text is None:
            msg = f"{path}: no such text file in the repository"
            raise _Misused(msg)
        return text

    def _writable(self, path: str) -> str:
        text = self._readable(path)
        if is_test(path) and path != self.test:
            msg = f"{path}: existing tests are read-only"
            raise _Misused(msg)
        self._allow(path)
        return text

    def _allow(self, path: str) -> None:
        for reason in wrong_path(path, self._policy):
            msg = f"{path}: {reason}"
            raise _Misused(msg)

    def _once(self, look: str) -> None:
        """Whoever looks again at what did not change goes in circles."""
        state = f"{look} {hash(self._overlay.edits())}"
        if state in self._looked:
            msg = "the same look as before, and nothing has changed since"
            raise _Misused(msg)
        self._looked.add(state)


def _is_secret(path: str) -> bool:
    return _SECRET.denied(path) is not None


def _text(given: Input, name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if not isinstance(value, str):
        msg = f"{name}: a text is needed"
        raise _Misused(msg)
    return value


def _number(given: Input, name: str, default: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int):
        msg = f"{name}: a whole number is needed"
        raise _Misused(msg)
    return value
