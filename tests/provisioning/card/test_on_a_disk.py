"""What left the boot partition is not on the disk below it any more: looked for in the raw blocks, after it was unmounted."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from device.paths import Paths
from provisioning.card.taking import take_over
from tests.provisioning.card.conftest import NOW, Field

WORDS = b"mua-xuan-cua-thon-2026"


def known(system: str) -> bool:
    return f"\t{system}\n" in Path("/proc/filesystems").read_text() and shutil.which(f"mkfs.{system}") is not None


@pytest.mark.skipif(os.geteuid() != 0, reason="to mount takes root")
@pytest.mark.parametrize("system", ["vfat", "ext4"])
def test_neither_passphrase_nor_key_is_left_in_any_block(system: str, tmp_path: Path) -> None:
    if not known(system):
        pytest.skip(f"this kernel knows no {system}, or there is no mkfs.{system}")
    image, boot = tmp_path / "disk", tmp_path / "unit/boot"
    boot.mkdir(parents=True)
    with image.open("wb") as file:
        file.truncate(48 << 20)
    subprocess.run([f"mkfs.{system}", str(image)], check=True, capture_output=True)
    subprocess.run(["mount", "-o", "loop", "-t", system, str(image), str(boot)], check=True)
    try:
        unit = Field(Paths(tmp_path / "unit"))
        unit.put()
        unit.put_toml(f'wifi = {{ ssid = "thôn", passphrase = "{WORDS.decode()}" }}\n' + "# ghi chú\n" * 300)
        os.sync()
        secret = unit.key.splitlines()[1]
        raw = image.read_bytes()
        assert WORDS in raw
        assert secret in raw
        take_over(unit.paths, NOW)
    finally:
        subprocess.run(["umount", str(boot)], check=True)
    raw = image.read_bytes()
    assert WORDS not in raw
    assert secret not in raw
    assert b"# ghi ch" in raw, "the rest is still there"
