"""A decision as a sentence, Vietnamese first, English second."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bundle.alert import Status
from director.decision import (
    AlertPage,
    Attention,
    BuiltInPage,
    CaptionPage,
    Main,
    NoticePage,
    ScreenDecision,
    Sign,
    Silence,
    SoundDecision,
    Speak,
    Why,
)
from director.moment import Moment
from director.programme import Programme
from director.timeline import timeline

__all__ = ["explain", "timeline"]

Sentence = tuple[str, str]

_WHY: dict[Why, Sentence] = {
    Why.NOTHING_DUE: ("chưa đến giờ phát", "nothing is due"),
    Why.NO_CONTENT: ("chưa có nội dung", "there is no content yet"),
    Why.CLOCK_UNKNOWN: ("đồng hồ chưa đáng tin", "the clock cannot be trusted"),
    Why.QUIET_HOURS: ("đang trong giờ yên tĩnh", "these are quiet hours"),
    Why.KILLED: ("thiết bị bị lệnh dừng", "the unit is under a stop order"),
}
_SIGNS: dict[Sign, Sentence] = {
    Sign.OLD_CONTENT: ("nội dung đã cũ", "the content is old"),
    Sign.CLOCK_UNKNOWN: ("đồng hồ chưa đáng tin", "the clock cannot be trusted"),
}


def explain(decision: ScreenDecision | SoundDecision, programme: Programme, moment: Moment) -> str:
    """Two lines: what is on and until when, first in Vietnamese, then in English."""
    match decision:
        case ScreenDecision():
            parts = [_main(decision.main), *_gaps(decision.missing_languages), *(_SIGNS[sign] for sign in decision.signs)]
        case SoundDecision():
            parts = [_what(decision, programme), *_gaps(decision.missing_languages)]
            parts += [(f"bỏ qua {skip.item} ({skip.reason})", f"skipped {skip.item} ({skip.reason})") for skip in decision.skipped]
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
        case CaptionPage():
            name = f"“{main.wording.title}”"
            return f"Bảng hiện lời đang phát {name}", f"The board shows the words being spoken, {name}"


def _what(decision: SoundDecision, programme: Programme) -> Sentence:
    match decision.what:
        case Silence(why):
            return f"Loa im vì {_WHY[why][0]}", f"The loudspeaker is silent because {_WHY[why][1]}"
        case Speak(queue):
            first = queue[0]
            title, at = first.text.partition("\n")[0], _clock(first.due, programme)
            drill = first.attention is Attention.EXERCISE
            rest = f" (+{len(queue) - 1})" if len(queue) > 1 else ""
            return (
                f"Loa phát {'DIỄN TẬP ' if drill else ''}“{title}” lúc {at}{rest}",
                f"The loudspeaker says {'as an EXERCISE ' if drill else ''}“{title}” at {at}{rest}",
            )


def _gaps(missing: tuple[tuple[str, str], ...]) -> list[Sentence]:
    return [(f"{item} thiếu bản tiếng {language}", f"{item} lacks its {language} version") for item, language in missing]


def _clock(at: datetime, programme: Programme) -> str:
    return f"{at.astimezone(ZoneInfo(programme.site.timezone)):%H:%M:%S}"


def _hour(at: datetime, programme: Programme, moment: Moment) -> str:
    local = at.astimezone(ZoneInfo(programme.site.timezone))
    same_day = local.date() == moment.local(programme.site.timezone).date()
    return f"{local:%H:%M:%S}" if same_day else f"{local:%H:%M:%S %d/%m/%Y}"
