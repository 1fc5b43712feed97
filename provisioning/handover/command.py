"""``bangtin provision sheet`` and ``verify``: the handover sheet, made on the unit and proven anywhere."""

from pathlib import Path

import click

from bundle.errors import refuse
from device.paths import Paths
from evidence.handover import opened
from evidence.self_test import Mark
from evidence.signing import public_jwk, thumbprint
from provisioning.handover.sheet import grouped, make_sheet
from provisioning.options import ROOT


@click.command()
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Tệp HTML · the HTML file to write")
@ROOT
def sheet(out: Path, root: Path) -> None:
    """Làm biên bản bàn giao, ký bằng khóa của thiết bị, để in · the handover sheet for print, signed by the unit's key."""
    document = make_sheet(Paths(root))
    try:
        out.write_bytes(document)
    except OSError as problem:
        raise refuse(str(out), f"không ghi được / cannot be written: {problem.strerror}", "chọn nơi khác / choose another place") from None
    click.secho(f"✓ {out}: {len(document) / 1000:.0f} kB", fg="green", bold=True)
    click.echo("  Mở bằng trình duyệt rồi in khổ A4 · open it in a browser and print it on A4")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--thumbprint", "known", help="Vân tay khóa đã biết · the thumbprint that is known; else the sheet's own is told to compare")
@ROOT
@click.pass_context
def verify(context: click.Context, file: Path, known: str | None, root: Path) -> None:
    """Biên bản bàn giao FILE có đúng do thiết bị ký không; không cần mạng · whether the unit signed FILE and nobody changed it; offline.

    Mã thoát: 0 đúng khóa đã biết, 1 chưa biết khóa của ai, 2 bị sửa · exit code: 0 signed by the known key, 1 by an unknown one, 2 changed.
    """
    mine = Paths(root).key
    if known is None and mine.exists():
        known = thumbprint(public_jwk(mine.read_bytes()))
    found = opened(file.read_bytes(), known.replace(" ", "") if known else None)
    results = found.results
    if known:
        click.secho(f"✓ {found.unit}: chữ ký đúng, trang chưa bị sửa · signature right, page unchanged", fg="green", bold=True)
    else:
        # Anybody can make a key and sign: only a key that somebody knows says whose sheet it is.
        words = "trang khớp chữ ký, nhưng chưa biết khóa của ai · the page fits its signature, but nobody knows whose key it is"
        click.secho(f"? {found.unit}: {words}", fg="yellow", bold=True)
    click.echo(f"  {results.place_name} ({results.place}), {results.technician}, {results.at.wall:%d/%m/%Y}")
    wrong = sum(each.mark is Mark.NOT_READY for each in results.checked)
    click.echo(f"  {len(results.checked)} điểm, {wrong} chưa đạt · {len(results.checked)} points, {wrong} not right")
    click.echo(f"  Mã, so với tờ giấy · digest, compare it with the paper: {grouped(found.digest)}")
    said = "Vân tay đúng như đã biết · thumbprint as known" if known else "So vân tay với máy chủ · compare it with the registry's"
    click.echo(f"  {said}: {grouped(found.thumbprint)}")
    context.exit(0 if known else 1)
