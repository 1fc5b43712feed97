"""What docs/registry shows: each picture's page, and in a sentence what somebody sees and does there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """A picture's *name*, the *route* that answers with its page, what it is (Vietnamese, English), and what one does there."""

    name: str
    route: str
    title: tuple[str, str]
    what: str


WATCHING = (
    Shown(
        "fleet",
        "/",
        ("Thiết bị", "the fleet"),
        "How many units stand how, the most urgent first; a tap on a count or a word in the box narrows the list.",
    ),
    Shown(
        "unit",
        "/units/{unit}",
        ("Một thiết bị", "one unit"),
        "Why it stands as it does, its day, the last picture of its board, its health, its holders, and what proves it.",
    ),
    Shown(
        "alarms",
        "/alarms",
        ("Báo động", "alarms"),
        "What a person must know of now; an operator takes one by name, so that two do not go to the same pole.",
    ),
    Shown(
        "coverage", "/coverage", ("Độ phủ", "coverage"), "Which village was shown or has heard each essential notice, and which not yet."
    ),
    Shown(
        "essential",
        "/coverage/{channel}/{item}",
        ("Một tin, mọi thôn", "one notice, all villages"),
        "The villages of one notice, those first that need somebody.",
    ),
    Shown(
        "cell",
        "/coverage/{channel}/{item}/{place}",
        ("Một tin ở một thôn", "one notice in one village"),
        "Why that village counts as it does: its units, and the lines that they signed.",
    ),
    Shown(
        "numbers",
        "/numbers",
        ("Số liệu", "figures"),
        "A month in figures that add up; each opens to the units behind it, and goes out as a table.",
    ),
    Shown("channels", "/channels", ("Kênh và khóa", "channels and keys"), "Which channel's signatures run out, and when."),
    Shown("channel", "/channels/{channel}", ("Một kênh", "one channel"), "Who signs what in it, with which key, and until when."),
    Shown(
        "people",
        "/people",
        ("Người dùng", "users"),
        "Who may do what in which area; an administrator invites, gives and takes roles, and revokes.",
    ),
    Shown(
        "people-link",
        "POST /people/invite",
        ("Đường dẫn mời", "an invitation"),
        "The link for one person, as a code to be scanned; it works once.",
    ),
    Shown("audit", "/audit", ("Sổ kiểm tra", "the audit"), "Every deed with who and when, chained, so that none can be taken out unseen."),
    Shown(
        "account",
        "/account",
        ("Tài khoản", "one's account"),
        "One's roles, a new password, new recovery codes, and the end of all sessions.",
    ),
    Shown("not-allowed", "403", ("Chưa được giao quyền", "not one's role"), "What somebody is told who opens a page that is not theirs."),
    Shown("not-there", "404", ("Không có", "not there"), "What a unit's page says of a name that is none, or is not theirs."),
)
ENTERING = (
    Shown("invited", "/set-up", ("Được mời", "invited"), "Where the link of an invitation leads."),
    Shown(
        "set-up",
        "POST /set-up",
        ("Lập tài khoản", "setting an account up"),
        "A password of one's own and an app for codes, in three steps.",
    ),
    Shown("recovery", "POST /set-up/done", ("Mã dự phòng", "recovery codes"), "Ten codes for the day when the phone is lost, shown once."),
    Shown("sign-in", "/sign-in", ("Đăng nhập", "signing in"), "Name and password."),
    Shown(
        "sign-in-refused",
        "POST /sign-in",
        ("Sai mật khẩu", "a wrong password"),
        "What is said of a wrong name or password: the same for both.",
    ),
    Shown("code", "/sign-in/code", ("Mã sáu số", "six figures"), "The second step."),
)
ALERTING = (
    Shown("alerts", "/alerts", ("Cảnh báo", "alerts"), "The alerts in force with how many villages have them, and those that ended."),
    Shown(
        "alert",
        "/alerts/{key}",
        ("Một cảnh báo", "one alert"),
        "How far it came, second by second, and whom to telephone where it did not.",
    ),
    Shown(
        "alert-commune",
        "/alerts/{key}/{commune}",
        ("Từng thôn", "its villages"),
        "Each village's units step by step, from received to heard.",
    ),
    Shown("alert-stopped", "/alerts/{key}", ("Sau khi dừng", "after its stop"), "Who carries it still, with a telephone number."),
    Shown(
        "officer-alerts",
        "/officer/reach",
        ("Cảnh báo, trên điện thoại", "alerts on an officer's phone"),
        "The same list for an officer's own channels.",
    ),
    Shown(
        "officer-alert",
        "/officer/reach/{key}",
        ("Một cảnh báo, trên điện thoại", "one alert on an officer's phone"),
        "The page to which a released alert goes on by itself.",
    ),
    Shown(
        "officer-alert-commune",
        "/officer/reach/{key}/{commune}",
        ("Từng thôn, trên điện thoại", "its villages on an officer's phone"),
        "The villages of one commune.",
    ),
)
DESK = (
    Shown("officer-bind", "/o", ("Nối điện thoại", "binding a phone"), "Where the link leads that an officer was given."),
    Shown(
        "officer-key",
        "POST /officer/bind",
        ("Khóa của điện thoại", "the phone's key"),
        "The phone has made its key, and shows its figures to be compared; the province gives it a seat.",
    ),
    Shown("officer-unbound", "401", ("Chưa nối", "not bound"), "What a phone is told that nobody bound."),
    Shown(
        "desk",
        "/officer",
        ("Bàn làm việc", "the desk"),
        "What waits for this officer, what is on the air with its button to stop it, and where to begin.",
    ),
    Shown(
        "alert-new",
        "/officer/new",
        ("Phát tin khẩn", "raising an alert"),
        "A phrase, a level, villages, an end: four taps to what is then signed.",
    ),
    Shown(
        "alert-read",
        "/officer/alerts/{number}",
        ("Đọc và ký", "read and sign"),
        "Exactly what will be signed, as a board will show it; the author signs, another person approves.",
    ),
    Shown(
        "alert-source",
        "/officer/alerts/{number}",
        ("Tin của nguồn", "a source's alert"),
        "A listed source's alert counts down; one tap lets it out at once, another stops it.",
    ),
    Shown(
        "content-write",
        "/officer/content/new",
        ("Viết tin", "writing"),
        "Title, text, villages, board or loudspeaker, when and until when.",
    ),
    Shown(
        "content-read",
        "/officer/content/{number}",
        ("Xem và ký", "preview and sign"),
        "What would change of what is on the air, the board's own picture, and a village that would not hear it.",
    ),
    Shown("content-edit", "/officer/content/{number}/edit", ("Sửa bản nháp", "changing it"), "The same form with what was written."),
    Shown(
        "content-approve",
        "/officer/content/{number}",
        ("Người duyệt", "the approver"),
        "The same page on another person's phone, who releases it or sends it back.",
    ),
    Shown(
        "content-stopped",
        "/officer/content/stopped/{channel}/{name}",
        ("Sau khi dừng", "after a stop"),
        "Which units carry it still, whom to telephone, and the correction that is begun already.",
    ),
    Shown("plan", "/officer/plan", ("Lịch phát", "the day's plan"), "The day as units will play it; sessions are moved by drag or by tap."),
    Shown("plan-session", "/officer/plan", ("Một buổi phát", "one session"), "When, how often, and what in which order."),
    Shown("record", "/officer/record", ("Ghi âm", "recording"), "Who speaks, in which language, and one round button."),
    Shown(
        "recorded",
        "/officer/recordings/{channel}/{sha256}",
        ("Nghe lại", "hearing it"),
        "What horns will play of it, and the way on into a notice.",
    ),
    Shown(
        "order",
        "/officer/units/{unit}",
        ("Ra lệnh", "orders to a unit"),
        "A screenshot, a mute, a test tone …: one person signs, the unit answers here.",
    ),
)
TECHNICIAN = (
    Shown("technician-bind", "/t", ("Nối điện thoại", "binding a technician's phone"), "Where the link leads that a technician was given."),
    Shown(
        "technician",
        "/technician",
        ("Kỹ thuật viên", "a technician's start"),
        "What was begun, what was let in lately, and the way to a new unit.",
    ),
    Shown("technician-scan", "/technician/scan", ("Quét mã", "scanning"), "The code on a unit's board or label, by camera or pasted."),
    Shown(
        "technician-scanned",
        "/e",
        ("Mở mã", "a scanned code"),
        "The page of a code that somebody's camera opened, on a phone that nobody bound.",
    ),
    Shown(
        "technician-code",
        "/technician/e/{unit}.{thumbprint}.{nonce}",
        ("Sáu số", "six figures"),
        "The figures that the board shows: the phone stands before this very unit.",
    ),
    Shown(
        "technician-place",
        "/technician/e/{unit}.{thumbprint}.{nonce}",
        ("Chọn thôn", "the village"),
        "The nearest first, or found by name.",
    ),
    Shown(
        "technician-holders",
        "/technician/e/{unit}.{thumbprint}.{nonce}",
        ("Người phụ trách", "duty holders"),
        "Who looks after what there, with a telephone number.",
    ),
    Shown(
        "technician-photo",
        "/technician/e/{unit}.{thumbprint}.{nonce}",
        ("Ảnh và nhận", "photographs, and in"),
        "The site as it is, and the button that lets the unit in.",
    ),
    Shown("technician-in", "/technician/e/{unit}.{thumbprint}.{nonce}", ("Đã nhận", "let in"), "How far the unit is on its way."),
    Shown(
        "technician-unit",
        "/technician/units/{unit}",
        ("Một thiết bị", "one unit"),
        "Its holders, visits and parts, as who stands before it needs them.",
    ),
    Shown(
        "technician-unit-holders",
        "/technician/units/{unit}/holders",
        ("Sửa người phụ trách", "changing its holders"),
        "The same form for a unit that stands already.",
    ),
)
CHAPTERS = {
    ("Người theo dõi", "who watches"): WATCHING,
    ("Vào sổ", "getting in"): ENTERING,
    ("Cảnh báo tới đâu", "how far alerts came"): ALERTING,
    ("Bàn làm việc của cán bộ", "an officer's desk"): DESK,
    ("Kỹ thuật viên", "technicians"): TECHNICIAN,
}
ALL = tuple(shown for chapter in CHAPTERS.values() for shown in chapter)
NO_PAGE = {
    r".*/static/.*|/style\.css": "scripts and styles of pages",
    r"/content/.*|/v1/.*|/live/.*|/health|/ready|/openapi\.json|/metrics": "for units and other machines",
    r".*\.(csv|xlsx|json|jpg|webp|png|svg)": "a table or a picture",
    r".*/clips?(/.*)?|/officer/phrases/.*": "a sound",
    r"/officer/news|.*/live|.*/words|.*/statement": "read by a page's script",
    r".*/now": "the part of a page that changes, for its script",
}
"""Routes that answer with no page of their own, by pattern, and why."""
