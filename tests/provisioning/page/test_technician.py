"""Questions of the unit appear on the phone, answers go back, live; a page that closes leaves them open."""

import asyncio
import io
import threading

import aiohttp
import pytest
from PIL import Image

from device.errors import TechnicianDeclined
from provisioning.page.technician import PageTechnician
from provisioning.page.work import DONE
from provisioning.questions import Blank, Choice, Form, Line, Number, Photo, YesNo

YES_NO = YesNo("readable", ("Đọc được không?", "Can you read it?"), hint=("từ 10 m", "from 10 m"))
NUMBER = Number("loud", ("Bao nhiêu dBA?", "How many dBA?"), unit="dBA", least=30, most=130)
CHOICE = Choice("power", ("Thế nào?", "How was it?"), (("right", ("Tốt", "right")), ("bad", ("Hỏng", "bad"))))
LINE = Line("name", ("Tên bạn?", "Your name?"), usual="Lò Văn Thợ")
FORM = Form(
    "duties", ("Ai phụ trách?", "Who holds it?"), (Blank("repair", ("sửa chữa", "repair")), Blank("content", ("nội dung", "content")))
)
PHOTO = Photo("photo", ("Chụp một ảnh", "Take one photograph"))


def picture():
    found = io.BytesIO()
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(found, "JPEG")
    return found.getvalue()


async def work(house, *questions):
    """The answers of a piece of work that asks *questions*; None for one that stays open."""
    answers = []

    def ask(technician):
        for question in questions:
            try:
                answers.append(technician.ask(question))
            except TechnicianDeclined:
                answers.append(None)
        return DONE

    await house.open()
    phone = await house.inside()
    house.door._open.opening.work.ask_in_thread(("Thử", "trying"), ask)
    return phone, answers


async def news(phone, version=0):
    return (await (await phone.http.get(f"/task/news?version={version}")).json())["version"]


async def shown(phone, words):
    """The page, as soon as it shows *words*."""
    version = 0
    for _ in range(20):
        text = await (await phone.get("/task")).text()
        if words in text:
            return text
        version = await news(phone, version)
    raise AssertionError(f"never shown: {words}\n{text}")


async def answer(phone, n, **sent):
    await phone.post("/task/answer", {"n": str(n)} | sent, allow_redirects=False)


async def test_each_kind_of_question_is_asked_and_its_answer_read(house):
    phone, answers = await work(house, YES_NO, NUMBER, CHOICE, LINE, FORM, PHOTO)
    assert "từ 10 m" in await shown(phone, "Đọc được không?")
    await answer(phone, 1, answer="yes")
    await shown(phone, "30 – 130 dBA")
    await answer(phone, 2, answer="72,5")
    await shown(phone, "Hỏng")
    await answer(phone, 3, answer="bad")
    await shown(phone, 'value="Lò Văn Thợ"')
    await answer(phone, 4, answer="Quàng Thị Thợ")
    await shown(phone, "sửa chữa")
    await answer(phone, 5, **{"blank-repair": "Vàng A Sửa", "blank-content": ""})
    await shown(phone, "Chụp một ảnh")
    sent = aiohttp.FormData({"form": phone.form, "n": "6"})
    sent.add_field("photo", picture(), filename="a.jpg", content_type="image/jpeg")
    await phone.http.post("/task/answer", data=sent)
    await shown(phone, "✓ Xong")
    assert answers[:5] == [True, 72.5, "bad", "Quàng Thị Thợ", {"repair": "Vàng A Sửa"}]
    assert answers[5][:4] == b"RIFF"
    assert len(answers[5]) <= PHOTO.largest


async def test_an_answer_that_cannot_be_taken_is_told_and_the_question_asked_again(house):
    phone, answers = await work(house, NUMBER)
    await shown(phone, "dBA")
    await answer(phone, 1, answer="rất to")
    await shown(phone, "expected")
    await answer(phone, 2, answer="80")
    await shown(phone, "✓ Xong")
    assert answers == [80.0]


async def test_a_question_may_be_left_open(house):
    phone, answers = await work(house, YES_NO, NUMBER)
    await shown(phone, "Đọc được không?")
    await answer(phone, 1, skip="1")
    await shown(phone, "dBA")
    await answer(phone, 2, answer="80")
    await shown(phone, "✓ Xong")
    assert answers == [None, 80.0]


async def test_a_form_that_is_sent_twice_answers_one_question(house):
    phone, answers = await work(house, YES_NO, YesNo("sure", ("Chắc chưa?", "Are you sure?")))
    await shown(phone, "Đọc được không?")
    await asyncio.gather(*(answer(phone, 1, answer="yes") for _ in range(3)))
    await shown(phone, "Chắc chưa?")
    await answer(phone, 1, answer="no")
    await answer(phone, 2, answer="no")
    await shown(phone, "✓ Xong")
    assert answers == [True, False]


async def test_when_the_time_runs_out_in_a_form_the_port_is_closed_and_the_question_stays_open(house):
    phone, answers = await work(house, YES_NO, NUMBER)
    await shown(phone, "Đọc được không?")
    await house.look(3600)
    await house.look()
    assert not house.listening()
    assert answers == [None, None]
    with pytest.raises(aiohttp.ClientConnectionError):
        await answer(phone, 1, answer="yes")


async def test_a_second_piece_of_work_waits_for_the_first(house):
    phone, _ = await work(house, YES_NO)
    await shown(phone, "Đọc được không?")
    refused = await phone.post("/wifi", {"qr": "WIFI:T:WPA;S:Xã;P:mat-khau-2;;"})
    assert "under way: trying" in await refused.text()


def test_who_asks_after_the_page_was_closed_gets_no_answer():
    technician = PageTechnician()
    declined = threading.Event()

    def ask():
        with pytest.raises(TechnicianDeclined):
            technician.ask(YES_NO)
        declined.set()

    threading.Thread(target=ask).start()
    technician.close()
    assert declined.wait(10)
    with pytest.raises(TechnicianDeclined):
        technician.ask(YES_NO)


async def test_a_mistake_of_ours_is_never_called_done_and_ends_the_program_with_its_page(house):
    def dies(technician):
        raise ZeroDivisionError

    await house.open()
    phone = await house.inside()
    house.door._open.opening.work.ask_in_thread(("Thử", "trying"), dies)
    text = await shown(phone, "Not done")
    assert "✓ Xong" not in text
    assert "the program made a mistake" in text
    with pytest.raises(ZeroDivisionError):
        await house.look()
    with pytest.raises(ZeroDivisionError):
        await house.door.close()
    assert (house.listening(), house.air.active()) == (False, None)
