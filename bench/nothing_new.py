"""One check with nothing new in a process of its own, so that its processor time and its memory are its own: ours, or python-tuf's."""

import asyncio
import importlib
import json
import resource
import sys
from pathlib import Path

from tuf.ngclient import Updater, UpdaterConfig


def main(whose: str, url: str, folder: Path, channels: tuple[str, ...]) -> None:
    """Check once at *url* with what lies in *folder*, and print seconds of processor time and peak memory in MB."""
    if whose == "ours":
        for name in ("agent.pull", "agent.registry"):
            importlib.import_module(name)
        before = _cpu()
        asyncio.run(_ours(url, folder, channels))
    else:
        before = _cpu()
        config = UpdaterConfig(snapshot_max_length=10_000_000, targets_max_length=10_000_000)
        Updater(str(folder), f"{url}/content/metadata/{whose}/", config=config, bootstrap=(folder / "first.json").read_bytes()).refresh()
    print(json.dumps({"cpu": _cpu() - before, "rss": _peak()}))


async def _ours(url: str, folder: Path, channels: tuple[str, ...]) -> None:
    """What the poll and the channels' watches do."""
    from aiohttp import ClientSession

    from agent.pull import Checked, HttpSource, check_channel, held_timestamp
    from agent.registry import RegistryLink
    from device.paths import Paths
    from director.moment import Moment
    from evidence.records import ClockState
    from tests.simulators.publisher import START

    paths, moment, root = Paths(folder), Moment(START, ClockState.TRUSTED, "bench", 1.0), (folder / "first.json").read_bytes()
    async with ClientSession() as http:
        held = {channel: raw for channel in channels if (raw := held_timestamp(paths, channel))}
        newest = await RegistryLink(http, url).check(channels, held)
        source = HttpSource(http, f"{url}/content")
        for channel in channels:
            found = await check_channel(source, paths, channel, root, moment, timestamp=newest[channel])
            assert found == Checked(channel), found


def _peak() -> float:
    """The peak of this program alone; ``ru_maxrss`` also remembers the parent that it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), tuple(sys.argv[4:]))
