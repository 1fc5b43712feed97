"""What the commands print that bind a phone: the single-use link, as text and as a code for its camera, and how long it stays bound."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import segno
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row

from bundle.errors import refuse
from registry.web.rules import Rules


def show_link(link: str, name: str, png: Path | None) -> None:
    """Print *link*, which is for *name* alone; into *png* as a picture too."""
    picture = segno.make(link, error="m", micro=False)
    if png:
        picture.save(str(png), kind="png", scale=8, border=4)
    if os.isatty(1):
        picture.terminal(compact=True)
    click.echo(link)
    hours = int(Rules().link_for.total_seconds() // 3600)
    click.secho(f"Dùng một lần, trong {hours} giờ; chỉ đưa cho {name} · single use, {hours} hours, for them alone", err=True, dim=True)


def bound_until(row: Row[Any], rules: Rules) -> str:
    """Until when the phone of *row* stays bound if nobody uses it."""
    return f"đến · until {datetime.fromisoformat(row.bound) + rules.session_for:%Y-%m-%d}" if row.session else "chưa gắn · none"


def checked(value: str, adapter: TypeAdapter[str], where: str) -> str:
    """*value* as *adapter* takes it; ``Refused`` with what is wrong."""
    try:
        return adapter.validate_python(" ".join(value.split()))
    except ValidationError as problem:
        raise refuse(where, f"{value}: {problem.errors()[0]['msg']}", "sửa lại / correct it") from None
