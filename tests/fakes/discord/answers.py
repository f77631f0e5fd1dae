"""Write the answers of the fake's REST server: rate-limit headers, errors, refusals."""

import json
from typing import Any

from aiohttp import web

Body = dict[str, Any]


class Refused(Exception):  # noqa: N818 - what the fake says no with
    """An error answer: status, Discord's code, and what is wrong."""

    def __init__(self, status: int, code: int, message: str, faults: list[str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Body = {"code": code, "message": message}
        if faults:
            errors = [{"code": "BASE_TYPE_BAD_LENGTH", "message": fault} for fault in faults]
            self.body["errors"] = {"_errors": errors}


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with JSON; Discord's content type carries no charset."""
    given = {"Via": "1.1 google", **(headers or {})}
    if body is None:
        return web.Response(status=204, headers=given)
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json", headers=given)


def malformed(faults: list[str]) -> Refused:
    """Refuse a form with code 50035."""
    return Refused(400, 50035, "Invalid Form Body", faults)


def unknown(what: str, code: int) -> Refused:
    """Refuse what doesn't exist."""
    return Refused(404, code, f"Unknown {what}")


def no_access() -> Refused:
    """Refuse what the bot can't see."""
    return Refused(403, 50001, "Missing Access")


def no_permission() -> Refused:
    """Refuse what the bot may not do."""
    return Refused(403, 50013, "Missing Permissions")
