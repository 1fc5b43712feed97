"""What an officer is told about a folder: every fault at once, with its place, in two languages, and nothing is made."""

import pytest

from registry.making.voice import EspeakVoice
from tests.registry.making.officework import NOTICE, PROGRAMME, SESSION, SPOKEN, Office


def test_a_sound_folder_becomes_a_draft_that_is_valid_for_its_days(office: Office) -> None:
    bundle = office.draft().bundle
    assert [notice.id for notice in bundle.notices] == ["hop-thon"]
    assert [session.order for session in bundle.sessions] == [("loi-chao",)]
    assert (bundle.valid_until - bundle.made).days == 30


def test_all_complaints_come_at_once_each_with_file_and_field(office: Office) -> None:
    office.write("programme.toml", PROGRAMME.replace("contact", "contakt").replace("area_name", "x") + SESSION.replace("order", "oder"))
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", "titel"))
    office.write("notices/Hop Thon.md", NOTICE)
    office.write("notices/le-hoi.km.md", NOTICE)
    office.write("announcements/loi-chao.vi.md", SPOKEN.replace('reviewer = "Vi Thị Dụ"', "reviewer = 3"))
    office.write("alerts/lu.toml", 'status = "Aktual"\n')
    office.write("notises/x.vi.md", NOTICE)
    told = office.complaints()
    assert "did you mean “contact”" in told["programme.toml: contakt"]
    assert "thiếu mục này / missing" in told["programme.toml: area_name"]
    assert "did you mean “order”" in told["programme.toml: session[1].oder"]
    assert "did you mean “title”" in told["notices/hop-thon.vi.md: titel"]
    assert "file name not understood" in told["notices/Hop Thon.md"]
    assert "the Vietnamese version is missing" in told["notices/le-hoi.vi.md"]
    assert "must be text" in told["announcements/loi-chao.vi.md: reviewer"]
    assert "'Actual'" in told["alerts/lu.toml: status"]
    assert "missing" in told["alerts/lu.toml: event"]
    assert "did you mean “notices”" in told["notises"]


def test_every_complaint_speaks_vietnamese_and_english(office: Office) -> None:
    office.write("programme.toml", PROGRAMME.replace("format = 1", "format = 2") + "valid_days = 0\nparty = true\n")
    assert {where: " / " in what for where, what in office.complaints().items()} == {
        "programme.toml: format": True,
        "programme.toml: valid_days": True,
        "programme.toml: party": True,
    }


@pytest.mark.parametrize(
    ("name", "key"), [("announcements/loi-chao.vi.md", "title"), ("announcements/loi-chao.vi.md", "reviewer"), ("programme.toml", "order")]
)
def test_one_misspelt_word_is_one_complaint_wherever_its_item_is_named(office: Office, name: str, key: str) -> None:
    text = (office.folder / name).read_text(encoding="utf-8")
    office.write(name, text.replace(f"{key} = ", f"{key}x = "))
    ((where, told),) = office.complaints().items()
    assert where.endswith(f"{key}x")
    assert f"có phải “{key}”? / did you mean “{key}”?" in told


def test_texts_that_are_too_long_are_told_with_their_limit(office: Office) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE.replace("Họp thôn", "Họp " * 30) + "dài " * 16_000)
    office.write("announcements/loi-chao.vi.md", SPOKEN + "dài " * 1600)
    told = office.complaints()
    assert "at most 100" in told["notices/hop-thon.vi.md: title"]
    assert "at most 60000" in told["notices/hop-thon.vi.md: nội dung / body"]
    assert "at most 6000" in told["announcements/loi-chao.vi.md: nội dung / body"]


@pytest.mark.parametrize("key", ["date", "datetime"])
def test_a_key_that_is_also_the_name_of_a_type_is_told(office: Office, key: str) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", f"{key} = 2026-12-01\ntitle"))
    assert "unknown key" in office.complaints()[f"notices/hop-thon.vi.md: {key}"]


def test_a_missing_programme_names_the_file_that_may_be_meant(office: Office) -> None:
    (office.folder / "programme.toml").rename(office.folder / "programm.toml")
    assert "programm.toml" in office.complaints()["programme.toml"]


def test_a_folder_that_is_not_there_is_refused(office: Office) -> None:
    assert "no such folder" in next(iter(Office(office.folder / "no", office.out).complaints().values()))


@pytest.mark.parametrize("name", ["../programme.toml", "/etc/passwd", "..\\x.png", ".hidden.png", "..", "a\\u0000b.png"])
def test_a_name_never_leads_out_of_the_folder(office: Office, name: str) -> None:
    escaped = name.replace("\\", "\\\\") if "u0000" not in name else name
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", f'pictures = ["{escaped}"]\ntitle'))
    told = office.complaints()
    assert "leads out of the folder" in told.get("notices/hop-thon.vi.md: pictures", "") or "U+0000" in " ".join(told.values())


def test_links_are_refused_wherever_they_lie(office: Office) -> None:
    (office.folder.parent / "secret.png").write_bytes(b"x")
    (office.folder / "notices" / "thu.vi.md").symlink_to("/etc/passwd")
    (office.folder / "pictures").symlink_to(office.folder.parent)
    told = office.complaints()
    assert "not a real file" in told["notices/thu.vi.md"]
    assert "a link" in told["pictures"]
    (office.folder / "notices" / "thu.vi.md").unlink()
    (office.folder / "pictures").unlink()
    (office.folder / "pictures").mkdir()
    (office.folder / "pictures" / "a.png").symlink_to(office.folder.parent / "secret.png")
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", 'pictures = ["a.png"]\ntitle'))
    assert "is a link" in office.complaints()["notices/hop-thon.vi.md: pictures"]


@pytest.mark.parametrize("name", ["khong-co.png", "ệ" * 110 + ".png"])
def test_a_picture_that_is_not_there_is_told(office: Office, name: str) -> None:
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", f'pictures = ["{name}"]\ntitle'))
    assert "no such file" in office.complaints()["notices/hop-thon.vi.md: pictures"]


def test_what_would_silently_never_be_published_is_told(office: Office) -> None:
    office.write("tin-moi.vi.md", NOTICE)
    office.write("notices/thang-12/tin.vi.md", NOTICE)
    told = office.complaints()
    assert "wrong place" in told["tin-moi.vi.md"]
    assert "not a real file" in told["notices/thang-12"]


def test_a_refused_folder_leaves_the_earlier_draft(office: Office) -> None:
    office.draft()
    before = (office.out / "bundle.json").read_bytes()
    office.write("announcements/chao.wav", b"no sound at all")
    office.complaints()
    assert (office.out / "bundle.json").read_bytes() == before


def test_a_draft_never_lies_in_its_own_source(office: Office) -> None:
    assert "its own source" in next(iter(Office(office.folder, office.folder / "alerts").complaints().values()))


def test_without_espeak_the_officer_is_told_to_install_it_or_to_record(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.write("announcements/loi-chao.vi.md", SPOKEN.replace('audio = "chao.wav"\n', ""))
    monkeypatch.setenv("PATH", str(office.out))
    told = office.complaints(voice=EspeakVoice())["announcements/loi-chao.vi.md: audio"]
    assert "apt-get install espeak-ng" in told
    assert "record a speaker" in told


def test_the_same_folder_gives_the_same_draft(office: Office) -> None:
    office.write("announcements/doc.vi.md", SPOKEN.replace('audio = "chao.wav"\n', ""))
    office.draft()
    again = Office(office.folder, office.out.with_name("again"))
    again.draft()
    assert (again.out / "bundle.json").read_bytes() == (office.out / "bundle.json").read_bytes()
    names = [sorted(path.name for path in at.rglob("*") if path.is_file()) for at in (office.out, again.out)]
    assert names[0] == names[1]
