"""What models cost: dollars for a million tokens, by the beginning of a model's name.

By Anthropic's list prices; `[[price]]` in the settings overrules them.
"""

from __future__ import annotations

INPUT_OUTPUT: dict[str, tuple[float, float]] = {
    "claude-haiku": (1.0, 5.0),
    "claude-sonnet": (3.0, 15.0),
    "claude-opus": (5.0, 25.0),
}
