"""``bangtin publish``: from an officer's folder of files to signed static files, one command a step."""

import click

from registry.making.commands import draft
from registry.trust.commands import COMMANDS


@click.group()
def publish() -> None:
    """Soạn (draft) → tác giả ký (sign) → người duyệt ký (sign) → phát hành (release)."""


for _command in (draft, *COMMANDS):
    publish.add_command(_command)
