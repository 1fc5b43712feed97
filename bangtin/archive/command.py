"""``bangtin archive``: what a village saw and heard at a past minute, as a folder that proves itself; and ``verify``."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bundle.area import AreaCode
from bundle.errors import refuse
from bundle.schedule import VIETNAM

FOLDER = click.Path(file_okay=False, path_type=Path)


class _WriteUnlessTold(click.Group):
    """``bangtin archive --village …`` writes; only ``verify`` is said by name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_WriteUnlessTold, context_settings={"help_option_names": ["-h", "--help"]})
def archive() -> None:
    """Hồ sơ phát của một thôn · what a village saw and heard at a past minute.

    Không nêu lệnh con thì là write · without a subcommand: write.
    """
    # The painter's library greets whoever imports it; a clerk has no use for that.
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")


@archive.command()
@click.option("--village", required=True, help="Mã thôn như khi đăng ký · place code as enrolled, e.g. vn.20.06001.03")
@click.option("--at", required=True, help="Giờ địa phương, hoặc ISO có múi giờ · local time, or ISO with a zone: 2026-12-31T06:00")
@click.option("--minutes", default=1, show_default=True, type=click.IntRange(1, 240), help="Bao nhiêu phút · how many minutes")
@click.option("--site", required=True, type=FOLDER, help="Cây phát hành · the release tree")
@click.option("--data", required=True, type=FOLDER, help="Dữ liệu sổ trung tâm · the registry's data folder")
@click.option("--size", default="1920x1080", show_default=True, help="Cỡ bảng, điểm ảnh · size of the board in pixels")
@click.argument("out", type=click.Path(path_type=Path))
def write(village: str, at: str, minutes: int, site: Path, data: Path, size: str, out: Path) -> None:
    """Ghi hồ sơ vào OUT, một thư mục mới · write the archive to OUT, a new folder.

    Cây phát hành và dữ liệu sổ trung tâm chỉ được đọc · the tree and the database are only read.
    """
    from bangtin.archive.write import Writer
    from registry.fleet.archived import read_records
    from registry.trust.site import Site

    start, wanted = moment_of(at, datetime.now(UTC)), _size(size)
    with read_records(data) as records, _progress() as progress:
        task = progress.add_task("", total=None)
        writer = Writer(Site(site), records, wanted, lambda text: progress.update(task, description=text))
        sealed = writer.write(_place(village), start, minutes, out)
    click.echo(f"✓ {out}/index.html")
    click.echo(f"Mã niêm phong, chép vào sổ giấy · seal, copy it onto paper: {sealed}")


@archive.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--root-fingerprint", help="Vân tay gốc tin cậy, từ bản giấy · of the trust root, from paper")
@click.option(
    "--key", "keys", multiple=True, metavar="UNIT=KEY", help="Vân tay khoá thiết bị, từ biên bản bàn giao · from the handover sheet"
)
@click.option("--seal", help="Mã niêm phong, từ sổ giấy · the seal, from paper")
@click.option("--redraw", is_flag=True, help="Vẽ lại và so từng điểm ảnh · draw every page again and compare")
def verify(folder: Path, root_fingerprint: str | None, keys: tuple[str, ...], seal: str | None, redraw: bool) -> None:
    """Kiểm tra hồ sơ, không cần mạng; có chỗ sai thì nêu tên, mã thoát 2 · verify offline; what is wrong is named, exit code 2."""
    from bangtin.archive.verify import verify_archive

    named = dict(_pair(text) for text in keys)
    found = verify_archive(folder, root_fingerprint, named, redraw)
    if unknown := sorted(set(named) - {unit.unit for unit in found.facts.units}):
        raise refuse("--key", f"không có trong hồ sơ / not in the archive: {', '.join(unknown)}", "kiểm tra tên / check the name")
    if seal is not None and found.seal != seal:
        raise refuse(
            "manifest.json", f"mã niêm phong là / the seal is {found.seal}, không phải / not {seal}", "hồ sơ khác / another archive"
        )
    click.secho("✓ Hồ sơ nguyên vẹn, mọi chữ ký đúng · whole, and every signature is right", fg="green", bold=True)
    rows = [
        ("gốc tin cậy · trust root", found.facts.root, root_fingerprint is not None),
        ("niêm phong · seal", found.seal, seal is not None),
    ]
    rows += [(f"khoá · key {unit.unit}", unit.thumbprint, unit.unit in named) for unit in found.facts.units]
    for what, value, compared in rows:
        note = "đã đối chiếu · compared" if compared else "hãy đối chiếu với bản giấy · compare it with paper"
        click.echo(f"  {what}: {value} ({note})")


def moment_of(text: str, now: datetime) -> datetime:
    """A past moment as somebody wrote it, in UTC; without a zone it is local time. ``Refused`` when it is none, or to come."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise refuse("--at", f"không đọc được giờ / not a time: {text}", "viết như / write it like 2026-12-31T06:00") from None
    if not 1970 < local.year < 2200:
        raise refuse("--at", f"năm không hợp lệ / no such year: {text}", "viết như / write it like 2026-12-31T06:00")
    moment = (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(VIETNAM))).astimezone(UTC)
    if moment >= now:
        raise refuse("--at", f"chưa đến / is still to come: {text}", "chọn thời điểm đã qua / choose a past time")
    return moment


def _place(village: str) -> str:
    try:
        return TypeAdapter(AreaCode).validate_python(village)
    except ValidationError:
        raise refuse("--village", f"không phải mã thôn / not a place code: {village}", "vn.20.06001.03") from None


def _size(size: str) -> tuple[int, int]:
    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal() and all(64 <= int(side) <= 7680 for side in (width, height))):
        raise refuse("--size", f"không phải cỡ bảng / not a size: {size}", "1920x1080")
    return int(width), int(height)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _progress() -> Any:
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=Console(stderr=True), transient=True)
