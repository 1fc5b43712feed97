"""The words of the pages that tell how far an alert came: Vietnamese first, English second, each with a mark beside its colour."""

from datetime import datetime

from director.alerts import Standing
from registry.alerts.confirmation.after import Carry
from registry.alerts.confirmation.ladder import Ladder, Reach, delay
from registry.alerts.confirmation.steps import SOUND, Proof, Step
from registry.web.words import Pair, local_time

REACHES: dict[Reach, Pair] = {
    Reach.FULL: ("Đã đến đủ", "fully reached"),
    Reach.BOARD_ONLY: ("Chỉ trên bảng", "on the board only"),
    Reach.SOUND_ONLY: ("Chỉ qua loa", "by sound only"),
    Reach.RECEIVED_ONLY: ("Mới nhận, chưa phát", "received, not put out"),
    Reach.NOT_REACHED: ("Chưa đến", "not reached"),
    Reach.NOT_KNOWN: ("Chưa rõ", "not known"),
    Reach.NO_UNIT: ("Chưa có thiết bị", "no unit here"),
}
MARKS: dict[Reach, str] = {
    Reach.FULL: "✓",
    Reach.BOARD_ONLY: "▤",
    Reach.SOUND_ONLY: "♪",
    Reach.RECEIVED_ONLY: "↓",
    Reach.NOT_REACHED: "✕",
    Reach.NOT_KNOWN: "?",
    Reach.NO_UNIT: "∅",
}
STEPS: dict[Step, Pair] = {
    Step.RECEIVED: ("Nhận", "received"),
    Step.VERIFIED: ("Đúng chữ ký", "verified"),
    Step.PRESENTED: ("Hiện bảng", "presented"),
    Step.COMMANDED: ("Ra lệnh loa", "commanded"),
    Step.LEFT_DRIVER: ("Đã ra loa", "left the driver"),
    Step.ELECTRICAL: ("Có tín hiệu ra loa", "electrical"),
    Step.HEARD: ("Nghe được", "heard"),
}
CARRIES: dict[Carry, Pair] = {
    Carry.SOUNDING: ("Còn đang phát", "still sounding"),
    Carry.SHOWING: ("Còn trên bảng", "still on the board"),
    Carry.NOT_KNOWN: ("Chưa rõ đã dừng", "not known whether it stopped"),
    Carry.GONE: ("Đã dừng", "stopped"),
    Carry.NEVER: ("Chưa từng nhận", "never had it"),
}
CARRY_MARKS: dict[Carry, str] = {
    Carry.SOUNDING: "♪",
    Carry.SHOWING: "▤",
    Carry.NOT_KNOWN: "?",
    Carry.GONE: "✓",
    Carry.NEVER: "–",
}
ENDS: dict[Standing, Pair] = {
    Standing.IN_FORCE: ("Đang có hiệu lực", "in force"),
    Standing.CANCELLED: ("Đã dừng", "stopped"),
    Standing.SUPERSEDED: ("Đã có tin mới thay", "superseded"),
    Standing.EXPIRED: ("Đã hết hạn", "expired"),
    Standing.NOT_MEANT: ("Không phát", "not for the public"),
}


def marked(ladder: Ladder, step: Step) -> str:
    """What stands before a step: proven, proven of simulated hardware, no such output here, or not known."""
    proof = ladder.first.get(step)
    if proof is not None:
        return "~" if proof.simulated else "✓"
    lacking = (step is Step.PRESENTED and not ladder.facts.board) or (step in SOUND and not ladder.facts.voice)
    return "n/a" if lacking else "?"


def after(proof: Proof, sent: datetime) -> str:
    """How long after *sent*: seconds at first, then minutes, then the hour itself."""
    seconds = delay(proof, sent)
    if seconds is None:
        return "không rõ giờ"
    if seconds < 100:
        return f"+{seconds:.1f} giây".replace(".", ",")
    return f"+{seconds / 60:.0f} phút" if seconds < 5400 else local_time(proof.at)
