"""A proxy on loopback that counts what goes through it, in both directions."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class Counter:
    """Bytes since the last ``clear``, of both directions: everything above TCP. *url* is where the proxy listens."""

    url: str = ""
    sent: int = 0
    received: int = 0

    @property
    def bytes(self) -> int:
        """Both directions."""
        return self.sent + self.received

    def clear(self) -> None:
        """Start to count again."""
        self.sent = self.received = 0


@asynccontextmanager
async def counting(port: int) -> AsyncIterator[Counter]:
    """A counter in front of the server at *port* on this machine."""
    counter = Counter()

    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.create_task(serve(reader, writer)))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pass(reader, up_writer, counter, "sent"), _pass(up_reader, writer, counter, "received"))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        counter.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield counter
        await asyncio.gather(*connections)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counter: Counter, direction: str) -> None:
    # A peer that hangs up ends the connection, and nothing else.
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            setattr(counter, direction, getattr(counter, direction) + len(chunk))
            writer.write(chunk)
            await writer.drain()
    writer.close()
