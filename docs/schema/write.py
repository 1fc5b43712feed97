"""Writes the schemas beside this file again: ``.venv/bin/python docs/schema/write.py`` after a change of the models."""

from pathlib import Path

from bundle.schema import schema_files
from registry.web.openapi import document_text

for name, text in {**schema_files(), "openapi.json": document_text()}.items():
    (Path(__file__).parent / name).write_text(text, encoding="utf-8")
