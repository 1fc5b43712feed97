"""Waiting for sticks: the kernel says when its list of mounts changed, and nothing is polled."""

import asyncio
import os
import select
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from agent.courier.mounts import Mount, read_mounts, sticks

MOUNTS = Path("/proc/self/mountinfo")


async def plugged(folders: tuple[str, ...], mounts: Path = MOUNTS) -> AsyncIterator[tuple[Mount, ...]]:
    """The sticks below *folders*: those that are there now, and the new list each time it changes."""
    changed = asyncio.Event()
    loop = asyncio.get_running_loop()
    descriptor = os.open(mounts, os.O_RDONLY | os.O_CLOEXEC)
    waiting = select.epoll()
    try:
        # A change is announced as an exceptional condition, which asyncio cannot ask for: but an epoll can itself be waited on.
        waiting.register(descriptor, select.EPOLLPRI | select.EPOLLERR)

        def told() -> None:
            waiting.poll(0)
            changed.set()

        loop.add_reader(waiting.fileno(), told)
        before: tuple[Mount, ...] | None = None
        while True:
            changed.clear()
            now = sticks(read_mounts(_whole(descriptor)), folders)
            if now != before:
                before = now
                yield now
            await changed.wait()
    finally:
        with suppress(OSError, ValueError):
            loop.remove_reader(waiting.fileno())
        waiting.close()
        os.close(descriptor)


def _whole(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    found = bytearray()
    while chunk := os.read(descriptor, 1 << 16):
        found += chunk
    return found.decode("utf-8", "surrogateescape")
