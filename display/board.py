"""The board: asks the director, turns pages, presents what changed, and writes down what was really shown."""

import math
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bundle.layout import Layout
from device.screen import Screen
from device.shelf import Shelf
from director.decision import AlertPage, BuiltInPage, CaptionPage, Main, NoticePage, ScreenDecision, Why
from director.gaps import on_board, sentence, strange_classes, unread
from director.happened import Happened
from director.moment import Moment
from director.programme import Programme, Site
from director.screen import direct_screen
from display.errors import PageUndrawable
from display.foresight import foresee
from display.layouts import Layouts, Look, around
from display.ledger import Ledger
from display.look.glass import Glass, glass
from display.look.light import light_at
from display.look.theme import Light
from display.material import Material
from display.media.pictures import Pictures
from display.page import Page, Size
from display.paint.painter import Drawing
from display.scene import Scene, Subject, Turn, subject_of
from display.showing.presenter import Presenter
from display.text.fonts import fonts, look_after
from display.text.measure import Measure
from display.undrawable import Undrawable
from evidence.override import Override
from evidence.records import ClockState, FaultCode, Outcome
from evidence.report import Sounding

ASK_AGAIN = 5.0
"""Seconds after which the director is asked again in any case."""
LOOK_AFTER_FONTS = 1.0
"""Seconds between looks at the folders of the fonts: for so long letters may be empty boxes."""

Pace = Callable[[Main], float]
Lighting = Callable[[datetime | None], Light]
Visible = Callable[[bool], bool]
"""Whether anybody can see the board, if what is due wakes it."""
_by_the_hour: Lighting = partial(light_at, screen=Screen())
Shaping = Callable[[Size, Iterable[Layout]], Glass]


class Board:
    """One board. Call `step` often; what it shows is a function of shelf, history and moment."""

    def __init__(
        self,
        shelf: Shelf,
        site: Site,
        ledger: Ledger,
        presenter: Presenter,
        measure: Measure,
        pictures: Pictures,
        pace: Pace,
        lighting: Lighting = _by_the_hour,
        shaping: Shaping = glass,
        drawing: Drawing = nullcontext,
    ) -> None:
        self._shelf, self._site, self._ledger = shelf, site, ledger
        self._presenter, self._pace = presenter, pace
        self._lighting, self._light, self._shaping = lighting, Light.NIGHT, shaping
        self._programme, self._news = Programme(site), False
        self._decision: ScreenDecision | None = None
        self._scene: Scene | None = None
        self.wakes = False
        self._heard: tuple[Sounding | None, bool] = (None, False)
        self._said = ""
        self._asked_of: Happened | None = None
        self._asked_at = 0.0
        self._undrawable = Undrawable(ledger)
        self._fonts_looked_at = 0.0
        self._told: set[tuple[Subject, str]] = set()
        self._counted = 0
        self._material = Material(pictures, presenter.films)
        self._layouts = Layouts(presenter.studio, site.timezone, measure, self._material, drawing)
        self._foreseen: tuple[object, ScreenDecision | None] = None, None

    @property
    def showing(self) -> str | None:
        """The name of the page that is on."""
        return self._scene.page.what if self._scene else None

    @property
    def emergency(self) -> bool:
        """Whether the page that is on is an emergency."""
        return self._scene is not None and self._decision is not None and isinstance(self._decision.main, AlertPage)

    @property
    def versions(self) -> dict[str, int]:
        """What is in force."""
        return self._shelf.versions

    def step(
        self,
        moment: Moment,
        sounding: Sounding | None,
        stopped_on_site: bool = False,
        said: str = "",
        override: Override | None = None,
        unreceived: bool = False,
        test_card: bool = False,
        visible: Visible = lambda _: True,
    ) -> None:
        """Bring the board up to *moment*; *sounding* is what the loudspeaker says now, *said* what the unit says to those in front of it.
        *unreceived*: the loudspeaker lacks a live programme.

        *override* is what a person opened at the unit itself; *test_card*: a technician wants to see that. *visible* answers whether
        anybody can see the board, told whether what is due now *wakes* it: an emergency, and the words of what sounds, pass every dark
        hour. While nobody can, nothing is presented and nothing counts as shown: what was on was interrupted, and what is due is only
        looked at, so that alerts are held from their first moment on.

        First the picture, then the card: what is new is kept at the end. ``ScreenLost`` passes through.
        """
        try:
            self._hear(sounding, unreceived)
            due = self._learn(stopped_on_site, override, test_card, moment) or self._stale(moment)
            if due:
                self.wakes = isinstance(direct_screen(self._programme, moment, self._ledger.happened).main, AlertPage | CaptionPage)
            seen = visible(self.wakes)
            if not seen and self._scene is not None:
                self._conclude(moment)
                self._presenter.leave()
            self._or_next(self._look_after_fonts, moment)
            self._or_next(partial(self._say, said), moment)
            self._or_next(self._relight, moment)
            self._or_next(self._look_at_films, moment)
            if seen and (due or self._scene is None):
                self._ask(moment)
            elif due:
                self._consider(moment)
            self._or_next(self._turn, moment)
            if self._scene is not None:
                self._prepare(self._scene, moment)
            self._undrawable.lines(self._layouts.failed, self._presenter.left_off, moment)
            self._ledger.standing(moment, FaultCode.MEDIA_UNREADABLE, "; ".join(self._material.unreadable.values())[:2000])
            self.move(moment)
        finally:
            self._settle(moment)

    def _learn(self, stopped_on_site: bool, override: Override | None, test_card: bool, moment: Moment) -> bool:
        """Take what is new on the shelf and at the unit itself; whether anything was."""
        here, before = (stopped_on_site, override, test_card), self._programme
        news = self._shelf.changed() or here != (before.stopped_on_site, before.override, before.test_card)
        if news:
            verified, self._news = self._shelf.at_once(self._site, moment), True
            self._programme = replace(verified, stopped_on_site=stopped_on_site, override=override, test_card=test_card)
            if before.content != self._programme.content:
                # What could not be drawn is tried again: the page may have failed for want of something that has come since.
                self._undrawable.clear(moment)
                self._material.forget()
                self._layouts.forget()
                self._presenter.forget()
        return news

    def _settle(self, moment: Moment) -> None:
        """Keep what is new, and say what it lacks."""
        if self._news:
            self._news = False
            self._shelf.keep()
            self._ledger.standing(moment, FaultCode.LANGUAGE_MISSING, sentence(unread(self._programme)))
            self._ledger.standing(moment, FaultCode.CLASS_UNKNOWN, strange_classes(self._programme, on_board))
            self._ledger.refusals(moment, self._shelf.new_refusals(), standing=bool(self._shelf.refusals))

    def move(self, moment: Moment) -> None:
        """Bring only what moves by itself up to *moment*: for the frames between two steps."""
        self._or_next(lambda at: self._presenter.move(self._local(at), at.mono), moment)
        if self._scene is not None:
            self._count(self._scene)

    def due(self, moment: Moment) -> float:
        """When the next change is due that only time brings, in seconds since boot: a page's end, the end of a decision."""
        ends = [self._scene.ends] if self._scene is not None else []
        if self._decision is not None and self._decision.until is not None:
            ends.append(moment.mono + (self._decision.until - moment.wall).total_seconds())
        return min((end for end in ends if end > moment.mono), default=math.inf)

    def again(self, moment: Moment) -> None:
        """The window was damaged or has another size: everything once more."""
        self._or_next(self._again, moment)

    def stop(self, moment: Moment) -> None:
        """The program ends: what is on was interrupted."""
        self._conclude(moment)

    def _or_next(self, change: Callable[[Moment], object], moment: Moment) -> None:
        """*change* what is on; if that cannot be drawn, the pages before it were seen, and it gives way to the next candidate."""
        try:
            change(moment)
        except PageUndrawable as problem:
            if self._scene is None:
                raise
            self._undrawable.add(self._scene.subject, problem, moment)
            self._ask(moment)

    def _again(self, moment: Moment) -> None:
        if self._decision is not None and self._scene is not None and self._presenter.screen.size != self._scene.page.size:
            self._lay_out_anew(self._decision, self._scene, moment)
        else:
            self._presenter.again(self._local(moment), moment.mono)

    def _hear(self, sounding: Sounding | None, unreceived: bool) -> None:
        if (sounding, unreceived) != self._heard:
            self._heard = (sounding, unreceived)
            self._ledger.hear(sounding, unreceived)

    def _say(self, said: str, moment: Moment) -> None:
        """An emergency leaves no room for it; everything else makes room at once, the page stays the same."""
        if said == self._said:
            return
        self._said = said
        if self._decision is not None and self._scene is not None and not isinstance(self._decision.main, AlertPage):
            self._lay_out_anew(self._decision, self._scene, moment)

    def _relight(self, moment: Moment) -> None:
        """Morning and evening change the colours of the page that is on, and nothing else of it."""
        light = self._lighting(self._local(moment))
        if light is self._light:
            return
        self._light = light
        if self._decision is not None and self._scene is not None:
            self._lay_out_anew(self._decision, self._scene, moment)

    def _look_at_films(self, moment: Moment) -> None:
        """One that failed gives way to its poster at once."""
        if self._presenter.films is None or not self._presenter.films.look(moment.mono):
            return
        if self._decision is not None and self._scene is not None and self._scene.page.film is not None:
            self._lay_out_anew(self._decision, self._scene, moment)

    def _look_after_fonts(self, moment: Moment) -> None:
        """What other fonts measured is not drawn with those that are left."""
        if moment.mono < self._fonts_looked_at + LOOK_AFTER_FONTS:
            return
        before, self._fonts_looked_at = fonts().edition, moment.mono
        look_after()
        if fonts().edition != before and self._decision is not None and self._scene is not None:
            self._lay_out_anew(self._decision, self._scene, moment)

    def _stale(self, moment: Moment) -> bool:
        until = self._decision.until if self._decision else None
        timed_out = moment.mono - self._asked_at > ASK_AGAIN or (until is not None and moment.wall >= until)
        return self._decision is None or timed_out or self._asked_of is not self._ledger.happened

    def _ask(self, moment: Moment) -> None:
        """Ask until the answer can be drawn; when one comes back that just failed, nothing can be drawn but the built-in page."""
        failed: list[Main] = []
        while True:
            decision = self._undrawable.instead(direct_screen(self._programme, moment, self._ledger.happened), moment)
            self._asked_of, self._asked_at = self._ledger.happened, moment.mono
            if decision.main in failed:
                break
            # First the picture: no record is worth an alert that waits for it.
            if self._put_on(decision, moment):
                self._ledger.note(moment, decision)
                return
            failed.append(decision.main)
            self._undrawable.said(decision.main, moment)
        self._put_on(ScreenDecision(BuiltInPage(Why.NO_CONTENT), None), moment)
        self._asked_of = self._ledger.happened

    def _consider(self, moment: Moment) -> None:
        """Ask without showing the answer."""
        self._decision = direct_screen(self._programme, moment, self._ledger.happened)
        self._asked_of, self._asked_at = self._ledger.happened, moment.mono
        self._ledger.note(moment, self._decision)

    def _put_on(self, decision: ScreenDecision, moment: Moment) -> bool:
        """Make *decision* what the board shows; false when it cannot be drawn."""
        before, scene = self._decision, self._scene
        subject = subject_of(decision.main)
        if subject in self._undrawable:
            self._ledger.pass_over(subject, moment, again=True)
            return False
        try:
            if scene is None or scene.subject.key != subject.key or self._over(scene):
                self._open(decision, subject, moment)
            elif before is None or around(before) != around(decision):
                # A sponsor's mark comes and goes between items, never under a reader's eyes: it would move the lines.
                decision = replace(decision, sponsor=before.sponsor if before else None)
                if before is None or around(before) != around(decision):
                    self._lay_out_anew(decision, scene, moment)
        except PageUndrawable as problem:
            self._undrawable.add(subject, problem, moment)
            return False
        self._decision = decision
        return True

    def _over(self, scene: Scene) -> bool:
        """A notice that was seen whole comes on again as a new presentation, also when it is the only one."""
        return scene.whole_rounds > 0 and isinstance(self._decision and self._decision.main, NoticePage)

    def _open(self, decision: ScreenDecision, subject: Subject, moment: Moment) -> None:
        self._begin(self._pages(decision, moment), decision, subject, moment)

    def _begin(self, pages: tuple[Page, ...], decision: ScreenDecision, subject: Subject, moment: Moment) -> None:
        self._show(pages[0], moment)
        self._conclude(moment)
        self._counted = self._presenter.frames - 1
        sponsor = decision.sponsor.id if decision.sponsor else None
        self._scene = Scene(subject, pages, moment, self._pace(decision.main), turned=moment.mono, sponsor=sponsor)
        self._tell_first(self._scene, moment)

    def _tell_first(self, scene: Scene, moment: Moment) -> None:
        """At once and on the card: when an alert was first on the board, in each language, must never be in doubt."""
        who = (scene.subject, scene.page.language)
        if scene.subject.urgent and who not in self._told:
            self._told.add(who)
            self._count(scene)
            self._ledger.shown(scene.receipt(scene.page.language, Outcome.STARTED, moment), sync=True)

    def _count(self, scene: Scene) -> None:
        """What was presented since the last time was of the page that is on."""
        scene.presented(self._presenter.frames - self._counted)
        self._counted = self._presenter.frames

    def _lay_out_anew(self, decision: ScreenDecision, scene: Scene, moment: Moment) -> None:
        pages = self._pages(decision, moment)
        if scene.goes_on_with(pages):
            self._show(pages[scene.index], moment)
            scene.replaced(pages, moment.mono)
        else:
            self._begin(pages, decision, scene.subject, moment)

    def _turn(self, moment: Moment) -> None:
        scene = self._scene
        if scene is None or self._decision is None or (turn := scene.turn(moment.mono)) is Turn.STAY:
            return
        self._count(scene)
        if (language := scene.go_on(moment)) is not None:
            self._ledger.shown(scene.receipt(language, Outcome.COMPLETE, moment), sync=scene.subject.urgent)
        if turn is Turn.SEEN_WHOLE and isinstance(self._decision.main, NoticePage | AlertPage):
            self._undrawable.said(self._decision.main, moment)
            self._ask(moment)
            if self._scene is not scene:
                return
        if isinstance(self._decision.main, BuiltInPage):
            self._lay_out_anew(self._decision, scene, moment)
        elif len(scene.pages) > 1:
            self._show(scene.page, moment)
            self._tell_first(scene, moment)
        scene.turned = moment.mono
        return

    def _conclude(self, moment: Moment) -> None:
        """What leaves the board before it was seen whole was interrupted."""
        scene, self._scene = self._scene, None
        if scene is not None and scene.unfinished is not None and scene.subject.channel is not None:
            self._count(scene)
            self._ledger.shown(scene.receipt(scene.unfinished, Outcome.INTERRUPTED, moment), sync=scene.subject.urgent)

    def _prepare(self, scene: Scene, moment: Moment) -> None:
        """Have ready what comes next: the next page of this scene, and of the next decision, as far as it can be foreseen, the first."""
        pages = [scene.after] if scene.after is not scene.page else []
        seen = (scene.turned, self._programme, self._ledger.happened, self._decision)
        if self._decision is not None and seen != self._foreseen[0]:
            self._foreseen = seen, foresee(self._programme, moment, self._ledger.happened, self._decision, scene)
        if (decision := self._foreseen[1]) is not None and not isinstance(decision.main, BuiltInPage):
            look = self._look(decision, moment)
            self._layouts.want([look])
            pages += (self._layouts.ready(look) or ())[:1]
        self._presenter.prepare(pages)

    def _pages(self, decision: ScreenDecision, moment: Moment) -> tuple[Page, ...]:
        return self._layouts.take(self._look(decision, moment))

    def _look(self, decision: ScreenDecision, moment: Moment) -> Look:
        # The village's own layouts before those of the channels above it.
        offered = [layout for bundle in reversed(tuple(self._programme.bundles())) for layout in bundle.layouts]
        board = self._shaping(self._presenter.screen.size, offered)
        return Look.of(decision, board, self._said, self._light, self._local(moment), self._presenter.films)

    def _show(self, page: Page, moment: Moment) -> None:
        self._presenter.show(page, self._local(moment), moment.mono)

    def _local(self, moment: Moment) -> datetime | None:
        return None if moment.state is ClockState.UNKNOWN else moment.wall.astimezone(ZoneInfo(self._site.timezone))
