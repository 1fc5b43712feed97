"""``bangtin provision …``: the technician enrols a unit and checks it before leaving."""

import asyncio
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from bundle.errors import refuse
from device.clock import make_clock
from device.errors import TooBig, Unreachable
from device.paths import Paths
from device.settings import load_settings
from device.unit import read_unit
from evidence.duties import DUTY_WORDS, Duty
from evidence.signing import public_jwk, thumbprint
from provisioning.card.commands import boot_file, place
from provisioning.check import conclusion, probes, sentences
from provisioning.commissioning.command import apply, plan
from provisioning.confirming import confirm as confirm_site
from provisioning.enrol import enrol as enrol_unit
from provisioning.grant import read_grant
from provisioning.handover.command import sheet, verify
from provisioning.holders import Holder, add, holders, remove
from provisioning.link import post_enrolment
from provisioning.options import ROOT
from provisioning.probe import Finding, overall
from provisioning.reset import reset_stop
from provisioning.service.command import maintenance, replace_unit, support
from provisioning.speaking import calibrate_ear, speak
from provisioning.technicians import Terminal
from provisioning.user import become_provisioning
from provisioning.wiring.command import wiring


@click.group()
@click.pass_context
def provision(context: click.Context) -> None:
    """Lắp đặt và kiểm tra thiết bị · enrol and check a unit."""
    become_provisioning(context.invoked_subcommand)


provision.add_command(speak)
provision.add_command(wiring)
provision.add_command(calibrate_ear)
provision.add_command(boot_file)
provision.add_command(place)
provision.add_command(plan)
provision.add_command(apply)
provision.add_command(support)
provision.add_command(maintenance)
provision.add_command(replace_unit)
provision.add_command(sheet)
provision.add_command(verify)


@provision.command()
@click.option("--grant", "text", required=True, help="Chuỗi cấp phép từ máy chủ · the grant that the registry printed")
@click.option("--unit", help="Tên thiết bị · name of the unit; without it, one made from its key")
@click.option("--plain-http", is_flag=True, help="Cho phép http trong mạng riêng · allow http inside a closed network")
@ROOT
def enrol(text: str, unit: str | None, plain_http: bool, root: Path) -> None:
    """Tạo khóa và đăng ký; chạy lại được sau khi mất điện · make the key and enrol; may be repeated after a power cut."""
    grant = read_grant(text, plain_http)
    try:
        record = asyncio.run(enrol_unit(Paths(root), grant, unit, datetime.now(UTC), post_enrolment))
    except (Unreachable, TooBig) as problem:
        raise refuse(
            "mạng / network",
            f"chưa tới được máy chủ / the registry could not be reached: {problem}",
            "kiểm tra mạng rồi chạy lại đúng lệnh này / check the link, then repeat this very command",
        ) from None
    print_of_key = thumbprint(public_jwk(Paths(root).key.read_bytes()))
    click.secho(f"✓ Đã đăng ký · enrolled: {record.unit}", fg="green", bold=True)
    click.echo(f"  {record.place_name} · {record.place} · {', '.join(record.languages)}")
    click.echo(f"  Kênh · channels: {', '.join(record.channels)}")
    # On the handover sheet it lets anybody tell, years later, that a report was signed by this very unit.
    click.echo(f"  Vân tay khóa, ghi vào biên bản bàn giao · key, write it on the handover sheet: {print_of_key}")


@provision.command()
@ROOT
def run(root: Path) -> None:
    """Dẫn từng bước từ lúc bật điện (dịch vụ bangtin-provisioning) · lead from power to a confirmed site; the service."""
    logging.basicConfig(level=logging.INFO, format="provisioning %(levelname)s %(message)s")
    # The unit's own page with all it needs is for the service alone: every other command is there a quarter of a second sooner.
    from provisioning.first_boot.main import run as run_service

    sys.exit(run_service(Paths(root)))


@provision.command()
@click.option("--yes", is_flag=True, help="Không hỏi lại · do not ask")
@ROOT
def confirm(yes: bool, root: Path) -> None:
    """Xác nhận nơi lắp: từ đó loa được phép kêu · confirm the site: from then on its horns may sound."""
    paths = Paths(root)
    record = read_unit(paths)
    if record is not None and record.confirmed is None and not yes:
        where = f"{record.place_name} ({record.place})"
        click.confirm(
            f"Đúng nơi lắp {where}, không ai đứng sát loa? · Is this the site, {where}, and is nobody close to a horn?", abort=True
        )
    record = confirm_site(paths, datetime.now(UTC))
    click.secho(f"✓ Đã xác nhận nơi lắp, loa được phép kêu · site confirmed, horns may sound: {record.place_name}", fg="green", bold=True)


@provision.command()
@click.option("--ask", "interactive", is_flag=True, help="Hỏi cả kỹ thuật viên · ask the technician as well")
@ROOT
@click.pass_context
def check(context: click.Context, interactive: bool, root: Path) -> None:
    """Kiểm tra màn hình, âm thanh, chân, đồng hồ, thẻ, mạng · check screen, sound, pins, clock, card and network.

    Mã thoát: 0 sẵn sàng, 1 có lưu ý, 2 chưa sẵn sàng · exit code: 0 ready, 1 warnings, 2 not ready.
    """
    findings: list[Finding] = []
    for probe in probes(Paths(root), Terminal() if interactive else None):
        found = probe.look()
        findings += found
        for sentence in sentences(found):
            click.echo(sentence)
    verdict = overall(findings)
    click.echo(conclusion(verdict))
    context.exit(verdict)


@provision.group()
def holder() -> None:
    """Người phụ trách của thiết bị và PIN riêng của họ · the unit's duty holders, each with a PIN of their own."""


@holder.command(name="add")
@click.argument("name")
@click.option("--duty", "duties", multiple=True, type=click.Choice([duty.value for duty in Duty]), help="Việc phụ trách · duty")
@click.option("--may-speak", is_flag=True, help="Được nói ra loa tại chỗ (trưởng thôn) · may speak on site (the village head)")
@ROOT
def holder_add(name: str, duties: tuple[str, ...], may_speak: bool, root: Path) -> None:
    """Thêm NAME, hoặc đổi PIN của người đó · add NAME, or give them a new PIN."""
    words = f"PIN riêng của {name}, chỉ người đó biết · their own PIN, known to nobody else"
    pin = click.prompt(words, hide_input=True, confirmation_prompt="Nhập lại · again")
    person = add(Paths(root), name, tuple(Duty(duty) for duty in duties), pin, may_speak)
    click.secho(f"✓ {person.name}: {_told(person)}", fg="green")


@holder.command(name="remove")
@click.argument("name")
@ROOT
def holder_remove(name: str, root: Path) -> None:
    """Bỏ NAME · remove NAME, whose PIN is worth nothing from now on."""
    remove(Paths(root), name)
    click.secho(f"✓ đã bỏ · removed: {name}", fg="green")


@holder.command(name="list")
@ROOT
def holder_list(root: Path) -> None:
    """Ai phụ trách việc gì · who holds which duty."""
    for person in holders(Paths(root)):
        click.echo(f"{person.name}: {_told(person)}")


@provision.command(name="reset-stop")
@click.option(
    "--holder", "name", required=True, prompt="Tên người phụ trách · name of the duty holder", help="Người phụ trách · duty holder"
)
@ROOT
def reset(name: str, root: Path) -> None:
    """Mở lại thiết bị đã bị dừng bằng công tắc tại chỗ · let a unit go on that was stopped at its own switch."""
    paths = Paths(root)
    clock = make_clock(load_settings(paths.unit_toml), paths)
    record = reset_stop(paths, name, click.prompt("PIN", hide_input=True), clock.now())
    click.secho(
        f"✓ {record.person} mở lại sau lần dừng {record.count} · lets the unit go on after stop {record.count}", fg="green", bold=True
    )
    click.echo("  Thiết bị chạy lại sau vài giây; xem: bangtin status · it goes on within seconds; look with bangtin status")


def _told(person: Holder) -> str:
    speaks = ("nói tại chỗ · speaks on site",) if person.may_speak else ()
    return "; ".join((*(" · ".join(DUTY_WORDS[duty]) for duty in person.duties), *speaks))
