"""An event -> what its fingerprint is made of, by the same building blocks."""

from __future__ import annotations

from errwatch.group import fingerprint, template, v1
from errwatch.model.event import Event
from errwatch.model.explanation import Explanation, Ground


def explain(event: Event) -> Explanation:
    name, types = fingerprint(event), tuple(one.type for one in event.exceptions if one.type)
    frames = tuple(tuple(keys) for keys in v1.frame_keys(event.exceptions))
    if any(frames):
        in_app = any(frame.in_app for one in event.exceptions for frame in one.frames)
        ground = Ground.IN_APP_FRAMES if in_app else Ground.ALL_FRAMES
        return Explanation(name, ground, types, frames)
    ground = Ground.TYPES_AND_TEMPLATE if event.exceptions else Ground.TEMPLATE
    return Explanation(name, ground, types, template=template(event.message))
