"""The JSON Schema of every signed document, for those who write one without our publisher."""

import json

from bundle.alert import AlertSet
from bundle.base import Model
from bundle.manifest import Bundle
from bundle.orders import Orders
from bundle.policy import Policy, StopList
from bundle.software import Release

DOCUMENTS: dict[str, type[Model]] = {
    "bundle": Bundle,
    "alerts": AlertSet,
    "ops": Orders,
    "policy": Policy,
    "stop": StopList,
    "software": Release,
}


def schema_files() -> dict[str, str]:
    """The text of each schema by the name of its file in ``docs/schema/``; the same for the same models."""
    return {f"{name}.schema.json": _text(model) for name, model in DOCUMENTS.items()}


def _text(model: type[Model]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
