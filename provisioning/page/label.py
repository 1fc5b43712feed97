"""The service PIN of the unit's label, which counts only where no board shows another one."""

from bundle.errors import Refused
from device.paths import Paths
from device.status import fresh, read_status
from director.moment import Moment
from evidence.card import PinDigest
from provisioning.card.enrolling import label_pin

BOARD = 15.0
"""Seconds for which the board's last word is believed; it repeats itself every five."""


def label_without_board(paths: Paths, moment: Moment) -> PinDigest | None:
    """What proves it; None where a board can show a PIN, and for a unit that was not started with a prepared card."""
    board = read_status(paths, "display")
    if board is not None and board.ready and fresh(board, moment, BOARD):
        return None
    try:
        return label_pin(paths)
    except (Refused, PermissionError):
        return None
