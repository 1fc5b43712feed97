"""A text that is a compact JWS says in its JSON Schema what was signed in it. Pure."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core.core_schema import definitions_schema

MEDIA = "application/jose"
"""RFC 7515, section 9.2.1."""


@dataclass(frozen=True)
class Signed:
    """``Annotated[str, Signed(Report)]``: the payload is a *document*. Whoever reads the text proves the signature; this proves nothing."""

    document: type[BaseModel]

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        # Models are built when they are first needed, and nobody may have needed this one yet.
        self.document.model_rebuild()
        # Wrapped, it becomes a reference to its one definition; bare, the handler would write it out here once more.
        content = handler(definitions_schema(self.document.__pydantic_core_schema__, []))
        return {**handler(core_schema), "contentMediaType": MEDIA, "contentSchema": content}
