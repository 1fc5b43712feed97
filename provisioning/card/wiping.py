"""Taking a secret off the boot partition: the file is gone or new, and what it held is overwritten. FAT keeps what is deleted.

A memory card may still keep an older copy of a block where only its own controller reaches it: what was once on it is worth changing.
"""

import os
import stat
from pathlib import Path

from device.durable import replace, sync_folder, write_all


def wipe(path: Path, instead: bytes | None = None) -> None:
    """Put *instead* in the place of *path*, or nothing; then overwrite what it held. Raises ``OSError``.

    Cut off at any step, the file is whole, as it was or as it shall be.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if instead is None:
            path.unlink()
            sync_folder(path.parent)
        else:
            # Its own mode: FAT knows one for all files and refuses any other.
            replace(path, instead, stat.S_IMODE(status.st_mode))
        # Nobody reaches these blocks by a name any more, so that a cut loses nothing; they are free only when this ends.
        os.lseek(descriptor, 0, os.SEEK_SET)
        write_all(descriptor, bytes(status.st_size))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
