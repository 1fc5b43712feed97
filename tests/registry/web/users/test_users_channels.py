"""The pages of channels and keys: those that concern somebody, in words that say what runs out, and what cannot be read says so."""

from datetime import timedelta

from registry.people.roles import Granted, Role
from registry.web.officer.keys import figures
from tests.simulators.content import CHANNEL


async def look(watched, path, area="vn"):
    headers = await watched.registry.account(Granted(area, Role.WATCHER), name=f"Người {area}")
    answer = await watched.registry.client.get(path, headers=headers)
    return answer.status, await answer.text()


async def test_a_channel_says_who_signs_with_which_key_and_until_when(watched):
    watched.raise_alert()
    status, text = await look(watched, f"/channels/{CHANNEL}")
    key = watched.publisher.keys["alerts-author"]
    assert (status, key.person in text, figures(key.public.keyval["public"]) in text) == (200, True, True)
    assert "còn tốt" in text
    watched.clock.at += timedelta(days=6)
    _, text = await look(watched, "/channels")
    assert "sắp hết hạn" in text
    watched.clock.at += timedelta(days=2)
    status, text = await look(watched, f"/channels/{CHANNEL}")
    assert "đã hết hạn" in text
    assert "bangtin publish renew" in text


async def test_only_channels_that_concern_somebody_are_there(watched):
    for area, there in ((CHANNEL, True), (f"{CHANNEL}.03", True), ("vn", True), ("vn.20.06002", False)):
        status, _ = await look(watched, f"/channels/{CHANNEL}", area)
        assert (status == 200) is there, area
        assert (CHANNEL in (await look(watched, "/channels", area))[1].replace(f"{CHANNEL}.03", "")) is there
    assert (await look(watched, "/channels/vn.99"))[0] == 404
    assert (await look(watched, "/channels/..%2f..%2fetc"))[0] == 404


async def test_a_channel_whose_files_are_damaged_is_named_and_hides_no_other(watched):
    path = watched.publisher.tree.metadata(CHANNEL, "snapshot", 1)
    path.write_bytes(b"{")
    for page in ("/channels", f"/channels/{CHANNEL}"):
        status, text = await look(watched, page)
        assert (status, "damaged" in text) == (200, True)
