"""One publisher at a time for each channel: roles have versions of their own, but all share the snapshot's and timestamp's."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from bundle.errors import refuse
from registry.trust.site import Site

PATIENCE = 30.0
LOOK_AGAIN = 0.02

_held: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())


@contextmanager
def publishing(site: Site, channel: str, patience: float = PATIENCE) -> Iterator[None]:
    """Whoever reads the state of *channel* to write the next one holds this; within it, it may be asked for again.

    ``Refused`` when somebody else holds it for longer than *patience* seconds. It is a lock on the channel's own folder:
    the kernel drops it when its holder dies, and no file is left behind in a tree that anybody may copy.
    """
    folder = site.metadata(channel, "timestamp").parent.resolve()
    if folder in _held.get():
        yield
        return
    descriptor = _open(folder, channel)
    try:
        _wait(descriptor, channel, patience)
        token = _held.set(_held.get() | {folder})
        try:
            yield
        finally:
            _held.reset(token)
    finally:
        os.close(descriptor)


def _open(folder: Path, channel: str) -> int:
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise refuse(
            channel, "không có kênh này trong cây phát hành (not in the release tree)", "chạy `bangtin publish keys` trước / run it first"
        ) from None


def _wait(descriptor: int, channel: str, patience: float) -> None:
    never = threading.Event()
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise refuse(
                    channel,
                    f"lệnh khác đang phát hành kênh này hơn {patience:.0f} giây (another command has been publishing here)",
                    "chờ nó xong hoặc dừng nó rồi thử lại / wait for it or end it, then try again",
                ) from None
            never.wait(LOOK_AGAIN)
        else:
            return
