"""The words of the pages about channels and their keys."""

from bundle.trust import Role
from registry.trust.delegations import Duty
from registry.trust.overview import Freshness, Signed
from registry.web.words import Pair

WHAT: dict[Signed | Role, Pair] = {
    Signed.ROOT: ("gốc tin cậy", "root"),
    Signed.TARGETS: ("bảng phân quyền", "delegations"),
    Signed.SNAPSHOT: ("ảnh chụp phiên bản", "snapshot"),
    Signed.TIMESTAMP: ("dấu thời gian", "timestamp"),
    Role.STOP: ("dừng phát", "stop"),
    Role.ALERTS: ("tin khẩn cấp", "alerts"),
    Role.FEED: ("cảnh báo tự động", "feed"),
    Role.OPS: ("lệnh cho thiết bị", "orders"),
    Role.POLICY: ("quy định phát", "policy"),
    Role.SOFTWARE: ("phần mềm", "software"),
    Role.CONTENT: ("nội dung", "content"),
}

DO: dict[Signed | Role, Pair] = {
    Signed.ROOT: ("lễ khóa gốc: bangtin publish rotate", "a ceremony of the root"),
    Signed.TARGETS: ("lễ phân quyền ở tỉnh: bangtin publish person", "a ceremony of the province"),
    Signed.SNAPSHOT: ("gia hạn: bangtin publish renew", "sign it again"),
    Signed.TIMESTAMP: ("gia hạn: bangtin publish renew", "sign it again"),
    **dict.fromkeys(Role, ("người ký phát hành lại", "those who sign release it anew")),
}

DUTIES: dict[Duty, Pair] = {Duty.AUTHOR: ("soạn, ký", "author"), Duty.APPROVER: ("duyệt", "approver")}

FRESH: dict[Freshness, Pair] = {
    Freshness.RUN_OUT: ("đã hết hạn", "run out"),
    Freshness.SOON: ("sắp hết hạn", "runs out soon"),
    Freshness.GOOD: ("còn tốt", "good"),
}

MARKS: dict[Freshness, str] = {Freshness.RUN_OUT: "✕", Freshness.SOON: "!", Freshness.GOOD: "✓"}
CLASSES: dict[Freshness, str] = {Freshness.RUN_OUT: "out", Freshness.SOON: "soon", Freshness.GOOD: "good"}
