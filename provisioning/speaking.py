"""``bangtin provision speak …``: a duty holder opens the loudspeaker at the unit with a PIN of their own."""

import sys
from pathlib import Path

import click

from device.paths import Paths
from evidence.override import Opened
from provisioning.calibrating import keep_calibration
from provisioning.following import clock, follow
from provisioning.holders import Right, holders
from provisioning.opening import Wish, approved, check, hear, open_on_site, this_unit
from provisioning.opening import close as close_opening
from provisioning.options import ROOT

HOLDER = click.option("--holder", "name", help="Người nói, như trong danh sách · who speaks, as in the list of holders")
URGENT = click.option(
    "--urgent", is_flag=True, help="Không chờ hết giờ yên tĩnh được; người nói chịu trách nhiệm · cannot wait for the end of quiet hours"
)


@click.group(invoke_without_command=True)
@HOLDER
@URGENT
@ROOT
@click.pass_context
def speak(context: click.Context, name: str | None, urgent: bool, root: Path) -> None:
    """Nói trực tiếp ra loa bằng micrô của thiết bị; Ctrl-C để thôi · speak through the unit's own microphone; Ctrl-C ends it.

    Không cần mạng, không cần đồng hồ. Hết thời gian cho phép thì tự tắt. Lời nói được ghi lại trên thẻ.
    It needs no network and no clock, ends by itself at its signed maximum, and what is said is recorded on the card.
    """
    if context.invoked_subcommand is None:
        _open(root, Wish(Opened.MICROPHONE, urgent=urgent), name)


@speak.command()
@click.argument("item")
@HOLDER
@URGENT
@ROOT
def phrase(item: str, name: str | None, urgent: bool, root: Path) -> None:
    """Phát câu đã duyệt ITEM · say the approved phrase ITEM."""
    _open(root, Wish(Opened.PHRASE, item, urgent), name)


@speak.command()
@click.argument("item")
@HOLDER
@ROOT
def session(item: str, name: str | None, root: Path) -> None:
    """Phát buổi phát đã duyệt ITEM · start the approved session ITEM."""
    _open(root, Wish(Opened.SESSION, item), name)


@speak.command()
@ROOT
def close(root: Path) -> None:
    """Tắt cái đang mở tại chỗ, ai cũng được · end what is open on site; anybody may."""
    ended = close_opening(this_unit(Paths(root)))
    click.secho(f"✓ đã tắt · ended: {ended.holder}", fg="green")


@speak.command(name="list")
@ROOT
def openable(root: Path) -> None:
    """Mở được gì tại chỗ, và ai được mở · what may be opened here, and by whom."""
    unit = this_unit(Paths(root))
    minutes = unit.programme.policy().override_minutes
    if not minutes:
        click.echo("Quy định tại đây không cho mở tại chỗ · the signed rules here allow no opening on site")
        return
    microphone = "bangtin provision speak" if unit.settings.microphone else "không có · none"
    click.echo(f"Micrô · microphone: {microphone} (tối đa {minutes:g} phút · at most {minutes:g} min)")
    for what, item in approved(unit):
        title = item.versions[0].title if what is Opened.PHRASE else item.title  # type: ignore[union-attr] # a phrase, by its kind
        click.echo(f"{'Câu · phrase ' if what is Opened.PHRASE else 'Buổi · session'}  {item.id}: {title}")
    names = ", ".join(holder.name for holder in holders(unit.paths) if holder.may(Right.SPEAK))
    click.echo(f"Người được mở · who may: {names or '–'}")


@click.command(name="calibrate-ear")
@HOLDER
@ROOT
def calibrate_ear(name: str | None, root: Path) -> None:
    """Cho loa phát âm thử rồi đo tại micrô · let the horn sound a test tone and measure it at the microphone."""
    unit, wish = this_unit(Paths(root)), Wish(Opened.TONE)
    seconds = check(unit, wish)
    microphone = hear(unit.settings.microphone)
    click.confirm("Loa sẽ kêu to. Không ai đứng sát loa? · The horn will sound. Is nobody close to it?", abort=True)
    name = name or click.prompt("Tên kỹ thuật viên · your name")
    override = open_on_site(unit, wish, name, click.prompt("PIN", hide_input=True))
    follow(unit, override, seconds)
    click.confirm("Có nghe âm thử từ loa không? · Did you hear the tone from the horn?", abort=True)
    kept = keep_calibration(unit.paths, unit.clock, override.name, override.holder, microphone.ear.clear_db)
    told = f"tín hiệu · signal {kept.tone:.0f} dBFS, tiếng ồn · noise {kept.noise:.0f} dBFS"
    click.secho(f"✓ đã hiệu chuẩn micrô · the ear is calibrated: {told}", fg="green", bold=True)


def _open(root: Path, wish: Wish, name: str | None) -> None:
    unit = this_unit(Paths(root))
    seconds = check(unit, wish)
    name = name or click.prompt("Tên người nói · your name")
    pin = click.prompt("PIN", hide_input=True)
    override = open_on_site(unit, wish, name, pin)
    limit = f"tối đa {clock(seconds)} phút · at most {clock(seconds)} min"
    click.secho(f"{override.holder} · {limit} · Ctrl-C để tắt · Ctrl-C ends it", bold=True)
    sys.exit(0 if follow(unit, override, seconds) else 1)
