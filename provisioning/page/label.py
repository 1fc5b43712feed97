"""The service PIN of the unit's label, which counts only where no board shows another one."""

from bundle.errors import Refused
from bundle.parse import parse
from device.claim import read_claim
from device.paths import Paths
from device.status import fresh, read_status
from director.moment import Moment
from evidence.card import PinDigest
from evidence.proving import card_of
from evidence.report import Enrolment
from evidence.signing import claimed
from provisioning.card.taking import read_taken

BOARD = 15.0
"""Seconds for which the board's last word is believed; it repeats itself every five."""


def label_pin(paths: Paths, moment: Moment) -> PinDigest | None:
    """Its digest, from the prepared card; None where a board can show a PIN, and for a unit that had no such card."""
    board = read_status(paths, "display")
    if board is not None and board.ready and fresh(board, moment, BOARD):
        return None
    try:
        statement = _statement(paths)
        return card_of(statement).pin if statement else None
    except (Refused, PermissionError):
        return None


def _statement(paths: Paths) -> str | None:
    if (taken := read_taken(paths)) is not None:
        return taken.statement
    claim = read_claim(paths)
    if claim is None:
        return None
    card = parse(Enrolment, claimed(claim.token), "claim").card
    return card.statement if card else None
