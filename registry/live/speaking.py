"""The officer's end of a live voice: what is said goes to the registry as fast as it is spoken, and no faster."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator

import aiohttp

from bundle.errors import Refused, refuse
from registry.live.encoding import Piece
from registry.live.recording import Kept

AHEAD = 0.5
"""Seconds that a recording may run ahead of real time."""
KNOWN_WITHIN = 20.0
"""Seconds until the registry must know the order: the release tree may have to be copied to it first."""


async def speak(url: str, secret: str, pieces: Iterator[Piece], seconds: float) -> Kept:
    """Say *pieces* into the live order at *url* for at most *seconds*, or until SIGINT; what the registry kept of it.

    ``Refused`` when the registry takes nothing.
    """
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "audio/ogg"}
    enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, enough.set)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            await _known(session, url)
            async with session.post(url, data=_paced(pieces, seconds, enough), headers=headers) as answer:
                if answer.status != 200:
                    raise refuse(url, f"HTTP {answer.status}: {(await answer.text())[:200]}", "kiểm tra lệnh và giờ / check order and time")
                return Kept.model_validate_json(await answer.read())
    except aiohttp.ClientError as problem:
        # A microphone that is pulled out breaks the connection: the sentence of the one says more than that of the other.
        raise (problem.__cause__ if isinstance(problem.__cause__, Refused) else _away(url, problem)) from None


async def _known(session: aiohttp.ClientSession, url: str) -> None:
    """Wait until the registry knows the order."""
    said = "không trả lời / no answer"
    try:
        async with asyncio.timeout(KNOWN_WITHIN):
            while True:
                async with session.head(url) as answer:
                    if answer.status == 204:
                        return
                    said = f"HTTP {answer.status}"
                await asyncio.sleep(0.2)
    except TimeoutError:
        what = f"sổ trung tâm chưa biết lệnh này (the registry does not know the order): {said}"
        raise refuse(url, what, "đợi đồng bộ cây phát hành / wait for the release tree") from None


async def _paced(pieces: Iterator[Piece], seconds: float, enough: asyncio.Event) -> AsyncIterator[bytes]:
    now = asyncio.get_running_loop().time
    began = now()
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None and piece.at < seconds and not enough.is_set():
        await asyncio.sleep(max(0.0, began + piece.at - AHEAD - now()))
        if piece.data:
            yield piece.data


def _away(url: str, problem: Exception) -> Refused:
    return refuse(url, f"không nối được sổ trung tâm (the registry cannot be reached): {problem}", "kiểm tra mạng / check the network")
