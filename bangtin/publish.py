"""``bangtin publish``: from an officer's folder of files to signed static files, one command a step; listed by task."""

import click

from bangtin.preview.board import board
from bangtin.preview.command import preview
from registry.making.commands import draft
from registry.making.policy import policy
from registry.rollout.publishing import software
from registry.trust.commands import COMMANDS

TASKS: dict[str, tuple[str, ...]] = {
    "Hằng ngày · every day": ("draft", "preview", "sign", "release", "renew", "stick"),
    "Quy định âm thanh · rules of sound": ("policy",),
    "Phần mềm của thiết bị · the units' software": ("software",),
    "Không chờ được · what cannot wait": ("alert", "board", "stop", "order"),
    "Lễ tạo khóa và bản giấy · founding, and paper copies": ("key", "keys", "backup", "restore"),
    "Đổi người, đổi khóa · when persons or keys change": ("person", "reissue", "rotate"),
    "02:00, không gọi được người duyệt · the approver is out of reach": ("substitute", "drill"),
}


class _ByTask(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        listed = [name for names in TASKS.values() for name in names]
        return [*listed, *sorted(set(self.commands) - set(listed))]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for task, names in TASKS.items():
            with formatter.section(task):
                formatter.write_dl([(name, self.commands[name].get_short_help_str()) for name in names])


@click.group(cls=_ByTask)
def publish() -> None:
    """Soạn (draft) → xem trước (preview) → tác giả ký (sign) → người duyệt ký (sign) → phát hành (release)."""


for _command in (draft, preview, board, policy, software, *COMMANDS):
    publish.add_command(_command)
