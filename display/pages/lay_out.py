"""From the director's decision to pages: pure, given a measure of text."""

from datetime import datetime

from director.decision import AlertPage, BuiltInPage, CaptionPage, NoticePage, ScreenDecision, Why
from display.page import Page, Size
from display.pages import words
from display.pages.alert import alert_pages
from display.pages.builtin import builtin_page
from display.pages.caption import caption_pages
from display.pages.frame import Viewing, said_lines, sign_text
from display.pages.notice import notice_pages
from display.text.rows import Measure

EVERYONE = Viewing()


def lay_out(
    decision: ScreenDecision, size: Size, measure: Measure, viewing: Viewing = EVERYONE, local: datetime | None = None
) -> tuple[Page, ...]:
    """The pages of *decision* on a board of *size*, at least one; *local* is the time that the built-in page shows."""
    match decision.main:
        case BuiltInPage() as main:
            name, sign = decision.area_name, sign_text(decision, viewing)
            said, theme = said_lines(viewing), viewing.theme
            return (builtin_page(size, local, _why(main.why), name, decision.contact, sign, said=said, theme=theme),)
        case NoticePage() as main:
            return notice_pages(decision, main, size, measure, viewing)
        case CaptionPage() as main:
            return caption_pages(decision, main, size, measure, viewing)
        case AlertPage() as main:
            return alert_pages(main, size, measure, viewing)


def _why(why: Why) -> words.Told:
    match why:
        case Why.KILLED:
            return words.STOPPED
        case Why.STOPPED_ON_SITE:
            return words.STOPPED_ON_SITE
        case _:
            return words.WAITING
