"""A village with a past, for the archive."""

import pytest

from tests.bangtin.archived import Past, notice


@pytest.fixture
async def past(tmp_path):
    """A morning: a first bundle, a greeting, a corrected bundle, a withdrawal, a flood."""
    made = Past(tmp_path)
    await made.start()
    made.bundle(1, notice("hop-thon", "Họp thôn tối thứ Bảy"), notice("tiem", "Lịch tiêm chủng"))
    made.watch(60)
    made.speak("loi-chao", "sang@2026-05-04/0", 1)
    await made.report()
    made.second = made.at
    made.bundle(2, notice("hop-thon", "Họp thôn dời sang Chủ Nhật"), notice("tiem", "Lịch tiêm chủng mới"))
    made.watch(60)
    await made.report()
    made.third = made.at
    made.withdraw("hop-thon", 2)
    made.watch(30)
    await made.report()
    made.fourth = made.at
    made.alert = made.flood().alerts[0]
    made.watch(60)
    made.speak(str(made.alert.identity()), "alert:lu-1/0", 1)
    await made.report()
    made.later(hours=2)
    made.bundle(3, notice("moi", "Tin mới nhất"))
    made.watch(5)
    await made.report()
    yield made
    await made.stop()
