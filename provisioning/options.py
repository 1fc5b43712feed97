"""The options that all commands of provisioning share."""

from pathlib import Path

import click

ROOT = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="BANGTIN_ROOT",
    default=Path("/"),
    help="Gốc tệp của thiết bị · root folder of the unit's files",
)
