"""How a document names its approver before anybody has signed: the one who may approve it, or that it is one of several. Pure."""

from collections.abc import Sequence

ANY = "một trong những người duyệt của kênh / one of the channel's approvers"
_ONE_OF = "một trong / one of: "
_BETWEEN = "; "
_MOST = 300


def one_of(persons: Sequence[str]) -> str:
    """What is true of the approver whichever of *persons*, at least one, signs; `ANY` where a line cannot hold them all."""
    if len(persons) == 1:
        return persons[0]
    told = _ONE_OF + _BETWEEN.join(persons)
    return told if len(told) <= _MOST else ANY


def names(approver: str, person: str) -> bool:
    """Whether what a document says of its *approver* is true when *person* signs."""
    return approver == ANY or person in approver.removeprefix(_ONE_OF).split(_BETWEEN)
