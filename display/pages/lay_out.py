"""From the director's decision to pages: pure, given a measure of text."""

from datetime import datetime

from director.decision import AlertPage, BuiltInPage, CaptionPage, NoticePage, ScreenDecision, Sign, Why
from display.look.glass import Glass
from display.page import Page
from display.pages import words
from display.pages.around import Around
from display.pages.builtin import builtin_page
from display.pages.compose import compose
from display.pages.content import of_alert, of_caption, of_notice
from display.pages.style import Style
from display.pages.test_card import card_page
from display.pages.viewing import Viewing
from display.text.measure import Measure

EVERYONE = Viewing()


def lay_out(
    decision: ScreenDecision, glass: Glass, measure: Measure, viewing: Viewing = EVERYONE, local: datetime | None = None
) -> tuple[Page, ...]:
    """The pages of *decision* on the board *glass*, at least one; *local* is the time that the built-in page shows.

    Around an emergency stands nothing that is not its own.
    """
    contact = decision.contact
    match decision.main:
        case BuiltInPage(why=Why.TEST_CARD):
            return (card_page(Style(glass.scale, viewing.theme, measure)),)
        case BuiltInPage() as main:
            signs, said = " · ".join(sign_texts(decision, viewing)), viewing.said_lines
            why, name = _why(main.why), decision.area_name
            return (builtin_page(glass.scale, local, why, name, contact, signs, said=said, theme=viewing.theme),)
        case NoticePage() as main:
            return compose(of_notice(main, contact, viewing), _around(decision, viewing), glass, measure, viewing)
        case CaptionPage() as main:
            return compose(of_caption(main, contact), _around(decision, viewing), glass, measure, viewing)
        case AlertPage() as main:
            contents = (of_alert(main, text, contact, viewing) for text in main.texts)
            return tuple(page for content in contents for page in compose(content, Around(), glass, measure, viewing))


def sign_texts(decision: ScreenDecision, viewing: Viewing) -> tuple[str, ...]:
    """What the board must say besides its content."""
    return tuple(_sign(sign, decision, viewing) for sign in decision.signs)


def _sign(sign: Sign, decision: ScreenDecision, viewing: Viewing) -> str:
    match sign:
        case Sign.OLD_CONTENT if decision.as_of is not None:
            return f"{words.OLD_CONTENT} {words.short_date(viewing.local(decision.as_of))}"
        case Sign.OLD_CONTENT:
            return words.OLD_CONTENT_REST
        case Sign.MUTED:
            return words.MUTED
        case Sign.NOT_RECEIVED:
            return words.NOT_RECEIVED
        case Sign.CLOCK_UNKNOWN:
            return words.CLOCK_UNKNOWN


def _around(decision: ScreenDecision, viewing: Viewing) -> Around:
    mark = decision.sponsor
    drawn = mark is not None and mark.picture.sha256 not in viewing.lacking
    signs = sign_texts(decision, viewing)
    return Around(decision.area_name, tuple(line.text for line in decision.ticker), mark, drawn, signs, viewing.said_lines)


def _why(why: Why) -> words.Told:
    match why:
        case Why.KILLED:
            return words.STOPPED
        case Why.STOPPED_ON_SITE:
            return words.STOPPED_ON_SITE
        case Why.UNCONFIRMED:
            return words.UNCONFIRMED
        case _:
            return words.WAITING
