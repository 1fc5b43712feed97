"""A decision as a sentence, Vietnamese first, English second."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bundle.alert import Status
from director.decision import (
    AlertPage,
    Attention,
    BuiltInPage,
    HeldBack,
    Live,
    Main,
    NoticePage,
    ScreenDecision,
    Sign,
    Silence,
    Skipped,
    SoundDecision,
    Speak,
    Why,
)
from director.gaps import LIMITS
from director.moment import Moment
from director.programme import Programme

Sentence = tuple[str, str]

_WHY: dict[Why, Sentence] = {
    Why.NOTHING_DUE: ("chưa đến giờ phát", "nothing is due"),
    Why.NO_CONTENT: ("chưa có nội dung", "there is no content yet"),
    Why.CLOCK_UNKNOWN: ("đồng hồ chưa đáng tin", "the clock cannot be trusted"),
    Why.QUIET_HOURS: ("đang trong giờ yên tĩnh", "these are quiet hours"),
    Why.MUTED: ("đang im tiếng theo lệnh", "it is muted by order"),
    Why.KILLED: ("thiết bị bị lệnh dừng", "the unit is under a stop order"),
    Why.STOPPED_ON_SITE: ("thiết bị đã được dừng bằng công tắc tại chỗ", "the unit was stopped at its own switch"),
    Why.TEST_CARD: ("kỹ thuật viên đang xem hình thử", "a technician looks at the test card"),
    Why.UNCONFIRMED: ("kỹ thuật viên chưa xác nhận nơi lắp", "no technician has confirmed the site"),
}
_SIGNS: dict[Sign, Sentence] = {
    Sign.MUTED: ("loa đang im tiếng theo lệnh", "the loudspeaker is muted by order"),
    Sign.NOT_RECEIVED: ("không thu được chương trình đài cấp trên", "the programme of the higher station cannot be received"),
    Sign.OLD_CONTENT: ("nội dung đã cũ", "the content is old"),
    Sign.CLOCK_UNKNOWN: ("đồng hồ chưa đáng tin", "the clock cannot be trusted"),
}


def explain(decision: ScreenDecision | SoundDecision, programme: Programme, moment: Moment) -> str:
    """Two lines: what is on and until when, first in Vietnamese, then in English."""
    if isinstance(decision, ScreenDecision):
        parts = [_main(decision.main), *(_SIGNS[sign] for sign in decision.signs)]
    else:
        parts = [_what(decision.what, programme)]
        parts += _skipped(decision.skipped)
    parts += [(f"{item} thiếu bản tiếng {code}", f"{item} lacks its {code} version") for item, code in decision.missing_languages]
    parts += [_held_back(each) for each in decision.held_back]
    if decision.until:
        at = _hour(decision.until, programme, moment)
        parts.append((f"đến {at} thì xem xét lại", f"to be weighed again at {at}"))
    return "\n".join("; ".join(part[language] for part in parts) + "." for language in (0, 1))


def _main(main: Main) -> Sentence:
    match main:
        case BuiltInPage():
            vietnamese, english = _WHY[main.why]
            return f"Bảng hiện trang có sẵn vì {vietnamese}", f"The board shows its built-in page because {english}"
        case NoticePage():
            name = f"“{main.wording.title}” ({main.position}/{main.count}, {main.wording.language}, {main.channel})"
            return f"Bảng hiện tin {name}", f"The board shows the notice {name}"
        case AlertPage():
            alert, title = main.alert, main.texts[0].headline
            drill = alert.status is not Status.ACTUAL
            return (
                f"Bảng hiện {'DIỄN TẬP cảnh báo' if drill else 'cảnh báo'} cấp {alert.level.value} “{title}” từ {main.channel}",
                f"The board shows the {'EXERCISE' if drill else 'alert'} of level {alert.level.value} “{title}” from {main.channel}",
            )
    words = f"“{main.wording.title}”"
    return f"Bảng hiện lời đang phát {words}", f"The board shows the words being spoken, {words}"


def _what(what: Silence | Speak, programme: Programme) -> Sentence:
    if isinstance(what, Silence):
        vietnamese, english = _WHY[what.why]
        return f"Loa im vì {vietnamese}", f"The loudspeaker is silent because {english}"
    first = what.queue[0]
    title, at = first.text.partition("\n")[0], _clock(first.due, programme)
    drill = first.attention is Attention.EXERCISE
    rest = f" (+{len(what.queue) - 1})" if len(what.queue) > 1 else ""
    live = isinstance(first.source, Live) and first.holder is None
    rest += "".join(f" [{part}]" for part in (f"{first.gain:g} dB" if first.gain else "", ", ".join(first.zones)) if part)
    return (
        f"Loa {'tiếp âm' if live else 'phát'} {'DIỄN TẬP ' if drill else ''}“{title}” lúc {at}{rest}",
        f"The loudspeaker {'rebroadcasts' if live else 'says'} {'as an EXERCISE ' if drill else ''}“{title}” at {at}{rest}",
    )


def _skipped(skipped: tuple[Skipped, ...]) -> Iterator[Sentence]:
    """What will not sound, each item and reason once, with how often."""
    for (item, reason), times in Counter((skip.item, skip.reason) for skip in skipped).items():
        often = (f" {times} lần", f" {times} times") if times > 1 else ("", "")
        yield f"bỏ qua {item}{often[0]} ({reason})", f"skipped {item}{often[1]} ({reason})"


def _held_back(each: HeldBack) -> Sentence:
    vietnamese, english = LIMITS[each.limit]
    return (
        f"không nhận cảnh báo tự động “{each.event}” {each.item}: {vietnamese}",
        f"the automatic alert “{each.event}” {each.item} is held back: {english}",
    )


def _clock(at: datetime, programme: Programme) -> str:
    return f"{at.astimezone(ZoneInfo(programme.site.timezone)):%H:%M:%S}"


def _hour(at: datetime, programme: Programme, moment: Moment) -> str:
    local = at.astimezone(ZoneInfo(programme.site.timezone))
    same_day = local.date() == moment.local(programme.site.timezone).date()
    return f"{local:%H:%M:%S}" if same_day else f"{local:%H:%M:%S %d/%m/%Y}"
