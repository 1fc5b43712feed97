"""``bangtin archive`` of a registry that moved to PostgreSQL is, file by file, what it was before."""

import asyncio
import os
import secrets

import pytest
from click.testing import CliRunner

from bangtin.main import main
from tests.bangtin.archived import VILLAGE, files
from tests.registry.cluster import VARIABLE, drop_database, make_database


@pytest.mark.skipif(not os.environ.get(VARIABLE), reason="needs the cluster that `make postgres` starts")
async def test_an_archive_is_the_same_from_either_database(past):
    def bangtin(*words):
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exit_code == 0, done.output

    def archived(out):
        options = (
            "--village",
            VILLAGE,
            "--at",
            "2026-05-04T08:00",
            "--site",
            past.publisher.site,
            "--data",
            past.data,
            "--size",
            "640x360",
        )
        bangtin("archive", *options, past.folder / out)
        return files(past.folder / out)

    await past.registry.stop()
    before = await asyncio.to_thread(archived, "sqlite")
    cluster_at, name = os.environ[VARIABLE], f"archived_{secrets.token_hex(4)}"
    try:
        await asyncio.to_thread(bangtin, "registry", "database", "--data", past.data, "--move-to", make_database(cluster_at, name))
        assert not (past.data / "registry.db").exists()
        assert await asyncio.to_thread(archived, "postgresql") == before
    finally:
        drop_database(cluster_at, name)
