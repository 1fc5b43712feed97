"""A unit with a boot partition, a clock that stands still, and power that ends at any step."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from device.paths import Paths
from director.moment import Moment
from evidence.card import Card, CardFile
from evidence.records import ClockState
from evidence.signing import new_key
from tests.simulators.cards import MADE, CardMaker

NOW = Moment(MADE + timedelta(days=20), ClockState.TRUSTED, "boot-1", 30.0)


class Cut(BaseException):
    """The power is gone; nobody may catch it."""


@dataclass
class Field:
    """One machine with one memory card, and what the registry prepared for it."""

    paths: Paths
    maker: CardMaker = field(default_factory=CardMaker)
    key: bytes = field(default_factory=new_key)

    def put(self, **changed) -> Card:
        card = self.maker.card(self.key, **changed)
        self.put_file(self.maker.file(card, self.key))
        return card

    def put_file(self, file: CardFile) -> None:
        self.paths.card_json.write_text(file.model_dump_json())

    def put_toml(self, text: str) -> None:
        self.paths.boot_toml.write_text(text, encoding="utf-8", newline="")

    def machine(self, number: str) -> None:
        path = self.paths.root / "proc/device-tree/serial-number"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(number)


@pytest.fixture
def unit(tmp_path: Path) -> Field:
    (tmp_path / "boot/firmware").mkdir(parents=True)
    found = Field(Paths(tmp_path))
    found.machine("10000000abcd")
    return found


class Power:
    """Ends before the n-th step that reaches the card; *steps* counts them."""

    def __init__(self) -> None:
        self.steps, self.ends = 0, 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.ends:
            raise Cut

    def again(self, ends: int = 0) -> None:
        self.steps, self.ends = 0, ends


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> Iterator[Power]:
    power = Power()

    def cutting(module: object, name: str) -> None:
        real = getattr(module, name)

        def step(*args, **more):
            power.step()
            return real(*args, **more)

        monkeypatch.setattr(module, name, step)

    for name in ("fsync", "write", "link"):
        cutting(os, name)
    for name in ("rename", "unlink", "mkdir"):
        cutting(Path, name)
    yield power
    power.again()
