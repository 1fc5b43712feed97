"""An emergency of which not one word can be drawn, in words that the board always has: its level, and to listen and ask. Pure."""

from dataclasses import replace

from bundle.alert import AlertText
from director.decision import AlertPage
from display.pages import words

OWN_WORDS = "own-words"
"""The sender of an alert that stands in for another."""


def in_own_words(page: AlertPage) -> AlertPage:
    """The same level, status and end, without anything that somebody wrote; in Vietnamese and English."""
    provenance = page.alert.provenance.model_copy(update={"issuing_body": words.NAME, "document_number": None})
    alert = page.alert.model_copy(update={"sender": OWN_WORDS, "event": words.EMERGENCY, "provenance": provenance})
    texts = tuple(
        AlertText(language=language, headline=headline, instruction=instruction, where=where)
        for language, (headline, instruction, where) in words.OWN_WORDS.items()
    )
    return replace(page, alert=alert, texts=texts)
