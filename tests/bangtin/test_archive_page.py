"""The page of an archive is part of its format: the same facts make the same page in every later release."""

import hashlib
from datetime import UTC, datetime, timedelta

from bangtin.archive.draw import Drawn, Plan
from bangtin.archive.facts import Facts, Force, ItemFact, MissingLines, Receipt, Said, UnitFacts, UnitSaid, Words
from bangtin.archive.page import page
from bundle.items import Provenance
from evidence.records import AlertSeen, ClockState, Fault, FaultCode, Outcome, Rung, Shown, Sounded, Stamp, Switched

# A change here makes every archive that was ever written look forged. A new page is `index.2.html`, for a new format.
PAGE_OF_FORMAT_1 = "490df8077c9e29dd22b72b69d8d67dcb20259b773c264a9205fc327664dff5a7"

NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
CHANNEL = "vn.20.06001"


def stamp(seconds=0, state=ClockState.TRUSTED):
    return Stamp(wall=NOON + timedelta(seconds=seconds), state=state, boot="boot-1", mono=100.5 + seconds)


def lines():
    yield Shown(
        n=0,
        at=stamp(20),
        began=stamp(),
        item="hop-thon",
        channel=CHANNEL,
        version=2,
        language="vi",
        pages=1,
        of=2,
        frames=7,
        outcome=Outcome.COMPLETE,
    )
    for n, (outcome, rung) in enumerate(zip(Outcome, [*Rung, Rung.HEARD], strict=True), 1):
        said = {"item": "loi-chao", "channel": CHANNEL, "version": 2, "language": "vi", "occurrence": "sang"}
        yield Sounded(
            n=n, at=stamp(n, tuple(ClockState)[n % 3]), outcome=outcome, rung=rung, late=0.25 if n % 2 else None, reason="vì sao", **said
        )
    yield AlertSeen(n=8, at=stamp(), identity="a,b,c", channel=CHANNEL)
    yield Switched(n=9, at=stamp(), line="loa-1", active=True, activation=3, reason="phát")
    yield Fault(n=10, at=stamp(), code=FaultCode.SCREEN_LOST, detail="màn hình <b>mất</b>", active=False, simulated=True)


def example() -> tuple[Said, Facts, Drawn]:
    who = Provenance(
        author="Lò Thị Mây", approver="Lò Thị Mây", issuing_body="UBND xã", document_number="12/TB-UBND", exception="Phó CT vắng"
    )
    common = {"file": f"packs/{CHANNEL}/bundle.json/2.pack", "channel": CHANNEL, "authors": ("Lò Thị Mây",), "approvers": ("Suối",)}
    words = Words(language="vi", title="Họp <thôn>", body="19 giờ.\n\n- một", sound="a" * 64, gain=-2.5)
    item = ItemFact(
        item="hop-thon", kind="notice", title="Họp <thôn>", words=(words,), provenance=who, issued=NOON, pictures=("b" * 64,), **common
    )
    other = item.model_copy(update={"withdrawn": "sai ngày", "words": (words.model_copy(update={"sound": None}),)})
    receipts = tuple(
        Receipt(file=f"{line.n}.jws", program="display", line=line, first=NOON, last=NOON, item=None if line.n % 3 else 0)
        for line in lines()
    )
    force = Force(target=f"{CHANNEL}/bundle.json", released=3, before=2, before_at=NOON, after=None, after_at=None)
    gaps = tuple(
        MissingLines.model_validate({"program": "audio", "first": 1, "last": 4, "why": why})
        for why in ("lost-on-unit", "signature-not-kept", "no-report")
    )
    told = {"force": (force,), "receipts": receipts, "missing": gaps, "silent_before": True, "silent_after": True}
    unit = UnitFacts(unit="loa-01", thumbprint="T" * 43, asked_to_enrol=True, reports=2, unplaced=receipts[:1], **told)
    bare = unit.model_copy(update={"asked_to_enrol": False, "receipts": (), "unplaced": (), "unit": "loa-02"})
    stands = UnitSaid(
        unit="loa-01", place=f"{CHANNEL}.03", place_name="Thôn Ba", channels=(CHANNEL,), languages=("vi",), since=NOON, key={}
    )
    said = Said(
        village=f"{CHANNEL}.03",
        start=NOON,
        end=NOON + timedelta(minutes=1),
        width=640,
        height=360,
        units=(stands, stands),
        lacking_blobs=("c" * 64,),
        lacking_packs=("packs/x/bundle.json/1.pack",),
    )
    plan = Plan(unit="loa-02", sentence="Bảng hiện tin.\nThe board shows it.", pages=("pages/plan.png",))
    drawn = Drawn(
        pages={"loa-01/display/0": ("pages/1.png",)}, sounds={f"{'a' * 64}@-2.5": "sound/a.wav"}, plans=(plan,), undrawable=("x",)
    )
    return said, Facts(root="f" * 32, items=(item, other), units=(unit, bare)), drawn


def test_the_page_of_format_1_never_changes():
    assert hashlib.sha256(page(*example()).encode()).hexdigest() == PAGE_OF_FORMAT_1


def test_what_people_typed_stays_text():
    made = page(*example())
    assert "Họp &lt;thôn&gt;" in made
    assert "<b>mất" not in made


def test_every_rung_outcome_clock_and_gap_has_its_words():
    from bangtin.archive import words as told

    made = page(*example())
    for table in (told.RUNGS, told.OUTCOMES, told.CLOCKS, told.MISSING):
        for vietnamese, english in table.values():
            assert vietnamese in made
            assert english.replace("'", "&#39;") in made


def test_the_units_own_page_is_called_so_and_lacks_no_signature():
    said, found, drawn = example()
    own = next(lines()).model_copy(update={"item": "builtin", "channel": None, "version": 0})
    receipt = Receipt(file="0.jws", program="display", line=own, first=NOON, last=NOON)
    unit = found.units[0].model_copy(update={"receipts": (receipt,), "unplaced": ()})
    made = page(said, found.model_copy(update={"units": (unit, found.units[1])}), drawn)
    assert "trang có sẵn của thiết bị" in made
    assert "None" not in made
    assert "The signed content of this item is not in the archive" not in made
