"""Emergencies kept ready: written, translated and spoken beforehand, so that releasing one takes seconds."""

from datetime import datetime, timedelta

from bundle.alert import Alert, AlertText, MessageType
from bundle.items import VIETNAMESE
from registry.making.answers import provenance
from registry.making.breaks import with_breaks
from registry.making.reading import AlertSource
from registry.making.source import AlertVersion, ProgrammeFile
from registry.making.spoken import Speaker, Words


def make_alert(programme: ProgrammeFile, source: AlertSource, made: datetime, speaker: Speaker) -> Alert:
    """The alert as if it were sent at *made*; its release stamps its true times on the day."""
    file = source.file
    languages = sorted(file.text, key=lambda language: (language != VIETNAMESE, language))
    return Alert(
        sender=programme.sender or programme.channel,
        identifier=source.slug,
        sent=made,
        status=file.status,
        message_type=MessageType.ALERT,
        event=file.event,
        level=file.level,
        expires=made + timedelta(hours=file.valid_hours),
        areas=tuple(file.areas),
        units=tuple(file.units),
        versions=tuple(_text(source, language, file.text[language], speaker) for language in languages),
        airings=file.airings,
        wake=file.wake,
        link=file.link,
        provenance=provenance(programme, file),
    )


def _text(source: AlertSource, language: str, words: AlertVersion, speaker: Speaker) -> AlertText:
    where = f"{source.where}: text.{language}"
    if words.audio is None and words.speech is None:
        clip = voice = None
    else:
        said = Words("alerts", words.audio, words.speech or "", language, where, words.headline, words.reviewer or "")
        clip, voice = speaker.clip(said), speaker.voice_of(said, words.voice)
    return AlertText(
        language=language,
        headline=with_breaks(words.headline, f"{where}.headline"),
        description=with_breaks(words.description.strip(), f"{where}.description"),
        instruction=with_breaks(words.instruction.strip(), f"{where}.instruction"),
        where=with_breaks(words.where, f"{where}.where"),
        clip=clip,
        voice=voice,
        reviewer=words.reviewer,
    )
