"""``bangtin provision support``, ``maintenance`` and ``replace``."""

from datetime import datetime
from pathlib import Path

import click
from pydantic import ValidationError

from bundle.errors import Refused, refuse
from bundle.parse import complaints
from device.clock import Clock, make_clock
from device.durable import replace
from device.paths import Paths
from device.settings import Settings, load_settings
from device.unit import stored_unit
from evidence.records import Maintained
from evidence.visits import Part
from provisioning.options import ROOT
from provisioning.service.replacing import take_nobodys, take_place
from provisioning.service.support import file_name
from provisioning.service.support import support as make_support
from provisioning.service.visits import add_visit, visits


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Tệp hoặc thư mục · file or folder; default: here")
@ROOT
def support(out: Path | None, root: Path) -> None:
    """Gói thông tin cho bàn hỗ trợ, không có bí mật nào · a small archive for the help desk, without any secret."""
    paths = Paths(root)
    moment = _clock(paths).now()
    path = out or Path()
    if path.is_dir():
        path /= file_name(_unit(paths), moment)
    data = make_support(paths, moment)
    try:
        replace(path, data, 0o600)
    except OSError as problem:
        raise refuse(str(path), f"không ghi được / cannot be written: {problem.strerror}", "--out THƯ MỤC / --out FOLDER") from None
    click.secho(f"✓ {path} ({len(data) / 1000:.0f} kB)", fg="green", bold=True)
    click.echo("  Gửi tệp này cho bàn hỗ trợ qua Zalo hoặc e-mail · send it to the help desk by Zalo or e-mail")


@click.command(name="replace")
@click.argument("old", required=False)
@click.option("--nobody", is_flag=True, help="Thôi, đây là thiết bị mới · it takes nobody's place after all")
@ROOT
def replace_unit(old: str | None, nobody: bool, root: Path) -> None:
    """Thiết bị mới này thay cho thiết bị hỏng OLD · this new unit takes the place of the broken unit OLD.

    Chạy trước khi quét mã trên bảng. Khi kỹ thuật viên xác nhận, khóa cũ hết hiệu lực, lịch sử của OLD vẫn ở trang của nơi này.
    Run it before the code on the board is scanned. With the technician's word the old key is void; its history stays with this place.
    """
    if nobody is (old is not None):
        raise click.UsageError("OLD, hoặc / or --nobody")
    if old is None:
        take_nobodys(Paths(root))
        click.secho("✓ thiết bị mới · a new unit", fg="green")
        return
    paths = Paths(root)
    take_place(paths, old)
    click.secho(f"✓ thay cho · in the place of {old}", fg="green", bold=True)
    if paths.card_taken.exists():
        told = "Chọn thôn như thường; sổ trung tâm còn phải xác nhận · choose the village as usual; the registry has still to confirm it"
        click.echo(f"  {told}: bangtin registry replace {old} …")
    else:
        click.echo("  Quét mã trên bảng và xác nhận ô thay thế · scan the code on the board and confirm the replacement")


@click.group()
def maintenance() -> None:
    """Sổ bảo dưỡng của thiết bị · the unit's maintenance log."""


@maintenance.command()
@click.option("--person", required=True, help="Ai đến · who came")
@click.option("--what", required=True, help="Đã làm gì · what was done")
@click.option("--part", "parts", multiple=True, metavar="NAME[=OLD→NEW]", help="Bộ phận đã thay, số máy cũ→mới · part changed, serials")
@click.option("--sim-expires", type=click.DateTime(["%Y-%m-%d"]), help="SIM hết hạn dữ liệu ngày · the SIM's data ends on, 2027-06-30")
@ROOT
def add(person: str, what: str, parts: tuple[str, ...], sim_expires: datetime | None, root: Path) -> None:
    """Ghi một lần bảo dưỡng; máy chủ cũng nhận được · note a visit; the registry hears of it too."""
    paths = Paths(root)
    clock = _clock(paths)
    try:
        visit = Maintained(
            n=0,
            at=clock.now().stamp(),
            person=" ".join(person.split()),
            what=" ".join(what.split()),
            parts=tuple(_part(each) for each in parts),
            sim_expires=sim_expires.date() if sim_expires else None,
        )
    except ValidationError as problem:
        raise Refused(*complaints(problem, "maintenance")) from None
    add_visit(paths, visit, clock.simulated)
    click.secho(f"✓ {_told(visit)}", fg="green")


@maintenance.command(name="list")
@ROOT
def listed(root: Path) -> None:
    """Những lần bảo dưỡng, mới nhất trước · the visits, the newest first."""
    found = visits(Paths(root))
    for visit in reversed(found):
        click.echo(_told(visit))
    if not found:
        click.echo("Chưa có lần nào · none yet")


def _told(visit: Maintained) -> str:
    parts = "".join(f"; {part.name}: {part.old_serial or '?'} → {part.new_serial or '?'}" for part in visit.parts)
    sim = f"; SIM → {visit.sim_expires:%d/%m/%Y}" if visit.sim_expires else ""
    return f"{visit.at.wall:%d/%m/%Y %H:%M} {visit.person}: {visit.what}{parts}{sim}"


def _part(text: str) -> Part:
    name, _, serials = text.partition("=")
    old, _, new = serials.replace("->", "→").partition("→")
    return Part(name=name.strip(), old_serial=old.strip() or None, new_serial=new.strip() or None)


def _clock(paths: Paths) -> Clock:
    try:
        settings = load_settings(paths.unit_toml)
    except Refused:
        settings = Settings()  # what is wrong with it is what the help desk is to find out
    return make_clock(settings, paths)


def _unit(paths: Paths) -> str:
    try:
        record = stored_unit(paths)
    except Refused:
        return "x"
    return record.unit if record else "x"
