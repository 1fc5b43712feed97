"""The command that takes in a courier's stick, beside a registry that goes on, on whichever database."""

import asyncio

from click.testing import CliRunner
from sqlalchemy import select

from evidence.report import StickAcknowledgement
from evidence.sealing import seal
from evidence.signing import public_jwk, verify
from registry.fleet.letters import import_stick
from registry.fleet.tables import lines
from registry.web.commands import registry as command
from registry.web.config import OWN_KEYS, STORAGE
from tests.registry.web.conftest import NOON, shown


async def test_letters_of_one_boot_are_filed_by_their_numbers(registry, tmp_path):
    """A name that ends in 100 stands before one that ends in 99."""
    unit, keys = await registry.enrolled(), registry.app[OWN_KEYS]
    letters = tmp_path / "stick/bangtin/reports" / unit.name
    letters.mkdir(parents=True)
    for n in (99, 100):
        (letters / f"boot-1-{n}.jwe").write_text(seal(unit.report(n, [("display", shown(n))]).encode(), dict(keys.public.sealing)))
    await import_stick(tmp_path / "stick", registry.app[STORAGE], keys, NOON)
    async with registry.app[STORAGE].reading() as connection:
        assert (await connection.scalars(select(lines.c.n).order_by(lines.c.seq))).all() == [99, 100]


async def test_what_a_stick_brought_is_filed_once_and_answered(registry, tmp_path):
    unit, keys = await registry.enrolled(), registry.app[OWN_KEYS]
    letters = tmp_path / "stick/bangtin/reports" / unit.name
    letters.mkdir(parents=True)
    for n in range(3):
        sealed = seal(unit.report(n, [("display", shown(n))]).encode(), dict(keys.public.sealing))
        (letters / f"boot-1-{n}.jwe").write_text(sealed)
    words = ["import-stick", "--data", str(registry.config.data), str(tmp_path / "stick"), "--keep"]
    for told in ("3 mới · new, 0 đã có · known", "0 mới · new, 3 đã có · known"):
        done = await asyncio.to_thread(CliRunner().invoke, command, words)
        assert done.exit_code == 0, done.output
        assert told in done.output
    assert await registry.count(lines) == 3
    answer = (tmp_path / "stick/bangtin/acks" / f"{unit.name}.jws").read_text()
    assert StickAcknowledgement.model_validate_json(verify(answer, public_jwk(keys.signing))).kept == {"display": 2}
