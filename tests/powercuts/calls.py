"""The steps that a real process took on its card, read from what strace saw of its file-system calls."""

import posixpath
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from tests.powercuts.tree import ROOT, Make, Names, Promise, Size, Step, Sync, Tree, Write

NAMES = "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat"
BYTES = "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,lseek,truncate,ftruncate,fallocate,sendfile,copy_file_range"
SYNCS = "fsync,fdatasync,sync_file_range,msync,syncfs"

_CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+|\?)(.*)$", re.DOTALL)
_UNFINISHED = re.compile(r"^(\d+) +(\w+\(.*?),? <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
_END_OR_SIGNAL = re.compile(r"^\d+ +(\+\+\+|---) ")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FILE = re.compile(r"^(-?\d+|AT_FDCWD)(?:<((?:\\x[0-9a-f]{2})*)>)?(\(deleted\))?")


def record(command: list[str], card: Path, house: Path, log: Path) -> list[Step]:
    """Run a program to its end, and return the steps that it took below *card*."""
    strace = ["strace", "-f", "-y", "-xx", "-s", "10000000", "-e", f"trace={NAMES},{BYTES},{SYNCS}", "-o", str(log)]
    done = subprocess.run([*strace, sys.executable, *command], cwd=house, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr
    with log.open(encoding="ascii") as lines:
        return Recording(card).read(lines)


def whole_lines(lines: Iterable[str]) -> Iterator[str]:
    """A call that another thread interrupted counts when it returns."""
    begun: dict[str, str] = {}
    for line in (line.rstrip("\n") for line in lines):
        if found := _UNFINISHED.match(line):
            begun[found[1]] = found[2]
        elif found := _RESUMED.match(line):
            yield f"{found[1]} {begun.pop(found[1])}{found[2] if found[2].startswith((')', ',')) else ', ' + found[2].lstrip()}"
        else:
            yield line


def text(argument: str) -> bytes:
    found = _STRING.fullmatch(argument)
    assert found, f"not the whole text: {argument:.80}"
    return bytes.fromhex(found[1].replace("\\x", ""))


class Recording:
    """Follows the calls with a tree as it is in the program's eyes. A call on the card that it cannot follow is an error."""

    def __init__(self, card: Path) -> None:
        self._card = str(card)
        self._tree = Tree()
        self._steps: list[Step] = []
        self._fresh = count(ROOT + 1)
        self._position: dict[str, int | None] = {}
        self._said = b""

    def read(self, lines: Iterable[str]) -> list[Step]:
        for line in whole_lines(lines):
            if _END_OR_SIGNAL.match(line):
                continue
            found = _CALL.match(line)
            assert found, f"strace said: {line:.200}"
            if found[3].isdecimal():  # else it failed, or the process ended in it
                self._call(found[1], found[2].split(", "), int(found[3]), found[4])
        return self._steps

    def _call(self, name: str, arguments: list[str], result: int, rest: str) -> None:
        if name == "write" and arguments[0].split("<")[0] == "1":
            self._say(text(arguments[1]))
            return
        if name in ("openat", "open", "creat"):
            self._open(name, arguments, result, rest)
        elif name in NAMES.split(","):
            self._change_names(name, arguments)
        elif (node := self._opened(arguments[0])) is not None:
            self._change_bytes(name, node, arguments, result)

    def _say(self, said: bytes) -> None:
        *whole, self._said = (self._said + said).split(b"\n")
        self._steps += [Promise(int(number)) for number in whole]

    def _open(self, name: str, arguments: list[str], result: int, rest: str) -> None:
        found = _FILE.match(f"{result}{rest}")
        path = self._below(text(f'"{found[2]}"').decode()) if found and found[2] else None
        if path is None:
            return
        flags = arguments[{"openat": 2, "open": 1}[name]]
        assert "O_TMPFILE" not in flags, flags
        self._position[str(result)] = None if "O_APPEND" in flags else 0
        node = self._tree.find(path)
        if node is None:
            self._make(path, bytearray())
        elif "O_TRUNC" in flags:
            self._take(Size(node, 0))

    def _change_bytes(self, name: str, node: int, arguments: list[str], result: int) -> None:
        file = _FILE.match(arguments[0])
        assert file
        match name:
            case "write":
                self._append(node, file[1], text(arguments[1])[:result])
            case "sendfile" | "copy_file_range":
                self._append(node, file[1], self._copied(name, arguments, result))
            case "pwrite64":
                self._take(Write(node, int(arguments[3]), text(arguments[1])[:result]))
            case "ftruncate":
                self._take(Size(node, int(arguments[1])))
            case "fsync" | "fdatasync":
                self._take(Sync(node))
            case "lseek":
                if self._position.get(file[1]) is not None:
                    self._position[file[1]] = result
            case _:
                raise NotImplementedError(f"{name} on the card")

    def _append(self, node: int, file: str, data: bytes) -> None:
        content, position = self._tree.nodes[node], self._position[file]
        at = len(content) if position is None else position
        self._take(Write(node, at, data))
        if position is not None:
            self._position[file] = at + len(data)

    def _copied(self, name: str, arguments: list[str], result: int) -> bytes:
        source = self._opened(arguments[{"sendfile": 1, "copy_file_range": 0}[name]])
        assert name == "sendfile", "copy_file_range on the card"
        assert source is not None, "what comes from elsewhere was not seen"
        content = self._tree.nodes[source]
        assert isinstance(content, bytearray)
        begin = int(arguments[2].split("]")[0].removeprefix("["))
        return bytes(content[begin : begin + result])

    def _change_names(self, name: str, arguments: list[str]) -> None:
        match name:
            case "mkdir" | "mkdirat":
                if path := self._path(arguments, 1)[0]:
                    self._make(path, None)
            case "symlink" | "symlinkat":
                if path := self._path(arguments[1:], 1)[0]:
                    self._make(path, text(arguments[0]).decode())
            case "unlink" | "unlinkat" | "rmdir":
                if path := self._path(arguments, 1)[0]:
                    self._take(Names((self._entry(path, None),)))
            case _:
                source, target = self._path(arguments, 2)
                assert (source is None) == (target is None), "nothing moves onto the card or off it"
                if source and target:
                    node = self._tree.find(source)
                    gone = () if name.startswith("link") else (self._entry(source, None),)
                    self._take(Names((*gone, self._entry(target, node))))

    def _make(self, path: tuple[str, ...], content: bytearray | str | None) -> None:
        node = next(self._fresh)
        self._take(Make(node, content))
        self._take(Names((self._entry(path, node),)))

    def _entry(self, path: tuple[str, ...], node: int | None) -> tuple[int, str, int | None]:
        folder = self._tree.find(path[:-1])
        assert folder is not None, path
        return folder, path[-1], node

    def _take(self, step: Step) -> None:
        self._tree.apply(step)
        self._steps.append(step)

    def _opened(self, argument: str) -> int | None:
        """The node behind an open file; ``None`` when it is not on the card, or has no name any more."""
        found = _FILE.match(argument)
        if not found or not found[2] or found[3]:
            return None
        path = self._below(text(f'"{found[2]}"').decode())
        return None if path is None else self._tree.find(path)

    def _path(self, arguments: list[str], many: int) -> list[tuple[str, ...] | None]:
        """The first *many* paths among *arguments*, each with the folder before it that it starts from."""
        found: list[tuple[str, ...] | None] = []
        start = ""
        for argument in arguments:
            if argument.startswith('"'):
                found.append(self._below(posixpath.join(start, text(argument).decode())))
            elif folder := _FILE.match(argument):
                start = text(f'"{folder[2] or ""}"').decode()
        return found[:many]

    def _below(self, path: str) -> tuple[str, ...] | None:
        path = posixpath.normpath(path)
        if path != self._card and not path.startswith(self._card + "/"):
            return None
        return tuple(path[len(self._card) + 1 :].split("/")) if path != self._card else ()
