"""What only shows when an officer's files stand side by side: doubled names, missing items, two persons, rules of alerts."""

from collections.abc import Iterator, Sequence

from bundle.alert import Status
from bundle.base import BulletinClass
from bundle.items import VIETNAMESE
from bundle.trust.persons import person_of
from registry.making.findings import Findings, did_you_mean
from registry.making.planning import check_plans
from registry.making.reading import Source
from registry.making.scripts import check_scripts
from registry.making.source import Answerable, Entry, ItemHead, ProgrammeFile, SpokenHead

# The first words of anything that is not real (CAP status), so that nobody runs from an exercise.
OPENINGS = {Status.EXERCISE: ("đây là diễn tập", "diễn tập"), Status.TEST: ("đây là thử nghiệm", "thử nghiệm")}


def cross_check(source: Source, findings: Findings) -> None:
    """Put every fault between the files of *source* into *findings*."""
    _doubled_names(source, findings)
    _orders(source, findings)
    _two_persons(source, findings)
    _classes(source, findings)
    _empty_notices(source, findings)
    _alerts(source, findings)
    _voices(source, findings)
    check_scripts(source, findings)
    check_plans(source, list(_heads(source)), findings)


def _named(source: Source) -> Iterator[tuple[str, str]]:
    programme = source.programme
    yield from ((notice.slug, notice.main.where) for notice in source.notices)
    yield from ((spoken.slug, spoken.main.where) for spoken in source.recorded())
    yield from ((entry.id, f"{where}.id") for where, entry in _entries(programme))


def _entries(programme: ProgrammeFile) -> Iterator[tuple[str, Entry]]:
    groups: dict[str, Sequence[Entry]] = {
        "session": programme.session,
        "ticker": programme.ticker,
        "sponsor": programme.sponsor,
        "rebroadcast": programme.rebroadcast,
        "live_grant": programme.live_grant,
    }
    for kind, entries in groups.items():
        yield from ((f"programme.toml: {kind}[{number}]", entry) for number, entry in enumerate(entries, 1))


def _doubled_names(source: Source, findings: Findings) -> None:
    places: dict[str, str] = {}
    for name, where in _named(source):
        first = places.setdefault(name, where)
        if first != where:
            what = f"tên “{name}” đã dùng ở {first} / the name “{name}” is already taken by {first}"
            findings.add(where, what, "đổi tên một trong hai / rename one of the two")


def _orders(source: Source, findings: Findings) -> None:
    spoken = list(source.announced)
    playable = spoken + [entry.id for entry in source.programme.rebroadcast]
    for number, session in enumerate(source.programme.session, 1):
        _known(session.order, playable, f"programme.toml: session[{number}].order", findings)
    for number, rebroadcast in enumerate(source.programme.rebroadcast, 1):
        _known(rebroadcast.fallback, spoken, f"programme.toml: rebroadcast[{number}].fallback", findings)
    _known(source.programme.local_bulletin, spoken, "programme.toml: local_bulletin", findings)
    for number, ticker in enumerate(source.programme.ticker, 1):
        if VIETNAMESE not in ticker.text:
            findings.add(f"programme.toml: ticker[{number}].text", "thiếu tiếng Việt / Vietnamese is missing", 'thêm / add: vi = "…"')


def _known(wanted: list[str], known: list[str], where: str, findings: Findings) -> None:
    for name in wanted:
        if name not in known:
            findings.add(where, f"không có bài “{name}” / there is no announcement “{name}”", did_you_mean(name, known))


def _heads(source: Source) -> Iterator[tuple[str, ItemHead]]:
    yield from ((notice.main.where, notice.main.head) for notice in source.notices)
    yield from ((spoken.main.where, spoken.main.head) for spoken in source.recorded())
    yield from _entries(source.programme)


def _answerables(source: Source) -> Iterator[tuple[str, Answerable]]:
    yield from _heads(source)
    yield from ((alert.where, alert.file) for alert in source.alerts)


def _two_persons(source: Source, findings: Findings) -> None:
    programme = source.programme
    if person_of(programme.author) == person_of(programme.approver):
        what = "người soạn cũng là người duyệt / author and approver are the same person"
        findings.add("programme.toml: approver", what, "ghi người duyệt khác / name another approver")
        return
    for where, item in _answerables(source):
        same = person_of(item.author or programme.author) == person_of(item.approver or programme.approver)
        if same and item.exception is None:
            what = "người soạn cũng là người duyệt / author and approver are the same person"
            findings.add(where, what, "ghi người duyệt khác, hoặc lý do ở exception / name another, or the reason in exception")


def _classes(source: Source, findings: Findings) -> None:
    heads = [(page.main.where, page.main.head.bulletin_class) for page in source.notices]
    heads += [(page.main.where, page.main.head.bulletin_class) for page in source.announcements]
    for where, bulletin_class in heads:
        if bulletin_class is BulletinClass.EMERGENCY:
            what = "tin khẩn cấp không nằm ở đây / an emergency does not belong here"
            findings.add(f"{where}: class", what, "viết vào thư mục alerts/ / write it in alerts/")


def _empty_notices(source: Source, findings: Findings) -> None:
    for notice in source.notices:
        head = notice.main.head
        if not (notice.main.body or head.pictures or head.pdf or head.film):
            what = "tin không có nội dung / the notice says nothing"
            findings.add(notice.main.where, what, "viết nội dung, hoặc thêm pictures, pdf, film / write it, or add one of these")


def _alerts(source: Source, findings: Findings) -> None:
    for alert in source.alerts:
        if VIETNAMESE not in alert.file.text:
            findings.add(f"{alert.where}: text", "thiếu tiếng Việt / Vietnamese is missing", "thêm / add: [text.vi]")
            continue
        for language, version in alert.file.text.items():
            if (version.speech or version.audio) and version.reviewer is None:
                what = "chưa ghi người nghe duyệt lời phát / nobody has reviewed the words that will sound"
                findings.add(f"{alert.where}: text.{language}.reviewer", what, 'thêm / add: reviewer = "…"')
        opening = OPENINGS.get(alert.file.status)
        words = alert.file.text[VIETNAMESE]
        if words.speech is None and words.audio is None:
            findings.add(f"{alert.where}: text.vi.speech", "thiếu lời phát / no words to speak", 'thêm / add: speech = "…"')
        for field, text in (("speech", words.speech), ("headline", words.headline)):
            if opening and text is not None and not text.lower().startswith(opening):
                what = f"{alert.file.status.value} phải nói rõ ngay câu đầu / must say so in its first words"
                findings.add(f"{alert.where}: text.vi.{field}", what, f"mở đầu bằng / begin with: “{opening[0].capitalize()}”")


def _voices(source: Source, findings: Findings) -> None:
    for announcement in source.announcements:
        if announcement.main.head.music and announcement.main.head.audio is None:
            what = "nhạc mà không có tệp âm thanh / music without a recording"
            findings.add(f"{announcement.main.where}: music", what, 'thêm / add: audio = "…", hoặc bỏ / or leave out: music')
    for spoken in source.recorded():
        heads: list[tuple[str, SpokenHead]] = [(spoken.main.where, spoken.main.head)]
        heads += [(page.where, page.head) for page in spoken.others]
        for where, head in heads:
            if head.voice is not None and head.audio is None:
                what = "ghi người đọc mà không có bản ghi âm / names a speaker without a recording"
                findings.add(f"{where}: voice", what, 'thêm / add: audio = "…", hoặc bỏ / or leave out: voice')
