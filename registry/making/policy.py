"""The rules of sound of a channel, written as TOML, become the policy.json that two persons sign; every fault is told at once."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import ValidationError

from bundle.area import covers
from bundle.errors import Complaint, Refused, refuse
from bundle.parse import parse
from bundle.policy import Policy
from registry.making.findings import Findings
from registry.making.permitted import check_sounding
from registry.trust.commands.shared import FILE, FOLDER, refusing
from registry.trust.files import write
from registry.trust.in_force import in_force
from registry.trust.policy_lines import policy_lines
from registry.trust.proposal import compact
from registry.trust.site import Site


def make_policy(path: Path) -> Policy:
    """The policy in the TOML file *path*; ``Refused`` tells every fault with what is expected."""
    findings = Findings()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        # Through JSON, because strict models take days and hours only from there.
        return Policy.model_validate_json(json.dumps({"format": 1, **data}, default=str))
    except OSError as problem:
        what = f"không đọc được / cannot be read: {problem.strerror}"
        raise refuse(str(path), what, "kiểm tra đường dẫn / check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise refuse(str(path), f"không đọc được TOML / not readable as TOML: {problem}", "sửa dòng đó / correct that line") from None
    except ValidationError as problem:
        findings.take_invalid(problem, path.name, Policy)
        raise findings.refused() from None


def silenced(site: Site, policy: Path, now: datetime) -> Iterator[tuple[str, Complaint]]:
    """(channel, complaint) of what is released and would not sound any more if the rules in the file *policy* were in force."""
    for channel in site.channels():
        if not covers(parse(Policy, policy.read_bytes(), str(policy)).channel, channel):
            continue
        cells = in_force(site, (policy,), channel)
        findings = Findings()
        for bundle in (cell.bundle for cell in cells if cell.channel == channel and cell.bundle):
            check_sounding(bundle, cells, findings, now)
        try:
            findings.refuse()
        except Refused as refused:
            yield from ((channel, complaint) for complaint in refused.complaints)


@click.command()
@click.argument("source", type=FILE)
@click.option("--out", required=True, type=FILE, help="Tệp policy.json sẽ ký · the policy.json to be signed.")
@click.option("--site", type=FOLDER, help="Cây phát hành, để kể buổi nào sẽ im · the release tree, to tell what it silences.")
def policy(source: Path, out: Path, site: Path | None) -> None:
    """Soạn quy định âm thanh từ tệp TOML, rồi đọc lại · turn rules of sound written as TOML into a policy.json, and read them out."""
    with refusing():
        if out.name != "policy.json":
            raise refuse(str(out), "tên tệp phải là policy.json / the file must be called policy.json", "--out …/policy.json")
        made = make_policy(source)
        # Without what stands at its default: a unit whose software is older reads every policy that uses no newer rule.
        write(out, compact(made))
        found = list(silenced(Site(site), out, datetime.now(UTC))) if site else []
    click.echo("\n".join(policy_lines(made)) + f"\n→ {out}")
    for channel, complaint in found:
        click.secho(f"! {channel}: {complaint}", fg="yellow")
