"""Runs in the guest: asks the amplifier program for one activation and renews it until the program is gone, as the sound process does."""

import os
import selectors
import socket
import sys

sys.path.append("/usr/lib/bangtin/current/lib/python3.11/site-packages")

from audio.amplifier.request import MAX_DATAGRAM, Ask, Request, pack
from audio.driver.lease_holder import RENEW_EVERY

SOCKET = "/run/bangtin/amplifier.sock"
AGAIN = 0.05


def main(activation: int) -> None:
    """Wait for the program if it is not there yet; end when it ends."""
    selector = selectors.DefaultSelector()
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    while link.connect_ex(SOCKET):
        selector.select(AGAIN)
    selector.register(link, selectors.EVENT_READ)
    while True:
        link.send(pack(Request(Ask.RENEW, activation)))
        if not link.recv(MAX_DATAGRAM):
            return
        selector.unregister(link)
        selector.select(RENEW_EVERY)
        selector.register(link, selectors.EVENT_READ)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)
