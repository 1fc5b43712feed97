"""The amplifier program: listens for leases on a Unix socket and drives the lines; `run(paths)` until it is told to stop."""

import logging
import os
import selectors
import socket
import threading
from contextlib import closing

from gpiozero.pins import Factory

from audio.amplifier.bank import Bank
from audio.amplifier.bell import Bell
from audio.amplifier.button import open_button
from audio.amplifier.guard import Guard
from audio.amplifier.pins import open_lines
from audio.amplifier.request import MAX_DATAGRAM, Ask, pack, request
from audio.amplifier.safe import remember
from audio.amplifier.senses import open_senses
from audio.amplifier.switch import open_switch, recall
from audio.amplifier.writer import PROGRAM, Writer, is_simulated, rests, status
from bundle.errors import Refused
from device.boottime import boottime
from device.clock import Clock, SystemClock, make_clock
from device.errors import AmplifierLost
from device.paths import Paths
from device.pins import make_factory
from device.settings import Settings, load_settings
from device.sockets import address
from device.status import write_status
from device.stopping import stop_signals
from device.watchdog import Watchdog

RETRY = 0.5
LOOK = 0.5
"""Seconds between looks when nobody asks, no deadline comes and nothing rings."""
log = logging.getLogger(__name__)


def run(paths: Paths) -> int:
    """Drive the lines until SIGTERM or SIGINT; without usable settings or pins say so in the status and keep trying."""
    with stop_signals() as stop, closing(Watchdog.from_environment()) as watchdog:
        while not stop.is_set():
            try:
                settings = load_settings(paths.unit_toml)
                serve(paths, settings, make_clock(settings, paths), stop, make_factory(settings.pins.factory), watchdog)
            except Refused as problem:
                not_ready(paths, SystemClock(paths), tuple(str(complaint) for complaint in problem.complaints), stop)
            except AmplifierLost as problem:
                not_ready(paths, SystemClock(paths), (str(problem),), stop)
            watchdog.fed()
    return 0


def not_ready(paths: Paths, clock: Clock, reasons: tuple[str, ...], stop: threading.Event) -> None:
    """Say why no line can be driven, and wait before trying again."""
    log.warning("%s", "; ".join(reasons))
    write_status(paths, status(clock.now(), reasons, False))
    stop.wait(RETRY)


def serve(paths: Paths, settings: Settings, clock: Clock, stop: threading.Event, factory: Factory, watchdog: Watchdog) -> None:
    """Own lines and inputs until *stop*; the lines are inactive before, after, and whatever is raised between."""
    if not settings.wires:
        raise AmplifierLost("unit.toml không có [[amplifier]] / has no amplifier line")
    rested = rests(paths.journal(PROGRAM), settings, clock.now())
    remember(paths, settings, factory)
    with (
        open_lines(settings, factory) as lines,
        closing(Bell()) as bell,
        open_switch(settings, factory, bell) as switch,
        open_button(settings, factory, bell) as button,
        closing(Writer(paths, clock, settings)) as writer,
        open_senses(settings, lines, factory, bell, writer.hand) as senses,
    ):
        writer.service, writer.unread = button.look(boottime()), (*senses.unread, *button.unread)
        bank = Bank(settings, dict(lines), writer.hand, rested, senses)
        guard = Guard(switch, bank, writer, recall(paths, clock.now()))
        guard.look(boottime())
        writer.start()
        with closing(Server(paths, bank, is_simulated(settings), bell)) as server:
            try:
                while not stop.is_set() and writer.failure is None:
                    ready = server.wait()
                    guard.look(boottime())
                    server.serve(ready)
                    bank.show(writer.alarm, boottime())
                    bank.look(boottime())
                    writer.service, writer.unread = button.look(boottime()), (*senses.unread, *button.unread)
                    watchdog.fed()
            finally:
                bank.stop(boottime())
        if writer.failure is not None:
            raise writer.failure


class Server:
    """The socket: one connection is one holder; the end of a connection releases what it held."""

    def __init__(self, paths: Paths, bank: Bank, simulated: bool, bell: Bell) -> None:
        self._bank, self._simulated, self._bell = bank, simulated, bell
        self._path = paths.amplifier_socket
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Under its name only when it listens: whoever sees it can connect to it.
        new = self._path.with_name(f".{self._path.name}.new")
        new.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with address(new) as where:
            self._listener.bind(where)
        os.chmod(new, 0o660)  # noqa: PTH101 - the socket, before anybody can connect
        self._listener.listen(4)
        new.rename(self._path)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(bell, selectors.EVENT_READ)
        self._held: dict[socket.socket, int] = {}

    def wait(self) -> list[selectors.SelectorKey]:
        """Who asks, as soon as somebody does, an input moves or the next deadline has come; after a while nobody."""
        deadline = self._bank.deadline(boottime())
        ready = self._selector.select(LOOK if deadline is None else min(LOOK, max(0.0, deadline - boottime())))
        return [key for key, _ in ready]

    def serve(self, ready: list[selectors.SelectorKey]) -> None:
        """Do what is due, and what they ask. No file is touched here."""
        self._bank.tick(boottime())
        for key in ready:
            if key.fileobj is self._listener:
                self._admit()
            elif key.fileobj is self._bell:
                self._bell.answer()  # whatever rang it is looked at in this round
            elif isinstance(key.fileobj, socket.socket):
                self._hear(key.fileobj)

    def close(self) -> None:
        """Stop listening."""
        for link in list(self._held):
            self._forget(link)
        self._selector.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _admit(self) -> None:
        link, _ = self._listener.accept()
        link.setblocking(False)
        self._held[link] = 0
        self._selector.register(link, selectors.EVENT_READ)

    def _hear(self, link: socket.socket) -> None:
        try:
            datagram = link.recv(MAX_DATAGRAM)
            if datagram and (asked := request(datagram)):
                if asked.ask is Ask.RENEW:
                    self._held[link] = asked.activation
                link.send(pack(self._bank.answer(asked, boottime(), self._simulated)))
        except BlockingIOError:
            return
        except OSError:
            datagram = b""
        if not datagram:
            self._bank.lose(self._held[link], boottime())
            self._forget(link)

    def _forget(self, link: socket.socket) -> None:
        self._selector.unregister(link)
        del self._held[link]
        link.close()
