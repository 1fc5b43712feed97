"""The support bundle: one small archive for the help desk, without any secret, to be sent by Zalo or e-mail."""

import gzip
import io
import tarfile

from device.paths import Paths
from director.moment import Moment
from provisioning.service.gathering import MOST_OF_A_FILE, gathered
from provisioning.service.secrets import secrets, struck

MOST = 2_000_000
"""Bytes of the archive: what a telephone sends without asking."""
_FRAME = 4096
"""Bytes that tar and gzip add to a file at most."""
README = """Gói hỗ trợ của một thiết bị bảng tin: không có khóa, mật khẩu hay PIN. Gửi tệp này cho bàn hỗ trợ.
Support bundle of one bangtin unit: no key, passphrase or PIN is in it. Send this file to the help desk.
"""


def support(paths: Paths, moment: Moment) -> bytes:
    """The archive (.tar.gz), at most ``MOST`` bytes."""
    known, left = secrets(paths), MOST
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as archive:
        for name, text in (("README.txt", README), *gathered(paths, moment)):
            data = struck(text, known).encode()[-MOST_OF_A_FILE:]
            left -= len(data) + _FRAME
            # However badly it compresses; the oldest last words come last.
            if left < 0:
                break
            entry = tarfile.TarInfo(f"bangtin-support/{name}")
            entry.size, entry.mtime, entry.mode = len(data), max(0, int(moment.wall.timestamp())), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def file_name(unit: str, moment: Moment) -> str:
    """How it is called when it is saved."""
    return f"bangtin-{unit}-{moment.wall:%Y%m%d-%H%M}.tar.gz"
