"""What a database cannot keep, as a NUL in PostgreSQL, fails nobody's page: it is refused, or it names nothing that there is."""

import pytest

from registry.web.users.session import COOKIE
from tests.registry.web.users.desk import Desk


@pytest.mark.parametrize("path", ["/units/bt%00mau", "/?words=a%00b", "/coverage?channel=vn%00"])
async def test_a_nul_in_an_address_is_no_failure(registry, path):
    answer = await registry.look(path)
    assert answer.status in (200, 400, 404), await answer.text()
    assert (await registry.look("/")).status == 200


async def test_a_nul_in_a_session_is_no_failure(registry):
    answer = await registry.client.get("/", headers={"Cookie": f"{COOKIE}=a%00b"}, allow_redirects=False)
    assert answer.status < 500


async def test_a_nul_in_a_name_is_no_failure(registry):
    answer = await Desk(registry).post("/sign-in", name="Lê\0Thị", password="a\0b")
    assert answer.status in (400, 403), await answer.text()
