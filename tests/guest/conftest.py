"""The emulated guest for these tests: its clean image must be built, and ours packed (``make guest``); it is installed there once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guest.architecture import AMD64, KNOWN, Architecture
from tests.guest.build import present
from tests.guest.commissioned import Commissioned, commission
from tests.guest.debs import Debs, debs
from tests.guest.image import Image
from tests.guest.installed import installed
from tests.guest.machine import CLOCK, Machine
from tests.guest.unit import AMPLIFIER, AUDIO, all_but


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.guest)


@pytest.fixture(scope="session")
def architecture() -> Architecture:
    """``GUEST_ARCHITECTURE`` names another than this machine's."""
    return KNOWN[os.environ.get("GUEST_ARCHITECTURE", AMD64.name)]


@pytest.fixture(scope="session")
def packages(architecture: Architecture) -> Debs:
    return debs(architecture)


@pytest.fixture(scope="session")
def image(architecture: Architecture, packages: Debs) -> Image:
    """A clean Debian on which ours was installed; it has not been started since."""
    return installed(present(architecture), packages)


@pytest.fixture(scope="module")
def machine(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A guest that has just booted, one for each file of tests; of ours, only voice and amplifier start with it."""
    made = Machine(image, tmp_path_factory.mktemp("m"), CLOCK, without=all_but(AMPLIFIER, AUDIO))
    yield made
    made.close()


@pytest.fixture(scope="session")
def handed_over(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commissioned]:
    """A unit that a technician let in and confirmed over the network, switched off; the registry goes on."""
    made = commission(image, tmp_path_factory.mktemp("c"))
    yield made
    made.central.stop()


@pytest.fixture(scope="module")
def commissioned(handed_over: Commissioned) -> Commissioned:
    """That unit and its registry as the technician left them, for each file of tests anew."""
    handed_over.central.begin_again()
    return handed_over
