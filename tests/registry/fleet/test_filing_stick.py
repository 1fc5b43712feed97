"""The command that takes in a courier's stick, beside a registry that goes on, on whichever database."""

import asyncio

from click.testing import CliRunner

from evidence.report import StickAcknowledgement
from evidence.sealing import seal
from evidence.signing import public_jwk, verify
from registry.fleet.tables import lines
from registry.web.commands import registry as command
from registry.web.config import OWN_KEYS
from tests.registry.web.conftest import shown


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
