"""The emulated guest for these tests: its image must be built (``make guest``), the checkout goes in as a disk of its own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.guest.build import Image, present
from tests.guest.machine import Machine
from tests.guest.product import product_disk
from tests.simulators.publisher import START

CLOCK = START + timedelta(hours=1)
"""The guest lives at the date of the test's publisher: nothing in it is shifted."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.guest)


@pytest.fixture(scope="session")
def image() -> Image:
    return present()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return product_disk(tmp_path_factory.mktemp("product"))


@pytest.fixture(scope="module")
def machine(image: Image, product: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A guest that has just booted, one for each file of tests."""
    made = Machine(image, product, tmp_path_factory.mktemp("m"), CLOCK)
    yield made
    made.close()
