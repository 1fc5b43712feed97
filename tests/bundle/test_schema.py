"""The schemas in docs are those of the models."""

import json
from pathlib import Path

import pytest

from bundle.schema import schema_files

FOLDER = Path(__file__).parents[2] / "docs" / "schema"


@pytest.mark.parametrize("name", sorted(schema_files()))
def test_the_written_schema_is_current(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text == schema_files()[name], "run .venv/bin/python docs/schema/write.py"
    assert json.loads(text)["additionalProperties"] is False


def test_nothing_else_lies_there():
    assert {path.name for path in FOLDER.glob("*.json")} == {*schema_files(), "openapi.json"}
