"""OpenTelemetry log records in JSON, as OTLP or as an exporter writes them -> flat fields."""

from __future__ import annotations

from errwatch.parsers.fields import Json

_VALUES = ("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue")
_CAPITAL = ("Timestamp", "SeverityText", "SeverityNumber", "Body", "Attributes", "Resource")
MAX_DEPTH = 8


def is_record(value: Json) -> bool:
    """Whether the object is a log record of OpenTelemetry."""
    return (
        "severityNumber" in value
        or "SeverityText" in value
        or "SeverityNumber" in value
        or ("timeUnixNano" in value and "body" in value)
    )


def flat(value: Json) -> Json:
    """The record with its attributes as plain fields, and its body as `message`."""
    record = {_small(key): inner for key, inner in value.items()}
    attributes = _plain(record.pop("attributes", None))
    body = _plain(record.pop("body", None))
    fields: Json = dict(attributes) if isinstance(attributes, dict) else {}
    if isinstance(body, dict):
        fields.update(body)
    elif body is not None:
        fields["message"] = body
    return {**fields, **record}


def _small(key: str) -> str:
    return key[0].lower() + key[1:] if key in _CAPITAL else key


def _plain(value: object, depth: int = 0) -> object:
    """`{"stringValue": "x"}` -> `x`, a list of keys and values -> an object."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, list) and value and all(_is_pair(one) for one in value):
        return {str(one["key"]): _plain(one.get("value"), depth + 1) for one in value}
    if not isinstance(value, dict):
        return value
    for key in _VALUES:
        if key in value:
            return value[key]
    for key, inner in (("kvlistValue", "values"), ("arrayValue", "values")):
        if isinstance(nested := value.get(key), dict):
            listed = nested.get(inner)
            if key == "kvlistValue":
                return _plain(listed, depth + 1)
            return [_plain(one, depth + 1) for one in listed] if isinstance(listed, list) else None
    return value


def _is_pair(value: object) -> bool:
    return isinstance(value, dict) and "key" in value
