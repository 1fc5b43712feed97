"""Journal lines that wait in RAM for the card: a killed program finds them again, a power cut takes them, and the card is spared."""

from pathlib import Path

from device.durable import make_folder, sync_folder


class Waiting:
    """The lines of one journal in *folder*, as one segment named by the number of its first line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)
        self._path = min(folder.glob("*.seg"), default=None)

    @property
    def first(self) -> int | None:
        """The number of the first line that waits."""
        return int(self._path.stem) if self._path else None

    def add(self, frame: bytes, number: int) -> None:
        """One more line. Raises ``OSError`` when there is no room."""
        path = self._path or self.folder / f"{number:08d}.seg"
        with path.open("ab") as file:
            file.write(frame)
        self._path = path

    def all(self) -> bytes:
        """Every frame that waits."""
        return self._path.read_bytes() if self._path else b""

    def clear(self) -> None:
        """They are in the card's file now, or of no use any more."""
        if self._path:
            self._path.unlink(missing_ok=True)
        self._path = None


def lead_to(link: Path, folder: Path) -> None:
    """Make the name *link* lead to *folder*, so that whoever reads a journal finds its lines in RAM too."""
    if link.is_symlink() and link.readlink() == folder:
        return
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder)
    fresh.rename(link)
    sync_folder(link.parent)
