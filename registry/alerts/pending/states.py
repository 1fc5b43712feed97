"""The states of an alert that waits, and which act leads from which to which. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from bundle.errors import Refused, refuse


class Origin(StrEnum):
    """Where an alert came from."""

    FORM = "form"
    SOURCE = "source"
    DRILL = "drill"


class State(StrEnum):
    """APPROVED by two persons, CONFIRMED by one who did not wait for the hold-off, RELEASED when that was over: it may leave.

    CANCELLED by a person or by its source, REFUSED because no unit would take it, SUPERSEDED by a newer one and EXPIRED: it never leaves.
    """

    PENDING = "pending"
    SIGNED_BY_AUTHOR = "signed-by-author"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class Act(StrEnum):
    """What happens to an alert that waits. MOVE_ON: it cannot leave as it stands, two persons sign it anew."""

    SIGN = "sign"
    APPROVE = "approve"
    CONFIRM = "confirm"
    TIME_UP = "time-up"
    MOVE_ON = "move-on"
    CANCEL = "cancel"
    REFUSE = "refuse"
    SUPERSEDE = "supersede"
    EXPIRE = "expire"


WAITING = (State.PENDING, State.SIGNED_BY_AUTHOR)
LEAVING = (State.APPROVED, State.CONFIRMED, State.RELEASED)
NEVER = (State.CANCELLED, State.REFUSED, State.SUPERSEDED, State.EXPIRED)

_ENDS: Mapping[Act, State] = {
    Act.CANCEL: State.CANCELLED,
    Act.REFUSE: State.REFUSED,
    Act.SUPERSEDE: State.SUPERSEDED,
    Act.EXPIRE: State.EXPIRED,
}
# Whatever has not left yet can still be ended, also when it was let go: the release may have failed, or a machine may have died in it.
_NEXT: Mapping[tuple[State, Act], State] = {
    (State.PENDING, Act.SIGN): State.SIGNED_BY_AUTHOR,
    (State.PENDING, Act.APPROVE): State.APPROVED,
    (State.PENDING, Act.CONFIRM): State.CONFIRMED,
    (State.PENDING, Act.TIME_UP): State.RELEASED,
    (State.PENDING, Act.MOVE_ON): State.PENDING,
    (State.SIGNED_BY_AUTHOR, Act.APPROVE): State.APPROVED,
    (State.SIGNED_BY_AUTHOR, Act.MOVE_ON): State.PENDING,
    **{(state, Act.MOVE_ON): State.PENDING for state in LEAVING},
    **{(state, act): end for state in (*WAITING, *LEAVING) for act, end in _ENDS.items()},
}

WORDS: Mapping[State, tuple[str, str]] = {
    State.PENDING: ("đang chờ", "waiting"),
    State.SIGNED_BY_AUTHOR: ("người soạn đã ký, chờ người duyệt", "signed by its author, waits for the approver"),
    State.APPROVED: ("hai người đã ký", "approved by two persons"),
    State.CONFIRMED: ("đã xác nhận", "confirmed by an officer"),
    State.RELEASED: ("tự động phát khi hết giờ chờ", "released when its hold-off was over"),
    State.CANCELLED: ("đã hủy trước khi phát", "cancelled before it left"),
    State.REFUSED: ("bị từ chối", "refused"),
    State.SUPERSEDED: ("tin mới hơn đã thay", "superseded before it left"),
    State.EXPIRED: ("hết hạn trước khi phát", "expired before it left"),
}
"""Each state in Vietnamese and English."""


def after(state: State, act: Act, is_out: bool) -> State:
    """The state after *act*; ``Refused`` when it cannot happen: what *is_out* is out, and what never leaves never leaves."""
    if is_out:
        raise refuse(
            "cảnh báo (the alert)",
            "đã phát rồi / has left already",
            "muốn dừng thì dùng lệnh dừng, một người là đủ / to end it, stop it: one person is enough",
        )
    if (state, act) not in _NEXT:
        raise _cannot(state, act)
    return _NEXT[state, act]


def _cannot(state: State, act: Act) -> Refused:
    vietnamese, english = WORDS[state]
    return refuse("cảnh báo (the alert)", f"{vietnamese}: không làm được bước này / {english}: cannot {act.value}", "xem lại / look again")
