"""Permits on a courier's stick: for units that never see the network, signed as those that do."""

from contextlib import suppress
from pathlib import Path, PurePosixPath

from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.permit import PERMITS
from registry.fleet.stick_files import put
from registry.rollout.keeping import permits


async def write_permits(connection: AsyncConnection, stick: Path, signing: bytes) -> tuple[str, ...]:
    """Write the newest permit of each channel onto the mounted *stick*; the channels. What cannot be written is left out."""
    written = []
    for channel, (_, token) in sorted((await permits(connection, signing)).items()):
        folder = stick / PurePosixPath(PERMITS)
        with suppress(OSError):
            folder.parent.mkdir(exist_ok=True)
            put(folder, f"{channel}.jws", token.encode())
            written.append(channel)
    return tuple(written)
