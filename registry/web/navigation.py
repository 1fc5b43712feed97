"""The pages that stand in the navigation of everybody who looks at the fleet, in its order."""

from dataclasses import dataclass

from registry.people.roles import Role
from registry.web.words import Pair


@dataclass(frozen=True)
class Entry:
    """A page at *path*, named for its place: *word* has room in a fifth of a phone; *icon* is the body of an SVG of 24 by 24.

    Pages below one of *holds* belong to it. *role*: who has it somewhere is shown it.
    """

    path: str
    word: Pair
    icon: str = ""
    holds: tuple[str, ...] = ()
    role: Role = Role.WATCHER

    def current(self, here: str) -> bool:
        """Whether the page at *here* is this one, or lies below it."""
        return here == self.path or here.startswith(tuple(f"{path}/" for path in (self.path, *self.holds) if path != "/"))


OFTEN = (
    Entry("/", ("Thiết bị", "units"), '<path d="M3 5h18v11H3zM8 20h8M12 16v4"/>', ("/units",)),
    Entry("/alarms", ("Báo động", "alarms"), '<path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 22h4"/>'),
    Entry("/coverage", ("Độ phủ", "coverage"), '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 17l2.5 3L21 14"/>'),
    Entry("/alerts", ("Cảnh báo", "alerts"), '<path d="M12 3 2 21h20zM12 10v5M12 18v.5"/>'),
)
"""What has a place of its own on every phone."""
SELDOM = (
    Entry("/numbers", ("Số liệu", "numbers")),
    Entry("/channels", ("Kênh và khóa", "channels, keys")),
    Entry("/people", ("Người dùng", "users"), role=Role.ADMINISTRATOR),
    Entry("/audit", ("Sổ kiểm tra", "audit"), role=Role.ADMINISTRATOR),
)
"""What a phone shows when somebody asks for more."""
ACCOUNT = Entry("/account", ("Tài khoản", "account"))
"""Under the name of whoever has one."""


HOMES = {"/officer": ("Bàn làm việc", "desk"), "/technician": ("Kỹ thuật viên", "technician")}
"""What the pages are called to which somebody goes back whose phone is bound."""


def among_seldom(here: str) -> bool:
    """Whether the page at *here* is one of those behind "more"."""
    return any(entry.current(here) for entry in (*SELDOM, ACCOUNT))
