"""What the board says of a stick, in one sentence of two languages, for whoever stands in front with it. Pure."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum, auto


class Import(Enum):
    """What became of one channel's content, or of a whole stick; of several, the first in this order is what people must know."""

    CARD_FULL = auto()
    PULLED = auto()
    UPDATED = auto()
    NOTHING_NEW = auto()
    DAMAGED = auto()
    EXPIRED = auto()
    OLDER = auto()
    FOREIGN = auto()


class Letters(Enum):
    """What became of the reports that should go back on the stick."""

    NONE = auto()
    WRITTEN = auto()
    NO_KEY = auto()
    READ_ONLY = auto()
    FULL = auto()
    UNWRITABLE = auto()
    PULLED = auto()


READING = "Đang đọc USB, xin đừng rút · Reading the stick, do not pull it out"

_IMPORT = {
    Import.CARD_FULL: ("Thẻ nhớ của bảng đã đầy, chưa đọc hết USB", "This board's card is full, the stick was not read to its end"),
    Import.PULLED: ("USB bị rút sớm, xin cắm lại", "Pulled out too early, plug it in again"),
    Import.UPDATED: ("Đã cập nhật từ USB", "Updated from the stick"),
    Import.NOTHING_NEW: ("USB không có gì mới", "Nothing new on the stick"),
    Import.DAMAGED: ("USB hỏng hoặc không đúng, không dùng", "The stick is damaged or not genuine, not used"),
    Import.EXPIRED: ("USB đã quá hạn, không dùng", "The stick is out of date, not used"),
    Import.OLDER: ("USB cũ hơn tin trên bảng, không dùng", "The stick is older than this board, not used"),
    Import.FOREIGN: ("USB này của xã khác, không dùng", "This stick is of another commune, not used"),
}
_LETTERS = {
    Letters.NO_KEY: ("chưa có khóa để gửi nhật ký", "no key to send receipts with"),
    Letters.READ_ONLY: ("USB khóa ghi, chưa gửi nhật ký", "write-protected, no receipts sent"),
    Letters.FULL: ("USB đầy, chưa gửi hết nhật ký", "stick full, not all receipts sent"),
    Letters.UNWRITABLE: ("không ghi được nhật ký", "receipts could not be written"),
    Letters.PULLED: ("USB bị rút sớm, chưa gửi hết nhật ký", "pulled out early, not all receipts sent"),
}
_TAKE_OUT = ("Rút USB được rồi", "You may pull it out")


def whole(each: Iterable[Import]) -> Import:
    """The outcome of a stick from those of the unit's channels that are on it; none of them: it is another commune's."""
    return min(each, key=lambda outcome: outcome.value, default=Import.FOREIGN)


def sentence(outcome: Import, letters: Letters, local: datetime | None) -> str:
    """What the board says at the end; *local* is the time when it is known."""
    first, second = _IMPORT[outcome]
    if local is not None:
        first = f"{first} {local:%H:%M}"
    told = [(first, second), *([_LETTERS[letters]] if letters in _LETTERS else ())]
    if Import.PULLED is not outcome and letters is not Letters.PULLED:
        told.append(_TAKE_OUT)
    return f"{'. '.join(vi for vi, _ in told)} · {'. '.join(en for _, en in told)}"
