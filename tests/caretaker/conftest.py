"""A folder in memory where there is one: dpkg syncs every file, and what is tested here is not the disk."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.caretaker.village import Village
from tests.simulators.debs import deb, version_deb, wheels_deb

MEMORY = Path("/dev/shm")


@pytest.fixture
def in_memory() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bangtin-upgrade-", dir=MEMORY if MEMORY.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def debs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("debs")
    made = {f"wheels-{digest}": wheels_deb(folder, digest) for digest in "ab"}
    made |= {version: version_deb(folder, version, "a") for version in ("1.3.0", "1.4.0", "1.5.0")}
    made |= {f"libdemo-{n}": deb(folder, "libdemo", str(n), {"usr/lib/libdemo": str(n)}) for n in (1, 2, 3)}
    made["1.6.0"] = version_deb(folder, "1.6.0", "b")
    made["1.6.1"] = version_deb(folder, "1.6.1", "nowhere")
    made["1.6.2"] = version_deb(folder, "1.6.2", "a", more="exit 7")
    made["1.6.3"] = deb(folder, "bangtin-1.6.3", "1.6.3", scripts={"postinst": "#!/bin/sh\nexit 3\n"})
    made["1.6.4"] = version_deb(folder, "1.6.4", "a", architecture="arm64")
    return made


@pytest.fixture
def village(in_memory: Path, debs: dict[str, bytes]) -> Village:
    return Village(in_memory, debs)
