"""What the codes and parameters of a source mean here: which stored phrase fits an event, and which words are to be spoken."""

from collections.abc import Iterator

from registry.alerts.cap.message import CapMessage
from registry.alerts.sources import Source
from registry.making.findings import Findings, did_you_mean


def check_events(message: CapMessage, source: Source, findings: Findings) -> None:
    """Put every event code that the lists of its *source* do not have into *findings*; lists that are not declared are not looked at."""
    for info in message.infos:
        for pair in info.codes:
            for codes in source.event_codes:
                if codes.kind == pair.system and pair.value not in codes.phrases:
                    what = f"mã sự kiện “{pair.value[:40]}” không có trong danh sách {pair.system[:60]} / no such event code in the list"
                    findings.add(info.place("eventCode"), what, did_you_mean(pair.value, list(codes.phrases)))


def phrases_for(message: CapMessage, source: Source) -> tuple[str, ...]:
    """The ids of the phrases for its events, each once, in the order of the codes."""
    return tuple(dict.fromkeys(_phrases(message, source)))


def _phrases(message: CapMessage, source: Source) -> Iterator[str]:
    for info in message.infos:
        for pair in info.codes:
            for codes in source.event_codes:
                if codes.kind == pair.system and (phrase := codes.phrases.get(pair.value)):
                    yield phrase


def words_to_speak(message: CapMessage, source: Source) -> dict[str, str]:
    """The words that the message itself gives to be spoken, by our language."""
    found: dict[str, str] = {}
    for info in message.infos:
        ours = source.language(info.language)
        told = [pair.value for pair in info.parameters if pair.system == source.speech_parameter and pair.value.strip()]
        if ours and told:
            found[ours] = told[0].strip()
    return found
