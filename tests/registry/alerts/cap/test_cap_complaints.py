"""Every fault of a CAP message is told in one clear sentence with its place, and all of them at once."""

import base64
import unicodedata
from datetime import datetime

import pytest

from bundle.alert import Reference
from bundle.errors import Refused
from registry.alerts.cap import MOST_COMPLAINTS
from tests.registry.alerts.cap.messages import AREA, SENDER, SENT, SOURCES, alert, at, info, read

RESOURCE = "<resource><resourceDesc>Bản đồ</resourceDesc><mimeType>image/png</mimeType>{}</resource>"
SHAPE = "<area><areaDesc>Vùng</areaDesc>{}<geocode><valueName>thon</valueName><value>T1</value></geocode></area>"
PICTURE = base64.b64encode(b"picture").decode()

BAD = {
    "no XML": (b"lu len", "cap", "not well-formed XML"),
    "an entity": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "cap", "DTD or entities"),
    "a DTD elsewhere": (b'<!DOCTYPE alert SYSTEM "http://192.0.2.1/cap.dtd">' + alert().split(b"\n", 1)[1], "cap", "DTD or entities"),
    "depth without end": (b"<a>" * 10_000 + b"</a>" * 10_000, "cap", "nested deeper"),
    "elements without end": (b"<a>" + b"<b/>" * 30_000 + b"</a>", "cap", "longer than a CAP message"),
    "bytes without end": (alert(note="a" * 1_100_000), "cap", "too big"),
    "letters of no encoding": (b'<?xml version="1.0" encoding="klingon"?><a/>', "cap", "unreadable encoding"),
    "another root": (b"<a/>", "a", "not CAP"),
    "an older CAP": (alert(namespace="urn:oasis:names:tc:emergency:cap:1.1"), "alert", "is CAP 1.1"),
    "no identifier": (alert(identifier=""), "identifier", "missing"),
    "no event": (alert(info(event="")), "info[1]/event", "missing"),
    "an empty event": (alert(info(event=" ")), "info[1]/event", "empty"),
    "two events": (alert(info(more="<event>Bão</event>")), "info[1]/event[2]", "stands twice"),
    "no info": (alert(" "), "info", "says nothing"),
    "a misspelt element": (alert(info(more="<severty>Severe</severty>")), "info[1]/severty", "no such element"),
    "a strange status": (alert(status="Real"), "status", "no code word"),
    "a strange msgType": (alert(msgType="Alarm"), "msgType", "no code word"),
    "a strange scope": (alert(scope="public"), "scope", "no code word"),
    "a strange category": (alert(info(category="Weather")), "info[1]/category", "no code word"),
    "a strange urgency": (alert(info(urgency="Now")), "info[1]/urgency", "no code word"),
    "a strange severity": (alert(info(severity="extreme")), "info[1]/severity", "no code word"),
    "a strange certainty": (alert(info(certainty="Very Likely")), "info[1]/certainty", "no code word"),
    "a strange responseType": (alert(info(more="<responseType>Run</responseType>")), "info[1]/responseType", "no code word"),
    "an event code that its list lacks": (
        alert(info(more="<eventCode><valueName>su-kien</valueName><value>luu</value></eventCode>")),
        "info[1]/eventCode ",
        "no such event code",
    ),
    "an acknowledgement": (alert(msgType="Ack"), "msgType", "between machines"),
    "a status that its source may not send": (alert(status="Draft"), "status", "may not send"),
    "an unknown sender": (alert(sender="ai@do.example"), "sender", "unknown source"),
    "a blank in the identifier": (alert(identifier="lu 7"), "identifier", "holds a blank"),
    "a comma in the sender": (alert(sender="a,b"), "sender", "holds a blank"),
    "a reference to itself": (alert(references=f"{SENDER},lu-7,{SENT}"), "references", "refers to itself"),
    "a reference from the future": (alert(references=f"{SENDER},lu-6,{at(hours=1)}"), "references", "sent later"),
    "a torn reference": (alert(references=f"{SENDER}, lu-6,{at(hours=-1)}"), "references", "no triplet"),
    "more references than a unit should download": (
        alert(msgType="Update", references=" ".join(f"{SENDER},lu-{n},{at(hours=-1)}" for n in range(200))),
        "references",
        "too many",
    ),
    "a text that no board could show": (alert(info(description="Nước lên. " * 2000)), "info[1]/description", "longer than"),
    "an update of nothing": (alert(msgType="Update"), "references", "needs references"),
    "a cancel of nothing": (alert(msgType="Cancel"), "references", "needs references"),
    "restricted and open": (alert(scope="Restricted"), "restriction", "needs a restriction"),
    "restricted": (alert(scope="Restricted", restriction="cán bộ"), "scope", "is not for the public"),
    "public and restricted": (alert(restriction="cán bộ"), "restriction", "has no restriction"),
    "private for nobody": (alert(scope="Private"), "addresses", "needs addresses"),
    "the same text in two languages": (alert(info(), info(language="en", headline="Flood")), "info[2]", "the same words"),
    "a language twice": (alert(info(), info(headline="Lũ nữa")), "info[2]", "stands there already"),
    "no Vietnamese": (alert(info(language="en-US")), "info", "Vietnamese version is missing"),
    "no language tag": (alert(info(language="tiếng Việt")), "info[1]/language", "no language tag"),
    "bad base64": (alert(info(more=RESOURCE.format("<derefUri>a$b</derefUri>"))), "info[1]/resource[1]/derefUri", "is not base64"),
    "a wrong size": (alert(info(more=RESOURCE.format(f"<size>8</size><derefUri>{PICTURE}</derefUri>"))), "resource[1]/size", "there are 7"),
    "no size": (alert(info(more=RESOURCE.format("<size>8 KB</size>"))), "resource[1]/size", "no number of bytes"),
    # obplayer took media by their size alone
    "a wrong digest of the right size": (
        alert(info(more=RESOURCE.format(f"<size>7</size><derefUri>{PICTURE}</derefUri><digest>{'0' * 40}</digest>"))),
        "resource[1]/digest",
        "does not match",
    ),
    "no digest": (alert(info(more=RESOURCE.format("<digest>md5</digest>"))), "resource[1]/digest", "is no SHA-1"),
    "no media type": (alert(info(more="<resource><resourceDesc>a</resourceDesc></resource>")), "resource[1]/mimeType", "missing"),
    "over before it was sent": (alert(info(more=f"<expires>{at(hours=-1)}</expires>")), "expires", "expires before sent"),
    "over before it begins": (
        alert(info(more=f"<onset>{at(hours=3)}</onset><expires>{at(hours=2)}</expires>")),
        "expires",
        "expires before onset",
    ),
    "too long": (alert(info(more=f"<expires>{at(hours=46 * 24)}</expires>")), "expires", "more than 45 days"),
    "over": (alert(info(more=f"<expires>{at(hours=-1)}</expires>"), sent=at(hours=-2)), "expires", "is over"),
    "from the future": (alert(sent=at(hours=2)), "sent", "sent in the future"),
    "no zone": (alert(sent="2026-11-12T07:30:00"), "sent", "no time zone"),
    "no time": (alert(sent="12/11/2026 07:30"), "sent", "no date and time"),
    "no such day": (alert(sent="2026-02-30T07:30:00+07:00"), "sent", "no such date"),
    "an open polygon": (alert(info(area=SHAPE.format("<polygon>1,1 1,2 2,2 2,1</polygon>"))), "area[1]/polygon", "not closed"),
    "a line": (alert(info(area=SHAPE.format("<polygon>1,1 1,2 1,1</polygon>"))), "area[1]/polygon", "at least 4"),
    "a polygon off the earth": (alert(info(area=SHAPE.format("<polygon>106,22 1,2 2,2 106,22</polygon>"))), "area[1]/polygon", "not on"),
    "a polygon of words": (alert(info(area=SHAPE.format("<polygon>a b c d</polygon>"))), "area[1]/polygon", "no pair"),
    "a circle without a radius": (alert(info(area=SHAPE.format("<circle>1,2</circle>"))), "area[1]/circle", "no circle"),
    "a circle with a wrong centre": (alert(info(area=SHAPE.format("<circle>95,2 5</circle>"))), "area[1]/circle", "not on the earth"),
    "an old encoding": (alert(info(description="Th«ng b¸o khÈn cÊp: lò ®ang lªn nhanh")), "info[1]/description", "old encoding"),
    "Khmer for an old font": (
        alert(info(), info(language="km", headline="TwkCMnn;", description="TwkeLIgelOn", instruction="eTATIx<s;".replace("<", "&lt;"))),
        "info[2]",
        "not in Khmer letters",
    ),
    "letters that no board has": (alert(info(headline="Lũ \u1234\ue000 lên")), "info[1]/headline", "private characters"),
    "HTML that holds more than words": (
        alert(info(instruction="&lt;script&gt;x&lt;/script&gt; Lên đi")),
        "info[1]/instruction",
        "cannot be shown",
    ),
    "a headline that no board can show": (alert(info(headline="Lũ " * 40)), "headline", "too long"),
    "a place of somebody else": (alert(info(area=AREA.replace("T1", "T9"))), "info/area", "no place of this channel"),
    "a kind of code that nobody declared": (alert(info(area=AREA.replace("thon", "SAME"))), "info/area", "no place of this channel"),
    "languages that differ in place": (
        alert(info(), info(language="en", description="Flood.", instruction="Go up.", area=AREA.replace("T1", "T2"))),
        "info[1]",
        "other places",
    ),
    "languages that differ in time": (
        alert(info(), info(language="en", description="Flood.", instruction="Go up.", more=f"<expires>{at(hours=2)}</expires>")),
        "info[2]",
        "not that of the first",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_told_with_its_place_and_what_to_do(name):
    raw, where, what = BAD[name]
    with pytest.raises(Refused) as refused:
        read(raw)
    told = [each for each in refused.value.complaints if where in each.where and what in each.what]
    assert told, refused.value
    assert all(" / " in each.what and each.do for each in refused.value.complaints), "Vietnamese, English, and a way out"


def test_the_good_message_has_no_fault():
    assert read(alert()).remarks == ()


def test_a_circle_of_references_over_two_messages_is_refused():
    forward = Reference(sender=SENDER, identifier="lu-7", sent=datetime.fromisoformat(SENT))
    first = read(alert(identifier="lu-6", sent=at(hours=-1))).alert.model_copy(update={"references": (forward,)})
    with pytest.raises(Refused, match="a circle"):
        read(alert(msgType="Update", references=f"{SENDER},lu-6,{at(hours=-1)}"), known=(first,))


def test_a_source_that_must_send_its_files_along_is_held_to_it():
    held = SOURCES.replace("life_hours = 6", "life_hours = 6\nfiles_inside = true")
    linked = alert(info(more=RESOURCE.format("<uri>https://khituong.example/1.png</uri>")))
    with pytest.raises(Refused, match="must send the content along"):
        read(linked, text=held)
    assert read(linked).message.infos[0].resources[0].inside is None
    inside = read(alert(info(more=RESOURCE.format(f"<size>7</size><derefUri>{PICTURE}</derefUri>"))), text=held)
    assert inside.message.infos[0].resources[0].inside == 7


def test_of_very_many_faults_the_first_are_told_and_how_many_more():
    with pytest.raises(Refused) as refused:
        read(alert(references=" ".join(f"x{n}" for n in range(5000))))
    assert len(refused.value.complaints) == MOST_COMPLAINTS + 1
    assert "4800 more" in refused.value.complaints[-1].what


def test_all_faults_of_one_message_are_told_at_once():
    many = alert(
        info(event="", urgency="Now", severity="extreme", headline="x" * 120, more=RESOURCE.format("<derefUri>$</derefUri>")),
        info(category="Weather", more="<onset>soon</onset><expires>later</expires>", area=SHAPE.format("<polygon>1,1 2,2</polygon>")),
        identifier="a b",
        status="Real",
        msgType="Cancel",
        restriction="x",
        references="a,b",
    )
    with pytest.raises(Refused) as refused:
        read(many)
    told = str(refused.value)
    for what in (
        "event",
        "“Now”",
        "“extreme”",
        "too long",
        "base64",
        "“Weather”",
        "“soon”",
        "“later”",
        "polygon",
        "“a b”",
        "“Real”",
        "restriction",
        "“a,b”",
        "stands there already",
    ):
        assert what in told, what
    assert len(refused.value.complaints) == 14, "and none that only follows from another"


REMARKED = {
    "Z": (alert(sent="2026-11-12T00:30:00Z"), "-00:00"),
    "fractions": (alert(sent="2026-11-12T07:30:00.5+07:00"), "fractions"),
    "a signature": (alert(more='<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'), "not verified"),
    "a foreign element": (alert(more='<x xmlns="urn:la"/>'), "foreign element"),
    "NFD": (alert(info(description=unicodedata.normalize("NFD", "Nước dâng nhanh"))), "converted"),
    "HTML": (alert(info(instruction="&lt;b&gt;Lên&lt;/b&gt; ngay")), "removed"),
    "an undeclared geocode beside a good one": (
        alert(info(area=AREA.replace("<geocode>", "<geocode><valueName>SAME</valueName><value>0</value></geocode><geocode>"))),
        "matches nothing",
    ),
    "a language that is not declared": (alert(info(), info(language="fr", description="Crue.", instruction="Montez.")), "left out"),
}


@pytest.mark.parametrize("name", REMARKED)
def test_what_is_unambiguous_is_taken_and_said(name):
    raw, what = REMARKED[name]
    assert any(what in each.what for each in read(raw).remarks)
