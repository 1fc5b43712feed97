"""``GET /openapi.json``: the doors for machines as OpenAPI 3.1, made of what stands beside each route and of its models."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from itertools import groupby
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, TypeAdapter

from registry.web import check, content, enrolling, health, hints, live, reporting
from registry.web.alerts import posting
from registry.web.operations import JSON, Answer, Body, Operation, Parameter, Secret

OWN = Operation("GET", "/openapi.json", "Tài liệu này / this document", (Answer(200, "OpenAPI 3.1", dict[str, Any]),))
OPERATIONS: tuple[Operation, ...] = (
    *(each for part in (reporting, enrolling, check, hints, posting, content, live, health) for each in part.OPERATIONS),
    OWN,
)
_ABOUT = "Các cửa cho máy của sổ trung tâm / the registry's doors for machines. docs/api.md"
_SECRETS = {
    Secret.SOURCE: "mã của một nguồn đã kê / the token of a listed source",
    Secret.SPEAKER: "mã mà lệnh nói trực tiếp đã ký giữ băm / the secret whose hash stands in the signed live order",
}
_REFERENCE = "#/components/schemas/{model}"

routes = web.RouteTableDef()


@routes.get(OWN.path)
async def openapi(_: web.Request) -> web.Response:
    """The document, the same for everybody."""
    return web.Response(text=document_text(), content_type=JSON, headers={"Cache-Control": "no-cache"})


@cache
def document_text() -> str:
    """The document as it is served, and written to ``docs/schema/openapi.json``."""
    return json.dumps(document(OPERATIONS), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """OpenAPI 3.1 of *operations*."""
    listed = sorted(operations, key=lambda each: (each.path, each.method))
    schemas = _Schemas(listed)
    paths = {
        path: {each.method.lower(): _operation(each, schemas) for each in methods}
        for path, methods in groupby(listed, key=lambda each: each.path)
    }
    secrets = {name.value: {"type": "http", "scheme": "bearer", "description": what} for name, what in _SECRETS.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "bangtin", "version": version("bangtin"), "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": secrets},
    }


Mode = Literal["validation", "serialization"]


class _Schemas:
    """The JSON Schema of every type that *operations* name; models stand once, among the *components*."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        asked = {(repr(kind), mode): kind for operation in operations for kind, mode in _types(operation)}
        inputs = [(key, key[1], TypeAdapter(kind)) for key, kind in asked.items()]
        found, rest = TypeAdapter.json_schemas(inputs, ref_template=_REFERENCE)
        self._found = {key: schema for (key, _), schema in found.items()}
        self.components: dict[str, Any] = rest["$defs"]
        for operation in operations:
            for model in operation.body.documents if operation.body else ():
                # bundle.parse wants the format said, in whatever programs make themselves it is there by itself.
                self._component(model)["required"].append("format")

    def of(self, kind: Any, mode: Mode) -> dict[str, Any]:
        """The schema of *kind*; of what ``Any`` stands for, bytes, it says nothing."""
        return self._found[(repr(kind), mode)]

    def _component(self, model: type[BaseModel]) -> dict[str, Any]:
        name = self.of(model, "validation")["$ref"].rpartition("/")[2]
        component: dict[str, Any] = self.components[name]
        return component


def _types(operation: Operation) -> Iterator[tuple[Any, Mode]]:
    for parameter in operation.parameters:
        yield parameter.type, "validation"
    if operation.body:
        yield operation.body.type, "validation"
        yield from ((model, "validation") for model in operation.body.documents)
    yield from ((answer.type, "serialization") for answers in operation.by_status().values() for answer in answers)


def _operation(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    return {
        "summary": operation.what,
        "responses": {str(status): _answers(answers, schemas) for status, answers in operation.by_status().items()},
        **({"parameters": [_parameter(each, schemas) for each in operation.parameters]} if operation.parameters else {}),
        **({"requestBody": _body(operation.body, schemas)} if operation.body else {}),
        **({"security": [{operation.secret.value: []}]} if operation.secret else {}),
    }


def _parameter(parameter: Parameter, schemas: _Schemas) -> dict[str, Any]:
    return {
        "in": parameter.place.value,
        "name": parameter.name,
        "required": parameter.required,
        "description": parameter.what,
        "schema": schemas.of(parameter.type, "validation"),
    }


def _body(body: Body, schemas: _Schemas) -> dict[str, Any]:
    schema = schemas.of(body.type, "validation")
    return {"required": True, "description": body.what, "content": {media: {"schema": schema} for media in body.media}}


def _answers(answers: list[Answer], schemas: _Schemas) -> dict[str, Any]:
    first = answers[0]
    content = {each.media: {"schema": schemas.of(each.type, "serialization")} for each in answers if each.media}
    headers = {name: {"description": what, "schema": {"type": "string"}} for name, what in (first.headers or {}).items()}
    return {
        "description": "; ".join(dict.fromkeys(each.what for each in answers)),
        **({"content": content} if content else {}),
        **({"headers": headers} if headers else {}),
    }
