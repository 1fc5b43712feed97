"""The command that makes a draft out of an officer's folder."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from bundle.asset import Asset
from bundle.errors import Refused
from bundle.manifest import assets
from registry.making.draft import make_draft
from registry.making.piper import PiperModel, read_model
from registry.making.review import PAGE, REFUSED_PAGE
from registry.making.voice import EspeakVoice, PiperVoice, Voice, Voices
from registry.trust.in_force import in_force
from registry.trust.site import Site


def _starts(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, datetime]:
    starts = {}
    for value in values:
        session, _, when = value.partition("=")
        try:
            start = datetime.fromisoformat(when)
        except ValueError:
            raise click.BadParameter(f"“{value}”: viết như / write it like buoi-sang=2026-12-31T06:00:00") from None
        if start.tzinfo:
            raise click.BadParameter(f"“{value}”: giờ địa phương, không có múi giờ / local time, without a zone")
        starts[session] = start
    return starts


def models_at(_context: click.Context, _option: click.Parameter, files: tuple[Path, ...]) -> list[PiperModel]:
    """The Piper voices in *files*, for an option that may be given several times."""
    try:
        return [read_model(file) for file in files]
    except Refused as refused:
        raise click.BadParameter(str(refused)) from None


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục bản thảo · where the draft goes.")
@click.option("--version", required=True, type=click.IntRange(min=1), help="Số phiên bản · version number.")
@click.option(
    "--start",
    "starts",
    multiple=True,
    callback=_starts,
    metavar="SESSION=LOCALDATETIME",
    help="Dời giờ bắt đầu một buổi phát · move the start of a session.",
)
@click.option(
    "--voice",
    "models",
    multiple=True,
    type=click.Path(path_type=Path),
    callback=models_at,
    metavar="FILE.onnx",
    help="Giọng Piper, mỗi tiếng một tệp; không có thì espeak-ng · a Piper voice for each language, else espeak-ng reads.",
)
@click.option("--piper", default="piper", show_default=True, help="Chương trình Piper · the program of Piper.")
@click.option(
    "--site",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Cây phát hành, để biết quy định đang có hiệu lực · the release tree, for the rules of sound in force.",
)
@click.option(
    "--policy",
    "policies",
    multiple=True,
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    metavar="policy.json",
    help="Quy định chưa phát hành · rules that are not released yet.",
)
def draft(
    folder: Path,
    out: Path,
    version: int,
    starts: dict[str, datetime],
    models: list[PiperModel],
    piper: str,
    site: Path | None,
    policies: tuple[Path, ...],
) -> None:
    """Làm bản thảo từ một thư mục · make a draft out of a folder of plain files."""
    try:
        voices: list[Voice] = [PiperVoice(model, piper) for model in models]
        made = make_draft(
            folder,
            out,
            datetime.now(UTC).replace(microsecond=0),
            version,
            lambda line: click.echo(f"  {line}"),
            starts=starts,
            voice=Voices([*voices, EspeakVoice()]),
            in_force=partial(in_force, Site(site) if site else None, policies),
        )
    except Refused as refused:
        lines = "\n".join(f"  {complaint}" for complaint in refused.complaints)
        raise click.ClickException(
            f"{len(refused.complaints)} lỗi / faults; bản thảo cũ giữ nguyên / an earlier draft stays:\n{lines}{_look(out / REFUSED_PAGE)}"
        ) from None
    blobs: list[Asset] = list(assets(made.bundle).values())
    click.echo(
        f"Bản thảo / draft {made.bundle.channel} v{version}: {len(made.bundle.notices)} tin / notices, "
        f"{len(made.bundle.announcements)} bài phát / announcements, {len(made.bundle.phrases)} câu sẵn / phrases, "
        f"{len(made.alerts)} tin khẩn cấp / emergencies, "
        f"{len(blobs)} tệp / blobs, {sum(blob.size for blob in blobs) // 1024} KB → {out}{_look(out / PAGE)}"
    )


def _look(page: Path) -> str:
    return f"\nXem và nghe / look and listen: {page}" if page.exists() else ""
