"""A proxy on loopback that counts what goes through it, in both directions."""

import asyncio
import builtins
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
    requests: int = 0
    heads: int = 0

    @property
    def body(self) -> int:
        """What followed the heads of the answers; exact as long as each head comes in one piece, as on loopback."""
        return self.received - self.heads

    @property
    def bytes(self) -> int:
        """Both directions."""
        return self.sent + self.received

    def clear(self) -> None:
        """Start to count again."""
        self.sent = self.received = self.requests = self.heads = 0

    def saw(self, direction: str, chunk: builtins.bytes) -> None:
        """Count a piece of one direction."""
        if direction == "sent":
            self.sent += len(chunk)
            self.requests += chunk.startswith((b"GET ", b"POST "))
        else:
            self.received += len(chunk)
            if chunk.startswith(b"HTTP/1."):
                self.heads += chunk.index(b"\r\n\r\n") + 4


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
            counter.saw(direction, chunk)
            writer.write(chunk)
            await writer.drain()
    writer.close()
