"""The front door: the one command of the product; each part is imported only when it is asked for."""

import importlib
import importlib.util
from typing import Any

import click

# A part's libraries are its own affair: the board must not wait for the registry's database or for the trust machinery.
_COMMANDS = {
    "demo": ("bangtin.demo.command:demo", "Xem thử toàn bộ sản phẩm · show the whole product on this machine"),
    "status": ("bangtin.status:status", "Thiết bị đang làm gì · what this unit is doing"),
    "explain": ("bangtin.explain:explain", "Vì sao đang phát, hiện như vậy · why this is on now"),
    "trust": ("bangtin.trust:trust", "Thiết bị tin ai, tin gì, đến khi nào · what this unit believes, from whom, until when"),
    "agent": ("bangtin.programs:agent", "Chương trình tải, kiểm tra, báo cáo · pulls, verifies, reports"),
    "display": ("bangtin.programs:display", "Bảng tin · the board"),
    "audio": ("bangtin.programs:audio", "Tiếng nói · the voice"),
    "amplifier": ("bangtin.programs:amplifier", "Công tắc tăng âm · the amplifier switch"),
    "provision": ("bangtin.provision:provision", "Lắp đặt, kiểm tra thiết bị · enrol and check a unit"),
    "publish": ("bangtin.publish:publish", "Soạn, ký, phát hành · draft, sign and release content"),
    "archive": ("bangtin.archive.command:archive", "Hồ sơ phát của một thôn · prove what a village saw and heard"),
    "registry": ("registry.web.commands:registry", "Sổ trung tâm · the central registry"),
}


class _Lazy(click.Group):
    """A group whose commands are imported on use; their one-line help stands here so that ``--help`` imports nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (where, _) in _COMMANDS.items() if _is_here(where)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS or not _is_here(_COMMANDS[cmd_name][0]):
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        _tell_whole(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Lệnh · commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        from bundle.errors import Refused

        try:
            return super().invoke(ctx)
        except Refused as refusal:
            for complaint in refusal.complaints:
                click.secho(f"✗ {complaint}", fg="red", err=True)
            ctx.exit(2)
        except click.Abort:
            click.echo("\nĐã thôi · given up", err=True)
            ctx.exit(1)


def _is_here(where: str) -> bool:
    """Whether this installation has the command: a unit's package has none of the officers' and the registry's."""
    try:
        return importlib.util.find_spec(where.partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False


def _tell_whole(command: click.Command) -> None:
    """A list of commands shows the first sentence of each, whole: cut off after some words, the English half says nothing."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            inner.short_help = inner.short_help or " ".join((inner.help or "").partition("\n\n")[0].split()).partition(". ")[0].rstrip(".")
            _tell_whole(inner)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bangtin")
def main() -> None:
    """Bảng tin điện tử và loa thông minh của thôn · the village's notice board and loudspeaker."""
