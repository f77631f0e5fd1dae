"""Write JSON as platforms take it: quickly, and whatever people typed."""

import json

import orjson


def to_json(body: object) -> bytes:
    """Return UTF-8 JSON; a lone surrogate, which no UTF-8 holds, becomes a question mark."""
    try:
        return orjson.dumps(body)
    except TypeError:
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
