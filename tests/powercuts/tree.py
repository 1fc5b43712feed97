"""A file system in memory: what is on it, the steps that change it, and what a card may hold when the power goes between them.

The model is weaker than ext4, so what survives here survives there:
- a sync of a file brings its bytes and its length to the card, and no name; a sync of a folder brings the names in it, and nothing else;
- of everything else any part may be there: a name without its bytes, bytes without their name, a late step without an early one;
- a write without a sync may be torn: its first bytes only, or any of its sectors, with zeros where nothing came;
- one step on names is whole or not there: a rename never leaves both names or none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from random import Random

ROOT = 0
SECTOR = 512


@dataclass(frozen=True)
class Make:
    """A new file, folder (*content* is ``None``) or symbolic link (*content* is its target); it has no name yet."""

    node: int
    content: bytearray | str | None


@dataclass(frozen=True)
class Write:
    node: int
    at: int
    data: bytes


@dataclass(frozen=True)
class Size:
    node: int
    size: int


@dataclass(frozen=True)
class Names:
    """In each *folder* the *name* now stands for the *node*, or for nothing; all at once."""

    changes: tuple[tuple[int, str, int | None], ...]


@dataclass(frozen=True)
class Sync:
    node: int


@dataclass(frozen=True)
class Promise:
    number: int


Step = Make | Write | Size | Names | Sync | Promise
Node = bytearray | dict[str, int] | str


@dataclass
class Tree:
    """Folders are dictionaries, files bytes, symbolic links their targets."""

    nodes: dict[int, Node] = field(default_factory=lambda: {ROOT: {}})

    def apply(self, step: Step) -> None:
        match step:
            case Make(node, content):
                self.nodes[node] = {} if content is None else bytearray() if isinstance(content, bytearray) else content
            case Write(node, at, data):
                file = self._file(node)
                file.extend(bytes(max(0, at - len(file))))
                file[at : at + len(data)] = data
            case Size(node, size):
                file = self._file(node)
                file.extend(bytes(max(0, size - len(file))))
                del file[size:]
            case Names(changes):
                for folder, name, node in changes:
                    self._name(folder, name, node)
            case Sync() | Promise():
                pass

    def find(self, path: Sequence[str]) -> int | None:
        node: int | None = ROOT
        for name in path:
            names = self.nodes[node] if node is not None else None
            node = names.get(name) if isinstance(names, dict) else None
        return node

    def put_into(self, folder: Path, node: int = ROOT) -> None:
        """Make real files of it."""
        names = self.nodes[node]
        assert isinstance(names, dict)
        for name, below in names.items():
            content, path = self.nodes[below], folder / name
            if isinstance(content, dict):
                path.mkdir()
                self.put_into(path, below)
            elif isinstance(content, str):
                path.symlink_to(content)
            elif not name.endswith("-shm"):  # shared memory of SQLite, which is not on the card and made anew
                path.write_bytes(content)

    def _file(self, node: int) -> bytearray:
        found = self.nodes[node]
        assert isinstance(found, bytearray)
        return found

    def _name(self, folder: int, name: str, node: int | None) -> None:
        names = self.nodes[folder]
        assert isinstance(names, dict)
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


class Keeps(Enum):
    """What the card kept of that which was not synced."""

    NOTHING = auto()
    EVERYTHING = auto()
    NAMES = auto()
    BYTES = auto()
    ANY = auto()
    ANY_TORN = auto()


def after_cut(steps: Sequence[Step], keeps: Keeps, draw: Random) -> Tree:
    """What is on the card when the power goes after *steps*."""
    tree = Tree()
    safe = _safe(steps)
    for number, step in enumerate(steps):
        for left in [step] if safe[number] else _left_of(step, keeps, draw):
            tree.apply(left)
    return tree


def promised(steps: Sequence[Step]) -> int:
    """How much had been promised by then."""
    return max((step.number for step in steps if isinstance(step, Promise)), default=0)


def _safe(steps: Sequence[Step]) -> list[bool]:
    """Of each step, whether a later sync brought it to the card."""
    synced: set[int] = set()
    found: list[bool] = []
    for step in reversed(steps):
        match step:
            case Sync(node):
                synced.add(node)
                found.append(True)
            case Write(node) | Size(node):
                found.append(node in synced)
            case Names(changes):
                found.append(any(folder in synced for folder, _, _ in changes))
            case Make() | Promise():
                found.append(True)
    return found[::-1]


def _left_of(step: Step, keeps: Keeps, draw: Random) -> Iterator[Step]:
    match keeps:
        case Keeps.NOTHING:
            return
        case Keeps.EVERYTHING:
            yield step
        case Keeps.NAMES | Keeps.BYTES:
            if isinstance(step, Names) == (keeps is Keeps.NAMES):
                yield step
        case Keeps.ANY:
            if draw.random() < 0.5:
                yield step
        case Keeps.ANY_TORN:
            yield from _torn(step, draw) if isinstance(step, Write) else _left_of(step, Keeps.ANY, draw)


def _torn(write: Write, draw: Random) -> Iterator[Step]:
    if draw.random() < 0.5:
        yield Write(write.node, write.at, write.data[: draw.randint(0, len(write.data))])
        return
    begins = [0, *range(SECTOR - write.at % SECTOR, len(write.data), SECTOR)]
    for begin, end in zip(begins, [*begins[1:], len(write.data)], strict=True):
        if draw.random() < 0.5:
            yield Write(write.node, write.at + begin, write.data[begin:end])
