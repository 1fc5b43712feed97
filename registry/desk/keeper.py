"""The desk's own hand: makes submissions, takes signatures in, and lets out what two persons signed; one act at a time in a channel."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.base import Language, Line
from bundle.errors import Complaint, Refused, refuse
from bundle.trust.persons import person_of
from registry.alerts.approving import names
from registry.alerts.pending.outlet import NO_KEY
from registry.alerts.pending.releasing import put_out_signed
from registry.alerts.pending.signing import ToSign, to_sign, with_signature
from registry.audit.chain import Event, note
from registry.desk import keeping
from registry.desk.change import Change
from registry.desk.checks import check_words, is_late
from registry.desk.composing import Answerable, Said, change_of, name_of, said_again
from registry.desk.proposing import Commune, brings_back, bundle_of, issuing_body, moved_on, proposal_for
from registry.desk.recordings import keeping as recordings
from registry.desk.speech import Take, said_of
from registry.desk.states import ITS_AUTHORS, Act, State, after
from registry.desk.submission import NEW, Submission
from registry.desk.wish import Wish
from registry.making.blobs import Blobs
from registry.making.spoken import Speaker
from registry.making.voice import Voice
from registry.storage.storage import Storage
from registry.trust.keys import PersonKey
from registry.trust.proposal import Proposal
from registry.trust.site import Site

SIGN_AGAIN = (
    "kênh vừa phát hành hoặc dừng tin khác, chữ ký cũ không còn khớp"
    " / the channel has released or stopped something else, the signature fits no longer"
)
LATE = "giờ phát đã qua trước khi duyệt / its time passed before it was approved"
Gaps = Mapping[str, Collection[Language]]
"""By the village's code, languages of its own in which it would hear nothing."""
MOST_NAMED = 12
"""Villages that a refusal names one by one."""
RELOAD = "mở lại trang / open the page again"


@dataclass(frozen=True)
class Who:
    """An officer who acts: *name*, the id of the phone's key, who else may approve what they write, and from where in the network."""

    name: str
    keyid: str
    approvers: tuple[str, ...] = ()
    block: str = ""


@dataclass
class DeskKeeper:
    """*look* tells the units that something new stands in *site*; below *data* lie recordings and clips."""

    storage: Storage
    site: Site
    look: Callable[[], Awaitable[None]]
    now: Callable[[], datetime]
    online: PersonKey | None
    data: Path
    voice: Voice

    async def make(self, wish: Wish, who: Who, commune: Commune) -> Submission:
        """Keep what the form asks for as a draft; the same form again changes the draft, and what is no draft any more stays as it is."""
        async with self._deciding(wish.channel):
            async with self.storage.reading() as connection:
                known = await keeping.of_form(connection, who.name, wish.once)
                takes = await self._takes(connection, wish, who)
            _must_be_of(wish.channel, known)
            if known and (known.state not in ITS_AUTHORS or known.wish == wish):
                return known
            now = self.now()
            new = Submission(NEW, wish.channel, who.name, name_of(wish, now), wish.once, State.DRAFT, wish, Change(), None, now, now)
            began = replace(known, wish=wish, state=State.DRAFT, why=None, changed=now) if known else new
            return await self._keep(await asyncio.to_thread(self._made, began, wish, takes, who, commune), who)

    async def propose(self, submission: Submission, who: Who, commune: Commune) -> Submission:
        """Keep a change that came from no form, as a timeline makes it; the same number of its maker again changes the draft."""
        async with self._deciding(submission.channel):
            async with self.storage.reading() as connection:
                known = await keeping.of_form(connection, submission.author, submission.once)
            _must_be_of(submission.channel, known)
            if known and (known.state not in ITS_AUTHORS or known.change == submission.change):
                return known
            again = replace(known, change=submission.change, state=State.DRAFT, why=None, changed=self.now()) if known else submission
            proposal = await asyncio.to_thread(proposal_for, self.site, again, commune, self.now())
            return await self._keep(replace(again, proposal=proposal), who)

    async def channel_of(self, number: int) -> str:
        """The channel of the submission; ``Refused`` when there is none."""
        async with self.storage.reading() as connection:
            return (await keeping.one(connection, number)).channel

    async def see(self, number: int) -> Submission:
        """The submission as it stands now: what the channel overtook is outdated, and what a crash left half-way is let out."""
        async with self._turn(number) as submission:
            return await self._seen(submission)

    async def to_sign(self, number: int, who: Who, commune: Commune) -> ToSign:
        """What the next person signs; for its author it is made anew when the channel, or the hour, has moved on."""
        async with self._turn(number) as found:
            submission = await self._seen(found)
            is_its_authors = submission.state in ITS_AUTHORS and person_of(submission.author) == person_of(who.name)
            if is_its_authors and (is_late(submission.change, self.now()) or await self._outworn(submission)):
                submission = await self._keep_quietly(await asyncio.to_thread(self._again, submission, commune, who))
            if submission.proposal is None:
                raise refuse(f"#{number}", "không còn gì để ký / there is nothing to sign", RELOAD)
            return await asyncio.to_thread(to_sign, self.site, submission.proposal)

    async def sign(self, number: int, who: Who, signature: str, accepted: Gaps, commune: Commune) -> Submission:
        """Its author's *signature* (hex), with which it is submitted; every gap in speech must be among those that were *accepted*."""
        async with self._turn(number) as submission:
            if person_of(submission.author) != person_of(who.name):
                raise refuse(submission.author, "người soạn ký trước / its author signs first", "chờ họ ký / wait for them")
            if await self._outworn(submission):
                raise refuse(f"#{number}", SIGN_AGAIN, RELOAD)
            if is_late(submission.change, self.now()):
                raise refuse(f"#{number}", LATE, RELOAD)
            _must_be_theirs(submission)
            silent = await asyncio.to_thread(commune.silent, submission)
            _must_be_accepted(silent, accepted, commune)
            return await self._signed(replace(submission, accepted=silent or None, why=None), Act.SIGN, who, signature)

    async def approve(self, number: int, who: Who, signature: str) -> Submission:
        """The approver's *signature*, with which it leaves at once."""
        async with self._turn(number) as submission:
            after(submission.state, Act.APPROVE)
            for problem, why in ((await self._outworn(submission), SIGN_AGAIN), (is_late(submission.change, self.now()), LATE)):
                if problem:
                    await self._keep(submission.moved(Act.OVERTAKE, self.now(), why=why), who)
                    raise refuse(f"#{number}", why, "người soạn mở lại và ký một chạm / its author opens it and signs with one tap")
            _must_be_named(submission, who.name)
            return await self._signed(submission, Act.APPROVE, who, signature)

    async def send_back(self, number: int, who: Who, word: Line) -> Submission:
        """The approver's *word* to its author, whose draft it is again."""
        async with self._turn(number) as submission:
            return await self._keep(submission.moved(Act.SEND_BACK, self.now(), why=word, decided_by=who.name), who)

    async def cancel(self, number: int, who: Who) -> Submission:
        """It never leaves."""
        async with self._turn(number) as found:
            submission = await self._seen(found)
            return await self._keep(submission.moved(Act.CANCEL, self.now(), decided_by=who.name), who)

    async def _signed(self, submission: Submission, act: Act, who: Who, signature: str) -> Submission:
        if submission.proposal is None:
            raise refuse(f"#{submission.id}", "không còn gì để ký / there is nothing to sign", RELOAD)
        moved = submission.moved(act, self.now(), decided_by=who.name if act is Act.APPROVE else None)
        proposal, _, complete = await asyncio.to_thread(with_signature, self.site, submission.proposal, who.keyid, signature, self.now())
        kept = await self._keep(replace(moved, proposal=proposal), who)
        if kept.state is State.SUBMITTED and complete:
            # The province recorded for this channel that one person is enough.
            kept = await self._keep(kept.moved(Act.APPROVE, self.now(), decided_by=who.name), who)
        return await self._leave(kept, who) if kept.state is State.APPROVED else kept

    async def _leave(self, submission: Submission, who: Who) -> Submission:
        if self.online is None or submission.proposal is None:
            raise refuse(submission.channel, NO_KEY, "bangtin registry serve --online-key …")
        try:
            version = await asyncio.to_thread(self._put_out, submission.proposal, self.online)
        except Refused as refused:
            if not await self._outworn(submission):
                await self._keep_quietly(replace(submission, why=str(refused)[:300]))
                raise
            await self._keep(submission.moved(Act.OVERTAKE, self.now(), why=SIGN_AGAIN), who)
            raise refuse(f"#{submission.id}", SIGN_AGAIN, "người soạn mở lại và ký / its author opens it and signs") from None
        # Units first, paper second.
        await self.look()
        return await self._keep(submission.moved(Act.LEAVE, self.now(), version=version, why=None), who)

    def _put_out(self, proposal: Proposal, online: PersonKey) -> int:
        def check() -> None:
            # A stop waits for nobody's turn at the desk.
            if brings_back(self.site, proposal):
                raise refuse(proposal.channel, SIGN_AGAIN, RELOAD)

        return put_out_signed(self.site, proposal, online, self.now(), self.data, check)

    async def _seen(self, submission: Submission) -> Submission:
        match submission.state:
            case State.SUBMITTED if await self._outworn(submission):
                return await self._keep(submission.moved(Act.OVERTAKE, self.now(), why=SIGN_AGAIN), Who("", ""))
            case State.APPROVED if self.online is not None:
                try:
                    return await self._leave(submission, Who(submission.decided_by or "", ""))
                except Refused:
                    async with self.storage.reading() as connection:
                        return await keeping.one(connection, submission.id)
            case _:
                return submission

    async def _outworn(self, submission: Submission) -> bool:
        return await asyncio.to_thread(moved_on, self.site, submission)

    def _made(self, began: Submission, wish: Wish, takes: Mapping[Language, Take], who: Who, commune: Commune) -> Submission:
        check_words(wish)
        said = said_of(wish, takes, Speaker(self.data, self.voice, Blobs(self.data)), who.name)
        return self._composed(began, wish, said, who, commune)

    def _again(self, submission: Submission, commune: Commune, who: Who) -> Submission:
        """The same over what stands in the channel now; nothing is retyped or recorded again."""
        if submission.wish is None:
            return replace(submission, proposal=proposal_for(self.site, submission, commune, self.now()))
        return self._composed(submission, submission.wish, said_again(submission.change), who, commune)

    def _composed(self, began: Submission, wish: Wish, said: Mapping[Language, Said], who: Who, commune: Commune) -> Submission:
        body = issuing_body(bundle_of(self.site, wish.channel), commune)
        by = Answerable(who.name, who.approvers, body, commune.places)
        composed = replace(began, change=change_of(wish, began.name, said, by, self.now()))
        return replace(composed, proposal=proposal_for(self.site, composed, commune, self.now()))

    async def _takes(self, connection: AsyncConnection, wish: Wish, who: Who) -> dict[Language, Take]:
        found = dict[Language, Take]()
        for language, sha256 in wish.recordings.items():
            kept = await recordings.one(connection, wish.channel, sha256)
            # What was used is the channel's: a correction may be another officer's.
            if kept is None or not (kept.used or person_of(kept.person) == person_of(who.name)):
                continue
            if kept.language != language:
                what = f"bản ghi này bằng “{kept.language}” / it is spoken in another language"
                raise refuse(f"{language}: speech", what, "chọn bản ghi khác / choose another recording")
            found[language] = Take(kept.clip, kept.speaker, recordings.clip_of(self.data, kept.clip))
        return found

    def _deciding(self, channel: str) -> AbstractAsyncContextManager[object]:
        """Nobody else decides about content of *channel*, in whatever process of this registry."""
        return self.storage.turns.of(f"desk {channel}")

    @asynccontextmanager
    async def _turn(self, number: int) -> AsyncIterator[Submission]:
        """The submission, while nobody else acts in its channel."""
        async with self._deciding(await self.channel_of(number)):
            async with self.storage.reading() as connection:
                found = await keeping.one(connection, number)
            yield found

    async def _keep(self, submission: Submission, who: Who) -> Submission:
        async with self.storage.writing() as connection:
            now = self.now()
            kept = await keeping.keep(connection, submission, who.name, now, who.block)
            if submission.state is State.SUBMITTED and submission.accepted:
                told = "; ".join(f"{code}: {' '.join(languages)}" for code, languages in submission.accepted.items())
                await note(connection, Event.SPEECH_MISSING_ACCEPTED, now, who.name, block=who.block, detail=f"#{kept.id} {told}"[:300])
            for sha256 in submission.wish.recordings.values() if submission.wish and submission.state is State.SUBMITTED else ():
                await recordings.use(connection, submission.channel, sha256, now)
            return kept

    async def _keep_quietly(self, submission: Submission) -> Submission:
        """Keep what was made anew without anybody's doing: no decision, and so no row in the audit."""
        async with self.storage.writing() as connection:
            await keeping.renew(connection, submission)
        return submission


def _must_be_of(channel: str, known: Submission | None) -> None:
    if known and known.channel != channel:
        raise refuse(channel, "biểu mẫu này của kênh khác / this form is of another channel", "làm lại từ đầu / begin anew")


def _must_be_accepted(silent: Gaps, accepted: Gaps, commune: Commune) -> None:
    what = "chưa có lời đọc bằng tiếng của thôn / no speech in a language of theirs"
    missing = [
        Complaint(
            commune.places[code], f"{what}: {', '.join(languages)}", "ghi âm, hoặc đọc rồi chấp nhận / record it, or read it and accept"
        )
        for code, languages in silent.items()
        if set(languages) - set(accepted.get(code, ()))
    ]
    if missing:
        raise Refused(*missing[:MOST_NAMED])


def _must_be_theirs(submission: Submission) -> None:
    """``Refused`` when what is signed says that somebody else wrote it: whoever signs first answers for it."""
    author = person_of(submission.author)
    said = next((item.provenance.author for item in submission.change.put if person_of(item.provenance.author) != author), None)
    if said is not None:
        what = f"bản này ghi người soạn khác: {said} / it names another author"
        raise refuse(f"#{submission.id}", what, "soạn lại / write it again")


def _must_be_named(submission: Submission, person: str) -> None:
    """``Refused`` when what is signed names others as its approvers: the seats have changed since it was written."""
    said = next((item.provenance.approver for item in submission.change.put if not names(item.provenance.approver, person)), None)
    if said is not None:
        what = f"bản này ghi người duyệt khác: {said} / it names another approver"
        raise refuse(f"#{submission.id}", what, "người đó ký, hoặc trả lại / they sign, or send it back")
