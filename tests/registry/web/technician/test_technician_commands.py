"""What the registry's own command says and does about technicians, areas and the audit."""

import asyncio
import subprocess

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import update

from bundle.errors import Refused
from registry.audit.tables import audit
from registry.storage.storage import open_storage
from registry.web.commands import registry as command
from tests.registry.web.technician.office import AREAS, THO


def run(tmp_path, *words, code=0):
    made = CliRunner().invoke(command, [*words[:2], "--data", str(tmp_path / "data"), *map(str, words[2:])])
    if isinstance(made.exception, Refused):
        raise made.exception
    assert made.exit_code == code, made.output
    return made.output


def imported(tmp_path):
    table = tmp_path / "areas.csv"
    table.write_text(AREAS, encoding="utf-8")
    return run(tmp_path, "area", "import", table)


def test_areas_are_imported_and_listed(tmp_path):
    assert "5 khu vực · areas; 3 nơi" in imported(tmp_path)
    told = run(tmp_path, "area", "list", "--within", "vn.20.06002")
    assert "Ấp Sóc Tả" in told
    assert "Bến Đò" not in told


def test_a_table_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "areas.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(Refused, match="not UTF-8"):
        run(tmp_path, "area", "import", tmp_path / "areas.xls")


def test_a_link_is_printed_once_with_a_picture_that_a_phone_reads(tmp_path):
    imported(tmp_path)
    told = run(
        tmp_path, "technician", "add", THO, "--area", "vn.20.06001", "--url", "https://so.tinh-mau.vn/", "--png", tmp_path / "qr.png"
    )
    link = told.splitlines()[0]
    assert link.startswith("https://so.tinh-mau.vn/t#")
    with Image.open(tmp_path / "qr.png") as picture:
        assert min(picture.size) > 200
    read = subprocess.run(["zbarimg", "-q", "--raw", str(tmp_path / "qr.png")], capture_output=True, text=True, check=True).stdout
    assert read.strip() == link
    assert link.split("#")[1] not in run(tmp_path, "technician", "list")


def test_an_area_without_any_place_is_pointed_out(tmp_path):
    assert "area import" in run(tmp_path, "technician", "add", THO, "--area", "vn.20", "--url", "https://so.tinh-mau.vn")


@pytest.mark.parametrize(("name", "area"), [(THO, "Xã An Phú"), (" ", "vn.20")])
def test_a_name_or_area_that_is_none_is_refused(tmp_path, name, area):
    with pytest.raises(Refused):
        run(tmp_path, "technician", "add", name, "--area", area, "--url", "https://so.tinh-mau.vn")


def test_who_is_revoked_is_listed_as_such_and_nobody_is_revoked_twice(tmp_path):
    run(tmp_path, "technician", "add", THO, "--area", "vn.20", "--url", "https://so.tinh-mau.vn")
    run(tmp_path, "technician", "revoke", THO.upper())
    assert "revoked" in run(tmp_path, "technician", "list")
    with pytest.raises(Refused, match="no technician"):
        run(tmp_path, "technician", "revoke", THO)


def test_the_audit_says_where_somebody_changed_it(tmp_path):
    imported(tmp_path)
    run(tmp_path, "technician", "add", THO, "--area", "vn.20", "--url", "https://so.tinh-mau.vn")
    told = CliRunner().invoke(command, ["audit", "--data", str(tmp_path / "data")])
    assert (told.exit_code, "the chain is whole" in told.output, THO in told.output) == (0, True, True)
    asyncio.run(_change(tmp_path))
    told = CliRunner().invoke(command, ["audit", "--data", str(tmp_path / "data")])
    assert (told.exit_code, "breaks at row 2" in told.output) == (1, True)


async def _change(tmp_path):
    async with await open_storage(tmp_path / "data") as storage, storage.writing() as connection:
        await connection.execute(update(audit).where(audit.c.seq == 2).values(detail="vn"))
