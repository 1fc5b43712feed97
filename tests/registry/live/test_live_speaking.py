"""The officer's end of a live voice, where the registry is not what it should be."""

import pytest
from aiohttp import web

from bundle.errors import Refused, refuse
from registry.live import speaking
from registry.live.encoding import Piece
from registry.live.speaking import speak
from tests.simulators.wire import Wire


async def test_a_registry_that_takes_the_connection_and_says_nothing_is_given_up_with_a_sentence(monkeypatch):
    monkeypatch.setattr(speaking, "KNOWN_WITHIN", 0.5)
    silent = Wire()
    with pytest.raises(Refused, match="no answer"):
        await speak(f"{silent.base}/live/x", "secret", iter(()), 1.0)
    assert silent.asked == ["/live/x"]
    silent.close()


async def test_a_microphone_that_is_pulled_out_is_not_called_a_bad_network(aiohttp_client):
    async def registry(request):
        return web.Response(status=204) if request.method == "HEAD" else web.Response(text=str(len(await request.read())))

    def torn():
        yield Piece(0.0, b"OggS")
        raise refuse("default", "không đọc được tiếng (cannot be heard)", "kiểm tra micrô / check the microphone")

    application = web.Application()
    application.router.add_route("*", "/live/x", registry)
    client = await aiohttp_client(application)
    with pytest.raises(Refused) as told:
        await speak(str(client.make_url("/live/x")), "secret", torn(), 1.0)
    assert [each.where for each in told.value.complaints] == ["default"]
