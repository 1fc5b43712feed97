"""The rules of sound of a channel, written as TOML, become the policy.json that two persons sign; every fault is told at once."""

import json
import tomllib
from pathlib import Path

import click
from pydantic import ValidationError

from bundle.errors import refuse
from bundle.policy import Policy
from registry.making.findings import Findings
from registry.trust.commands.shared import FILE, refusing
from registry.trust.files import write
from registry.trust.policy_lines import policy_lines
from registry.trust.proposal import compact


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


@click.command()
@click.argument("source", type=FILE)
@click.option("--out", required=True, type=FILE, help="Tệp policy.json sẽ ký · the policy.json to be signed.")
def policy(source: Path, out: Path) -> None:
    """Soạn quy định âm thanh · turn rules of sound written as TOML into a policy.json, and read them out."""
    with refusing():
        if out.name != "policy.json":
            raise refuse(str(out), "tên tệp phải là policy.json / the file must be called policy.json", "--out …/policy.json")
        made = make_policy(source)
        # Without what stands at its default: a unit whose software is older reads every policy that uses no newer rule.
        write(out, compact(made))
    click.echo("\n".join(policy_lines(made)) + f"\n→ {out}")
