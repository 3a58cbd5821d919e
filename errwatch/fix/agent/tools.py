"""What the model may do: look at the files of one commit, change texts in memory, hand in, give up.

It has no shell, no network and no file system. A tool that is used wrongly says so and goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from errwatch.agent.looking import LOOKS, Looker, Misused, schema, text_of
from errwatch.fix.agent.overlay import Overlay
from errwatch.fix.gates.paths import wrong_path
from errwatch.fix.policy import SECRETS, Policy, is_test
from errwatch.model.conversation import Input, Tool, ToolResult, ToolUse

_SECRET = Policy(deny=SECRETS)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What the model says of its change."""

    title: str
    rationale: str
    confidence: float


TOOLS: tuple[Tool, ...] = (
    *LOOKS,
    Tool(
        "str_replace",
        "Replace a text that stands exactly once in a file. Existing tests are read-only.",
        schema({"path": "", "old": "with enough lines around to be unique", "new": ""}),
    ),
    Tool(
        "create_test",
        "Create the regression test: a new file among the tests, in the style of the others. "
        "It must raise the error of the issue before the change, and pass after it.",
        schema({"path": "", "text": "the whole file"}),
    ),
    Tool(
        "hand_in",
        "Hand in the change. The answer says which check it failed, if it did.",
        schema(
            {"title": "one line, imperative, at most 60 characters", "rationale": "the cause"},
            {"confidence": "between 0 and 1"},
        ),
    ),
    Tool(
        "give_up",
        "Say that no change of this repository is right, and why: that is a good answer too.",
        schema({"reason": "for the person who reads it"}),
    ),
)


class Toolbox:
    """The tools, on one attempt's files."""

    def __init__(self, overlay: Overlay, policy: Policy) -> None:
        self._overlay = overlay
        self._policy = policy
        self._look = Looker(overlay, is_secret, lambda: hash(overlay.edits()))
        self.handed_in: HandedIn | None = None
        self.gave_up: str | None = None
        self.test: str | None = None
        """The regression test, once there is one."""
        self._tools: dict[str, Callable[[Input], str]] = {
            "view": self._look.view,
            "search": self._look.search,
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
        except Misused as error:
            return ToolResult(use.id, str(error), failed=True)

    def _str_replace(self, given: Input) -> str:
        path, old, new = text_of(given, "path"), text_of(given, "old"), text_of(given, "new")
        text = self._writable(path)
        count = text.count(old) if old else 0
        if count != 1:
            msg = f"{path}: the old text stands there {count} times, not once"
            raise Misused(msg)
        self._overlay.write(path, text.replace(old, new))
        return "replaced"

    def _create_test(self, given: Input) -> str:
        path = text_of(given, "path")
        if not is_test(path) or not path.endswith(".py"):
            msg = f"{path}: not among the tests, by its name and folder"
            raise Misused(msg)
        if not self._overlay.is_new(path):
            msg = f"{path}: is there already, and existing tests are read-only"
            raise Misused(msg)
        self._allow(path)
        self._overlay.write(path, text_of(given, "text"))
        self.test = path
        return "created"

    def _hand_in(self, given: Input) -> str:
        if not self._overlay.edits():
            msg = "nothing is changed yet"
            raise Misused(msg)
        confidence = given.get("confidence")
        sure = float(confidence) if isinstance(confidence, int | float) else 0.5
        title, why = text_of(given, "title"), text_of(given, "rationale")
        self.handed_in = HandedIn(title, why, min(1.0, max(0.0, sure)))
        return "handed in"

    def _give_up(self, given: Input) -> str:
        self.gave_up = text_of(given, "reason")
        return "noted"

    def _writable(self, path: str) -> str:
        text = self._look.readable(path)
        if is_test(path) and path != self.test:
            msg = f"{path}: existing tests are read-only"
            raise Misused(msg)
        self._allow(path)
        return text

    def _allow(self, path: str) -> None:
        for reason in wrong_path(path, self._policy):
            msg = f"{path}: {reason}"
            raise Misused(msg)


def is_secret(path: str) -> bool:
    """Whether a model is not shown a file."""
    return _SECRET.denied(path) is not None
