"""The states of a submission, and which act leads from which to which. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from bundle.errors import refuse


class State(StrEnum):
    """DRAFT is its author's alone, also when it was sent back. OUTDATED: what was signed fits no longer, its author signs again.

    APPROVED by two persons: it leaves. RELEASED and CANCELLED are ends.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RELEASED = "released"
    OUTDATED = "outdated"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What happens to a submission."""

    SIGN = "sign"
    APPROVE = "approve"
    LEAVE = "leave"
    SEND_BACK = "send-back"
    OVERTAKE = "overtake"
    CANCEL = "cancel"


ITS_AUTHORS = (State.DRAFT, State.OUTDATED)
"""In these it waits for its author's signature, over what stands in the channel then."""
OPEN = (*ITS_AUTHORS, State.SUBMITTED, State.APPROVED)

_NEXT: Mapping[tuple[State, Act], State] = {
    (State.DRAFT, Act.SIGN): State.SUBMITTED,
    (State.OUTDATED, Act.SIGN): State.SUBMITTED,
    (State.SUBMITTED, Act.APPROVE): State.APPROVED,
    (State.SUBMITTED, Act.SEND_BACK): State.DRAFT,
    (State.APPROVED, Act.LEAVE): State.RELEASED,
    **{(state, Act.OVERTAKE): State.OUTDATED for state in (State.SUBMITTED, State.APPROVED)},
    # What two persons signed and could not leave, for want of a key or a file, can still be ended.
    **{(state, Act.CANCEL): State.CANCELLED for state in OPEN},
}

WORDS: Mapping[State, tuple[str, str]] = {
    State.DRAFT: ("bản nháp, chờ người soạn ký", "a draft, waits for its author's signature"),
    State.SUBMITTED: ("người soạn đã ký, chờ người duyệt", "signed by its author, waits for the approver"),
    State.APPROVED: ("hai người đã ký, đang phát hành", "approved by two persons, on its way"),
    State.RELEASED: ("đã phát hành", "released"),
    State.OUTDATED: ("chữ ký không còn khớp, người soạn ký lại", "the signature fits no longer, its author signs again"),
    State.CANCELLED: ("đã hủy", "cancelled"),
}
"""Each state in Vietnamese and English."""


def after(state: State, act: Act) -> State:
    """The state after *act*; ``Refused`` when it cannot happen."""
    if (state, act) not in _NEXT:
        vietnamese, english = WORDS[state]
        what = f"{vietnamese}: không làm được bước này / {english}: cannot {act.value}"
        raise refuse("tin (content)", what, "mở lại trang / open the page again")
    return _NEXT[state, act]
