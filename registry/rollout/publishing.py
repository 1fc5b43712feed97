"""``bangtin publish software``: package files become a draft that two persons sign and release like any other document."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from bundle.errors import Refused, refuse
from bundle.parse import complaints
from bundle.software import Health, Release, Stage, rank
from bundle.trust import Target
from registry.making.blobs import Blobs
from registry.rollout.debs import Deb, builds, own_version, read_deb
from registry.rollout.needs import new_needs
from registry.trust.commands.shared import CHANNEL, FOLDER, SITE, clock, refusing
from registry.trust.files import write
from registry.trust.proposal import compact
from registry.trust.release_lines import release_lines
from registry.trust.site import Site
from registry.trust.urgent import released_document

STAGES = "3:24,25:48,100:0"
EXAMPLE = "3:24,25:48,100:0 hoặc / or 3:24:80:0,100:0:0:5"


@click.command()
@click.argument("out", type=FOLDER)
@SITE
@CHANNEL
@click.option("--deb", "files", multiple=True, required=True, metavar="[SUITE=]FILE", help="Từng tệp gói · every package file")
@click.option("--reason", required=True, help="Có gì mới, vì sao · what is new, and why; those who sign read it")
@click.option("--number", help="Mặc định: phiên bản bangtin · default: our version; for Debian's updates alone e.g. 1.4.0.1")
@click.option("--since", help="Từ lúc, UTC; mặc định: bây giờ · when the first stage begins, 2027-05-03T01:00; default: now")
@click.option(
    "--stages",
    default=STAGES,
    show_default=True,
    metavar="PERCENT:HOURS[:GOOD[:FAILURES]],…",
    help="Các đợt · stages: cohorts in %, hours at least, % of its units that must be good, how many may fail",
)
@click.option("--health", multiple=True, metavar="NAME=NUMBER", help="install, quiet, settle, trial, report, silence, restarts, cut_offs")
def software(
    out: Path,
    site: Path,
    channel: str,
    files: tuple[str, ...],
    reason: str,
    number: str | None,
    since: str | None,
    stages: str,
    health: tuple[str, ...],
) -> None:
    """Soạn bản phần mềm từ các tệp .deb vào OUT · draft a release of the units' software from .deb files; then sign twice, and release."""
    with refusing():
        debs = [read_deb(file) for file in files]
        found = builds(debs)
        version = own_version(found)
        release = _release(
            format=1,
            channel=channel,
            number=number or version,
            software=version,
            since=_instant(since) if since else clock(),
            reason=reason,
            builds=found,
            stages=_stages(stages),
            health=_health(health),
        )
        before = released_document(Site(site), channel, Target.SOFTWARE)
        warnings: tuple[str, ...] = ()
        if isinstance(before, Release):
            _newer(before, release)
            warnings = tuple(new_needs(Site(site), before, debs, release))
        _keep(out, debs, release)
    click.echo("\n".join(release_lines(release)))
    _sizes(debs)
    for warning in warnings:
        click.secho(warning, fg="yellow", err=True)
    click.echo(f"Hai người ký rồi phát hành · two persons sign, then release: bangtin publish sign {out / Target.SOFTWARE}")


def _release(**fields: Any) -> Release:
    try:
        return Release.model_validate(fields)
    except ValidationError as problem:
        raise Refused(*complaints(problem, Target.SOFTWARE)) from None


def _newer(before: Release, release: Release) -> None:
    """``Refused`` for what units would not take after what is released now."""
    for name, ours, theirs in (("number", release.number, before.number), ("software", release.software, before.software)):
        if rank(ours) < rank(theirs) or (name == "number" and rank(ours) == rank(theirs)):
            what = f"{ours} không mới hơn {theirs} đã phát hành / is not newer than the {theirs} that is released"
            raise refuse(f"{Target.SOFTWARE}.{name}", what, "số lớn hơn; muốn quay lại mã cũ thì đóng gói lại với số mới / a higher one")


def _keep(out: Path, debs: list[Deb], release: Release) -> None:
    blobs = Blobs(out)
    for deb in debs:
        blobs.keep(deb.file.read_bytes())
    write(out / Target.SOFTWARE, compact(release))


def _sizes(debs: list[Deb]) -> None:
    table = Table("gói · package", "MB", title="Thiết bị chỉ tải gói chưa có · units fetch only what they lack")
    for deb in sorted(debs, key=lambda deb: (deb.suite, deb.architecture, deb.package.name)):
        table.add_row(f"{deb.package.name} {deb.package.version} {deb.architecture}", f"{deb.package.size / 1e6:.1f}")
    Console(width=120).print(table)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("viết như / write it like 2027-05-03T01:00", param_hint="--since") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _stages(text: str) -> tuple[Stage, ...]:
    names = ("percent", "hours", "good", "failures")
    try:
        each = [dict(zip(names, stage.split(":"), strict=False)) for stage in text.split(",")]
        return tuple(_stage(stage) for stage in each)
    except (ValueError, KeyError) as problem:
        raise refuse("--stages", f"không đúng dạng / not of that form: {text} ({problem})", EXAMPLE) from None


def _stage(words: dict[str, str]) -> Stage:
    rest = {name: int(words[name]) for name in ("good", "failures") if name in words}
    return Stage(percent=int(words["percent"]), hours=float(words["hours"]), **rest)


def _health(pairs: tuple[str, ...]) -> Health:
    kinds = {name: field.annotation for name, field in Health.model_fields.items()}
    values: dict[str, float | int] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            values[name] = int(value) if kinds[name] is int else float(value)
        except (KeyError, ValueError):
            raise refuse("--health", f"không hiểu / not understood: {pair}", f"{', '.join(kinds)} = số / a number") from None
    try:
        return Health.model_validate(values)
    except ValidationError as problem:
        raise Refused(*complaints(problem, "--health")) from None
