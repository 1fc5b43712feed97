"""The sound process's side of the lease, with a real socket whose other end the test holds."""

import selectors
import socket

import pytest

from audio.amplifier.request import Ask, LineState, Reply, pack, request
from audio.driver.lease_holder import RENEW_EVERY, LeaseHolder

FAR = 1_000_000


class Program:
    """The amplifier program's end of the socket."""

    def __init__(self, path):
        self.path = path
        self.start()

    def start(self):
        self.path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(self.path))
        self.listener.listen(1)

    def admit(self):
        self.link, _ = self.listener.accept()
        self.link.setblocking(False)

    def asked(self):
        """Everything that was asked since."""
        found = []
        while True:
            try:
                datagram = self.link.recv(4096)
            except BlockingIOError:
                return found
            found.append(request(datagram))

    def die(self):
        self.listener.close()
        self.link.close()


@pytest.fixture
def program(tmp_path):
    made = Program(tmp_path / "amplifier.sock")
    yield made
    made.die()


@pytest.fixture
def told():
    return []


@pytest.fixture
def holder(program, told):
    made = LeaseHolder(program.path, lambda **what: told.append(what))
    made.work(0, 0, 0.0)
    program.admit()
    yield made
    program.die()
    while hears(made):
        pass


def hears(holder):
    """Whether an answer, or the end of the link, was there to be heard."""
    with selectors.DefaultSelector() as selector:
        holder.register(selector)
        ready = selector.select(1.0) if selector.get_map() else []
        if ready:
            holder.hear(selector)
        return bool(ready)


def test_it_renews_only_while_the_device_takes_samples(program, holder):
    program.asked()
    holder.hold(7, emergency=True, lines=("market",))
    for position, now in ((10, 1.0), (10, 2.0), (20, 3.0), (20, 4.0)):
        holder.work(position, FAR, now)
    (first, second) = program.asked()
    assert (first.ask, first.activation, first.emergency, first.lines) == (Ask.RENEW, 7, True, ("market",))
    assert second == first, "twice the device had moved on"
    holder.work(30, FAR, 3.0 + RENEW_EVERY / 2)
    assert not program.asked(), "and never more often than needed"


def test_it_gives_the_activation_up_when_the_last_sample_has_left(program, holder):
    holder.hold(7, emergency=False)
    holder.work(10, 20, 1.0)
    program.asked()
    holder.work(20, 20, 1.1)
    assert [(one.ask, one.activation) for one in program.asked()][:1] == [(Ask.RELEASE, 7)]
    assert not holder.holds


def test_an_activation_ends_with_the_amplifier_program_and_the_next_program_never_hears_of_it(program, holder, told):
    """It would start the line for speech that is under way, and nobody would wait until it is warm."""
    holder.hold(7, emergency=True)
    holder.work(10, FAR, 1.0)
    program.link.send(pack(Reply({"horn": LineState(True, 7, 0.0, 0.0)})))
    assert hears(holder)
    program.die()
    program.start()
    assert hears(holder)
    assert [what["event"] for what in told] == ["amplifier", "no amplifier"]
    holder.work(20, FAR, 2.0)
    program.admit()
    holder.work(30, FAR, 3.0)
    assert {one.ask for one in program.asked()} == {Ask.READ}
    holder.hold(8, emergency=True)
    holder.work(40, FAR, 4.0)
    assert [(one.ask, one.activation) for one in program.asked()] == [(Ask.RENEW, 8)]
