"""Small, valid content for tests: bundles, alerts and their blobs, for an invented commune."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from bundle.alert import Alert, AlertSet, AlertText, MessageType, RiskLevel, Status
from bundle.asset import Clip, MediaType, Picture
from bundle.items import Notice, Provenance, Wording
from bundle.manifest import Bundle
from bundle.orders import MuteOrder, OrderKind, Orders
from bundle.software import Build, Package, Release, Stage

CHANNEL = "vn.20.06001"
PROVENANCE = Provenance(author="Lò Thị Mây", approver="Hoàng Văn Suối", issuing_body="UBND xã Bản Mẫu")


def picture_of(blob: bytes) -> Picture:
    """A picture that claims *blob* as its bytes."""
    return Picture(sha256=hashlib.sha256(blob).hexdigest(), size=len(blob), media=MediaType.PNG, width=8, height=8)


def clip_of(blob: bytes) -> Clip:
    """A clip that claims *blob* as its bytes."""
    return Clip(sha256=hashlib.sha256(blob).hexdigest(), size=len(blob), media=MediaType.OPUS, duration=2.0, loudness=-16.0, true_peak=-1.0)


def small_bundle(now: datetime, channel: str = CHANNEL, title: str = "Lịch tiêm chủng", pictures: tuple[bytes, ...] = ()) -> Bundle:
    """A bundle of one notice with *pictures*, good for 30 days."""
    notice = Notice(
        id="tiem-chung",
        provenance=PROVENANCE,
        versions=(Wording(language="vi", title=title, body="Trạm y tế xã mở cửa lúc 7 giờ."),),
        pictures=tuple(picture_of(blob) for blob in pictures),
    )
    return Bundle(
        format=1,
        channel=channel,
        version=1,
        title="Tin trong tuần",
        area_name="Xã Bản Mẫu",
        contact="Văn phòng UBND xã",
        made=now,
        valid_until=now + timedelta(days=30),
        notices=(notice,),
    )


def flood_alert(now: datetime, channel: str = CHANNEL, speech: bytes | None = None, identifier: str = "lu-1") -> AlertSet:
    """One actual flood alert, with *speech* when given, good for 6 hours."""
    text = AlertText(
        language="vi",
        headline="Lũ đang lên",
        instruction="Lên nhà văn hóa ngay.",
        where="Xã Bản Mẫu",
        clip=clip_of(speech) if speech is not None else None,
    )
    alert = Alert(
        sender="pctt@tinh.example",
        identifier=identifier,
        sent=now,
        status=Status.ACTUAL,
        message_type=MessageType.ALERT,
        event="Lũ",
        level=RiskLevel.ORANGE,
        expires=now + timedelta(hours=6),
        versions=(text,),
        provenance=PROVENANCE,
    )
    return AlertSet(format=1, channel=channel, alerts=(alert,))


def funeral(now: datetime, channel: str = CHANNEL) -> Orders:
    """Silence of two hours for a funeral."""
    order = MuteOrder(
        kind=OrderKind.MUTE, id="tang-le", person="Quàng Văn Dây", since=now, expires=now + timedelta(hours=2), reason="tang lễ cụ Hoa"
    )
    return Orders(format=1, channel=channel, orders=(order,))


def package_of(blob: bytes, name: str = "bangtin-1.4.0", version: str = "1.4.0") -> Package:
    """A package that claims *blob* as its bytes."""
    return Package(sha256=hashlib.sha256(blob).hexdigest(), size=len(blob), name=name, version=version)


def release_of(now: datetime, *packages: Package, channel: str = CHANNEL, number: str = "1.4.0", **other: Any) -> Release:
    """A release of these *packages* for amd64 and Bookworm, in stages of 3, 25 and 100 % of a day each."""
    stages = tuple(Stage(percent=percent, hours=24) for percent in (3, 25, 100))
    return Release(
        format=1,
        channel=channel,
        number=number,
        software=other.pop("software", number),
        since=now,
        reason="Sửa lỗi mất tiếng sau mưa",
        builds=other.pop("builds", None) or (Build(architecture="amd64", suite="bookworm", packages=packages),),
        stages=other.pop("stages", stages),
        **other,
    )
