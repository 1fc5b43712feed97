"""The amplifier program on pins in memory that a test can touch: the real loop in a thread, its stop switch at hand."""

import socket
import threading

from gpiozero.pins.mock import MockFactory, MockPin

from audio.amplifier.main import serve
from audio.amplifier.request import Ask, Request, pack, reply
from device.clock import make_clock
from device.durable import replace
from device.inputs import Damaged, Reset, contact, read_inputs, read_latch
from device.journal import read
from device.settings import InputSettings, Settings, StopSwitch
from device.sockets import address
from device.status import read_status
from device.watchdog import Watchdog
from evidence.records import StoppedOnSite, Switched
from tests.audio.conftest import until

LINE, SWITCH = 17, 26


class Switchboard:
    """A unit with one active-low line and a switch whose sensing contact opens when it is pressed."""

    def __init__(self, paths, settings, breaks_supply=True):
        self.paths = paths
        switch = StopSwitch(pin=SWITCH, active_high=True, breaks_supply=breaks_supply)
        self.settings = settings.model_copy(update={"inputs": InputSettings(kill=switch)})
        self.clock = make_clock(self.settings, paths)
        self.factory, self.pressed = MockFactory(), False
        self.thread = self.failure = None

    def start(self):
        """The program, as after power came back: its pins are new, the switch stands as it was left."""
        self.factory, self.end, self.failure = MockFactory(pin_class=self._wired()), threading.Event(), None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        until(lambda: self.paths.amplifier_socket.exists() or self.failure, "the amplifier's socket")
        return self

    def _wired(self):
        """A pin that has the switch behind it already when the program asks for its pull-up."""
        board = self

        class Wired(MockPin):
            def _set_pull(self, value):
                super()._set_pull(value)
                if value == "up":
                    self._change_state(board.pressed)

        return Wired

    def _run(self):
        try:
            serve(self.paths, self.settings, self.clock, self.end, self.factory, Watchdog(None))
        except BaseException as problem:
            self.failure = problem

    def stop(self):
        if self.thread:
            self.end.set()
            self.thread.join(10)
            self.thread = None

    def press(self):
        self.pressed = True
        self._drive()

    def release(self):
        self.pressed = False
        self._drive()

    def _drive(self):
        pin = self.factory.pin(SWITCH)
        # Open, the pull-up holds the pin high; closed, it is joined to ground.
        pin.drive_high() if self.pressed else pin.drive_low()

    def ask(self, ask, activation=0, emergency=False):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as link:
            link.settimeout(5)
            with address(self.paths.amplifier_socket) as where:
                link.connect(where)
            link.send(pack(Request(ask, activation, emergency)))
            return reply(link.recv(4096)).lines["horn"]

    def ever_on(self):
        """Whether the line's pin was ever driven to its active level since the program began."""
        # The first entry is the pin before anybody asked for it.
        return any(not entry.state for entry in self.factory.pin(LINE).states[1:])

    def reset(self, count, person="Lò Thị Mây"):
        """What provisioning writes when a duty holder has proven who they are."""
        record = Reset(count=count, person=person, at=self.clock.now().stamp())
        replace(self.paths.stop_reset, record.model_dump_json().encode())

    def stops(self):
        """The stops in the journal: (number, whether it holds, who let go)."""
        return [(s.count, s.stopped, s.person) for s in read(self.paths.journal("amplifier")) if isinstance(s, StoppedOnSite)]

    def switched(self):
        return [line for line in read(self.paths.journal("amplifier")) if isinstance(line, Switched)]

    def latched(self):
        try:
            latch = read_latch(self.paths)
        except Damaged:
            return None
        return (latch.count, latch.stopped) if latch else None

    def contact(self):
        return contact(read_inputs(self.paths), self.clock.now())

    def reasons(self):
        status = read_status(self.paths, "amplifier")
        return status.reasons if status else ()


__all__ = ["Ask", "Settings", "Switchboard"]
