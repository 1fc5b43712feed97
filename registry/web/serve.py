"""Running the registry: where it may listen, and how it ends."""

import asyncio
import contextlib
import gc
import ipaddress
import resource
import signal
import socket
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from bundle.errors import refuse
from registry.web.app import make_app
from registry.web.config import Config
from registry.web.metrics import metrics_app
from registry.web.work import WORK


def may_listen(host: str, behind_proxy: bool) -> None:
    """``Refused`` unless *host* is this machine alone, or somebody says that a proxy with TLS stands in front."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback and not behind_proxy:
        raise refuse(
            "--host",
            f"{host} mở trang cho cả mạng mà không mã hoá: mật khẩu và phiên đi trần"
            f" / {host} opens the pages to the network without TLS: passwords and sessions would travel in the open",
            "để 127.0.0.1 sau nginx, hoặc thêm --behind-proxy / keep 127.0.0.1 behind nginx, or add --behind-proxy",
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. ``Refused`` when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as problem:
        raise refuse(
            f"{host}:{port}", f"không mở được cổng / cannot listen: {problem.strerror}", "chọn cổng khác / choose another port"
        ) from None


def make_room() -> None:
    """Let this process hold as many connections as it may: each listener is a descriptor, and the usual limit of 1,024 is too few."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def be_frugal() -> None:
    """Look through what was made since the start, and less often: else a third of the time goes into looking through libraries."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def serve(
    config: Config,
    listening: socket.socket,
    ready: Callable[[str], None],
    metrics: socket.socket | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; *ready* is told the base URL once requests are answered. Without a URL units are told the address.

    On *metrics* the numbers of this process are told to whoever connects.
    """
    make_room()
    host, port = listening.getsockname()[:2]
    base = config.url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    config = replace(config, url=base)
    app = make_app(config)
    runner = web.AppRunner(app, shutdown_timeout=5.0, access_log=None)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        if metrics is not None:
            beside = web.AppRunner(metrics_app(app), access_log=None)
            stack.push_async_callback(beside.cleanup)
            await beside.setup()
            await web.SockSite(beside, metrics).start()
        be_frugal()
        ready(base)
        fallen = asyncio.create_task(app[WORK].fell())
        await asyncio.wait({fallen, asyncio.create_task(ended.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if fallen.done():
            fallen.result()
        fallen.cancel()
