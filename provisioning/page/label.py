"""What stands on the unit's label counts only where no board shows another PIN and another passphrase."""

from dataclasses import dataclass, field

from bundle.errors import Refused
from device.paths import Paths
from device.status import fresh, read_status
from director.moment import Moment
from evidence.card import LabelWifi, PinDigest
from provisioning.card.enrolling import label_pin, label_wifi

BOARD = 15.0
"""Seconds for which the board's last word is believed; it repeats itself every five."""


@dataclass(frozen=True)
class Label:
    """What proves the label's *pin*, and its *wifi*; None: it is worth nothing now, or there is none."""

    pin: PinDigest | None = field(default=None, repr=False)
    wifi: LabelWifi | None = field(default=None, repr=False)


def label_without_board(paths: Paths, moment: Moment) -> Label:
    """The label of a unit whose board does not show anything; an empty one otherwise, and without a prepared card."""
    board = read_status(paths, "display")
    # The board of a unit that is being set up is not ready, and shows passphrase and PIN all the same.
    if board is not None and (board.ready or board.showing is not None) and fresh(board, moment, BOARD):
        return Label()
    try:
        return Label(label_pin(paths), label_wifi(paths))
    except (Refused, PermissionError):
        return Label()
