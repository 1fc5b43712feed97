"""What the audit's events are called on its page."""

import re

from registry.audit.chain import Event
from registry.people.roles import Role
from registry.web.words import ROLES, Pair

_ROLE = re.compile(rf"\b({'|'.join(Role)})=")
EVENTS: dict[Event, Pair] = {
    Event.TECHNICIAN_ADDED: ("mời kỹ thuật viên", "technician invited"),
    Event.PHONE_BOUND: ("gắn điện thoại kỹ thuật viên", "technician's phone bound"),
    Event.TECHNICIAN_REVOKED: ("thu hồi kỹ thuật viên", "technician revoked"),
    Event.AREAS_IMPORTED: ("nhập địa bàn", "areas imported"),
    Event.CODE_RIGHT: ("mã thiết bị đúng", "unit's code right"),
    Event.CODE_WRONG: ("mã thiết bị sai", "unit's code wrong"),
    Event.CODE_CLOSED: ("mã thiết bị bị đóng", "unit's code closed"),
    Event.ACCEPTED: ("kỹ thuật viên nhận thiết bị", "unit accepted"),
    Event.LET_IN: ("thiết bị đã vào sổ", "unit let in"),
    Event.REPLACED: ("thay thiết bị", "unit replaced"),
    Event.WOULD_REPLACE: ("xin thay thiết bị khác", "would replace another"),
    Event.REPLACEMENT_DECLINED: ("không cho thay", "replacement declined"),
    Event.READMITTED: ("thiết bị trở lại", "unit readmitted"),
    Event.READMISSION_SEEN: ("đã xem việc trở lại", "readmission looked at"),
    Event.ADMISSION_FOREIGN: ("giấy vào sổ của nơi khác", "admission of another registry"),
    Event.HOLDERS_NAMED: ("ghi người phụ trách", "duty holders named"),
    Event.PHOTO_ADDED: ("thêm ảnh", "photograph added"),
    Event.PHOTO_REMOVED: ("bỏ ảnh", "photograph removed"),
    Event.GRANT_EXPIRED: ("mã cấp phép hết hạn", "grant expired"),
    Event.GRANT_REUSED: ("mã cấp phép dùng lại", "grant used again"),
    Event.GRANT_FOREIGN: ("mã cấp phép của nơi khác", "grant of another registry"),
    Event.GRANT_STOLEN: ("mã cấp phép bị lấy", "grant stolen"),
    Event.ROOT_FOREIGN: ("gốc tin cậy của nơi khác", "root of another registry"),
    Event.NAME_TAKEN: ("tên thiết bị đã có", "unit's name taken"),
    Event.REPLACES_NOBODY: ("thay thiết bị không có", "replaces nobody"),
    Event.REPLACED_SPOKE: ("thiết bị đã thay lại lên tiếng", "replaced unit spoke"),
    Event.OUTSIDE_AREA: ("ngoài địa bàn", "outside of the area"),
    Event.FORM_FORGED: ("biểu mẫu giả mạo", "forged form"),
    Event.LINK_REFUSED: ("đường dẫn bị từ chối", "link refused"),
    Event.CARDS_PREPARED: ("chuẩn bị thẻ", "cards prepared"),
    Event.CARD_COPIED: ("thẻ bị sao chép", "card copied"),
    Event.CARD_LATE: ("thẻ đến trễ", "card came late"),
    Event.CARD_SETTLED: ("đã xử lý thẻ nghi ngờ", "card settled"),
    Event.CARD_ADMITTED: ("cho thẻ vào", "card admitted"),
    Event.CARD_REVOKED: ("thu hồi thẻ", "card revoked"),
    Event.OFFICER_ADDED: ("mời cán bộ", "officer invited"),
    Event.OFFICER_BOUND: ("gắn điện thoại cán bộ", "officer's phone bound"),
    Event.OFFICER_REVOKED: ("thu hồi cán bộ", "officer revoked"),
    Event.OFFICER_KEY: ("điện thoại cán bộ tạo khóa", "officer's key made"),
    Event.SIGNATURE_REFUSED: ("chữ ký bị từ chối", "signature refused"),
    Event.ALERT_STOPPED: ("dừng tin", "alert stopped"),
    Event.SPEECH_MISSING_ACCEPTED: ("chấp nhận thiếu tiếng", "missing speech accepted"),
    Event.ALERT_WAITS: ("tin chờ người thứ hai", "alert waits"),
    Event.ALERT_HELD: ("tin được giữ lại", "alert held"),
    Event.ALERT_SIGNED: ("ký tin", "alert signed"),
    Event.ALERT_APPROVED: ("duyệt tin", "alert approved"),
    Event.CONFIRMATION_SIGNED: ("ký xác nhận", "confirmation signed"),
    Event.ALERT_CONFIRMED: ("xác nhận tin", "alert confirmed"),
    Event.ALERT_RELEASED: ("phát hành tin", "alert released"),
    Event.ALERT_CANCELLED: ("hủy tin", "alert cancelled"),
    Event.ALERT_REFUSED: ("từ chối tin", "alert refused"),
    Event.ALERT_SUPERSEDED: ("tin được thay", "alert superseded"),
    Event.ALERT_EXPIRED: ("tin hết hạn", "alert expired"),
    Event.ALERT_OUT: ("tin đã ra", "alert out"),
    Event.CONTENT_REFUSED: ("từ chối nội dung", "content refused"),
    Event.CONTENT_DRAFTED: ("soạn nội dung", "content drafted"),
    Event.CONTENT_SUBMITTED: ("ký gửi nội dung", "content submitted"),
    Event.CONTENT_APPROVED: ("duyệt nội dung", "content approved"),
    Event.CONTENT_RELEASED: ("phát hành nội dung", "content released"),
    Event.CONTENT_OUTDATED: ("nội dung phải ký lại", "content to be signed again"),
    Event.CONTENT_CANCELLED: ("bỏ nội dung", "content cancelled"),
    Event.CONTENT_STOPPED: ("dừng nội dung", "content stopped"),
    Event.SOURCE_LISTED: ("ghi nguồn cảnh báo", "source listed"),
    Event.DRILL_PLANNED: ("hẹn diễn tập", "exercise planned"),
    Event.DRILL_REMOVED: ("bỏ diễn tập", "exercise removed"),
    Event.DRILL_MISSED: ("lỡ diễn tập", "exercise missed"),
    Event.RECORDING_KEPT: ("giữ bản ghi âm", "recording kept"),
    Event.RECORDING_REFUSED: ("từ chối bản ghi âm", "recording refused"),
    Event.ALARM_SEEN: ("đã xem báo động", "alarm seen"),
    Event.LET_GO: ("hết hạn lưu, đã bỏ", "let go after its time"),
    Event.ORDER_GIVEN: ("đưa lệnh cho thiết bị", "order given"),
    Event.MAINTENANCE_BEGUN: ("bắt đầu bảo trì", "maintenance begun"),
    Event.MAINTENANCE_ENDED: ("hết bảo trì", "maintenance ended"),
    Event.USER_ADDED: ("mời người dùng", "user invited"),
    Event.USER_ROLES: ("đổi quyền", "roles changed"),
    Event.USER_RESET: ("cấp lại đường dẫn", "user's link made anew"),
    Event.USER_REVOKED: ("thu hồi người dùng", "user revoked"),
    Event.USER_SET_UP: ("lập tài khoản", "account set up"),
    Event.USER_PASSWORD: ("đổi mật khẩu", "password changed"),
    Event.RECOVERY_CODES: ("mã dự phòng mới", "new recovery codes"),
    Event.SIGNED_IN: ("đăng nhập", "signed in"),
    Event.SIGNED_IN_BY_RECOVERY: ("đăng nhập bằng mã dự phòng", "signed in by a recovery code"),
    Event.SIGNED_OUT: ("đăng xuất", "signed out"),
    Event.SIGN_IN_REFUSED: ("đăng nhập sai", "wrong sign-in"),
    Event.SIGN_IN_LOCKED: ("tên bị tạm khóa", "name locked for a while"),
    Event.SIGN_IN_TOO_OFTEN: ("thử đăng nhập quá dồn dập", "tried too often"),
}


def detail(text: str) -> str:
    """What a row says besides, with the roles in it by their names."""
    return _ROLE.sub(lambda found: f"{ROLES[Role(found[1])][0]} ", text)


def told(event: str) -> Pair:
    """What *event* is called; one of a newer program keeps its own name."""
    return next((pair for known, pair in EVENTS.items() if known.value == event), (event, ""))
