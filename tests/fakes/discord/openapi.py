"""Check requests against Discord's OpenAPI document, where its path is given."""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE = "PAPERBOY_DISCORD_OPENAPI"

Body = dict[str, Any]


class OpenApi:
    """Know every route and the form of its body."""

    def __init__(self, document: Body) -> None:
        from jsonschema import Draft202012Validator
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        resource = DRAFT202012.create_resource(document)
        self._registry = Registry().with_resource("urn:discord", resource)
        self._validator = Draft202012Validator
        self._routes = [_route(path, document["paths"][path]) for path in document["paths"]]
        self.checked = 0

    def faults(self, method: str, path: str, body: object) -> list[str]:
        """Return what the document has against a request, empty where nothing."""
        self.checked += 1
        for pattern, template, methods in self._routes:
            if method.lower() in methods and pattern.fullmatch(path):
                return self._body_faults(template, method.lower(), methods[method.lower()], body)
        return [f"{method} {path} is no route of Discord's"]

    def _body_faults(self, template: str, method: str, operation: Body, body: object) -> list[str]:
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            return [] if body is None else [f"{method} {template} takes no body"]
        errors = self._schema(template, method).iter_errors(body)
        return [f"{method} {template} at {error.json_path}: {error.message[:300]}" for error in errors]

    @cache  # noqa: B019 - one instance lives as long as the tests
    def _schema(self, template: str, method: str) -> Any:
        pointer = "/".join(("paths", _escaped(template), method, "requestBody/content", "application~1json", "schema"))
        return self._validator({"$ref": f"urn:discord#/{pointer}"}, registry=self._registry)


def from_environment() -> OpenApi | None:
    """Read the document named by the environment; None where there is none."""
    path = os.environ.get(VARIABLE)
    return _load(Path(path)) if path else None


@cache
def _load(path: Path) -> OpenApi:
    return OpenApi(json.loads(path.read_text("utf-8")))


def _route(path: str, methods: Body) -> tuple[re.Pattern[str], str, Body]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}|\{[^}]*\}", "[^/]+", re.escape(path))), path, methods


def _escaped(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
