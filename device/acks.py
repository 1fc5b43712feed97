"""What the registry has of each program's journal: written by the agent, read by the owners of the journals."""

from typing import Literal

from pydantic import ValidationError

from bundle.base import Identifier, Model
from device.durable import replace
from device.own import read_own
from device.paths import Paths


class Acks(Model):
    """The highest line kept by the registry, per program."""

    format: Literal[1] = 1
    kept: dict[Identifier, int]


def read_acks(paths: Paths) -> dict[str, int]:
    """The highest acknowledged line per program; nothing readable acknowledges nothing."""
    try:
        return read_own(Acks, paths.acks).kept
    except (FileNotFoundError, ValidationError):
        return {}


def write_acks(paths: Paths, kept: dict[str, int]) -> None:
    """Keep the acknowledgement durably: owners delete on its word."""
    replace(paths.acks, Acks(kept=kept).model_dump_json().encode())
