"""``bangtin registry database | backup | restore``: where the database lies, and how it is kept twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import click

from bundle.errors import refuse
from registry.storage.backup import back_up
from registry.storage.backup import restore as restore_from
from registry.storage.copying import copy
from registry.storage.engines import NAME, POINTER, database_of, postgres
from registry.storage.storage import Storage, open_database, open_storage
from registry.storage.turns import LETTING_GO
from registry.trust.files import write

DATA = click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục dữ liệu · data folder")
_OWNER_ONLY = 0o600
_PATIENCE = 2.0
"""Seconds to wait for a registry that is just ending."""


@click.command()
@DATA
@click.option(
    "--move-to", "url", help="Chuyển hẳn sang PostgreSQL trống · move to this empty PostgreSQL database: postgresql:///bangtin?host=…"
)
def database(data: Path, url: str | None) -> None:
    """Cơ sở dữ liệu ở đâu; chuyển sang PostgreSQL · where the database is; move it to PostgreSQL."""
    if url is not None:
        _move(data, url)
    click.echo(database_of(data).where)


@click.command()
@DATA
@click.argument("out", type=click.Path(path_type=Path))
def backup(data: Path, out: Path) -> None:
    """Sao lưu vào thư mục mới OUT, cả khi máy chủ đang chạy · back up into the new folder OUT, also while the registry runs.

    Trong đó có khóa riêng của sổ: giữ như giữ khóa. Cây phát hành thì chép riêng.
    The registry's own private keys are in it: keep it as you keep keys. Copy the release tree beside it.
    """
    made = back_up(data, out, _tell)
    click.secho(f"✓ {made.folder}: {made.rows} dòng · rows, {made.files} tệp · files", fg="green")


@click.command()
@DATA
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(data: Path, folder: Path) -> None:
    """Khôi phục bản sao lưu FOLDER vào thư mục dữ liệu trống · restore the backup FOLDER into an empty data folder."""
    made = restore_from(folder, data, _tell)
    click.secho(f"✓ {made.folder}: {made.rows} dòng · rows, {made.files} tệp · files", fg="green")


def _move(data: Path, url: str) -> None:
    if (data / POINTER).exists():
        raise refuse(str(data / POINTER), "đã ở PostgreSQL / it is on PostgreSQL already", "bangtin registry backup, restore")
    asyncio.run(_copied(data, url))
    write(data / POINTER, url.encode() + b"\n", _OWNER_ONLY)
    if (data / NAME).exists():
        # Set aside, not deleted: whoever finds a mistake removes the pointer and has it back.
        (data / NAME).rename(data / f"{NAME}.moved")


async def _copied(data: Path, url: str) -> None:
    async with await open_database(postgres(url)) as target, await open_storage(data) as source, _stopped(source, data):
        await copy(source, target, _tell)


@asynccontextmanager
async def _stopped(source: Storage, data: Path) -> AsyncIterator[None]:
    """While no registry runs on *data*, ``Refused`` else: what it acknowledged from now on would be left behind."""
    async with AsyncExitStack() as held:
        try:
            async with asyncio.timeout(_PATIENCE):
                await held.enter_async_context(source.turns.of(LETTING_GO))
        except TimeoutError:
            what = "sổ trung tâm đang chạy ở đây / a registry is running here"
            raise refuse(str(data), what, "dừng nó rồi chuyển / stop it, and move then") from None
        yield


def _tell(table: str, rows: int) -> None:
    if rows:
        click.echo(f"  {table}: {rows}")
