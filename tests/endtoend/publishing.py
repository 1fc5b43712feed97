"""Two officers' phones bring a notice onto the board of a unit, and one takes it off again, as a part of their story."""

from bangtin.demo.village import CHANNEL, Village
from device.status import read_status
from tests.endtoend.officers import Commune, Phone

CARD = "section.content:has-text('Mất nước đêm nay')"


def obeys(village: Village, target: str, version: int) -> bool:
    """Whether the unit's board says that it obeys *target* in *version*, or a newer one."""
    said = read_status(village.paths, "display")
    return said is not None and said.versions.get(f"{CHANNEL}/{target}", 0) >= version


def publish(commune: Commune, author: Phone, approver: Phone) -> None:
    """Written on one phone, approved on the other: the board obeys the bundle that holds it."""
    village, page = commune.village, author.page
    for phone in (author, approver):
        phone.page.goto(f"{village.url}/officer")
        phone.taps = 0
    author.tap("nav.begin a[href*='content/new']")
    page.wait_for_selector("#wish")
    page.fill("#title-vi", "Mất nước đêm nay")
    page.fill("#text-vi", "Nhà máy nước sửa ống từ 22 giờ đến 4 giờ sáng.")
    author.keep("write")
    author.tap("#go")
    page.wait_for_selector("#painted:not([hidden])")
    author.keep("content")
    assert page.locator("#words > .placard").count() == 1, "one item differs from what the folder published, and nothing else"
    author.tap("#sign:enabled")
    page.wait_for_selector("#live[data-state=submitted]")
    approver.page.wait_for_selector("a.card.content", timeout=15_000)
    approver.tap("a.card.content")
    approver.tap("#sign:enabled")

    def obeyed() -> bool:
        return obeys(village, "bundle.json", 2)

    took = commune.within(15, obeyed)
    print(f"published in {author.taps + approver.taps} taps: the board obeys {took:.2f} s after the last")
    assert author.taps + approver.taps <= 6
    approver.page.wait_for_selector("#live[data-state=released]")


def take_off(commune: Commune, author: Phone, stops: int) -> None:
    """Two taps of one person; *stops* is the number that the stop list then has. What the unit reports fills the page in."""
    village, page = commune.village, author.page
    page.goto(f"{village.url}/officer")
    page.wait_for_selector(".air")
    if not page.locator(CARD).is_visible():
        page.tap(".air > summary")
    author.taps = 0
    author.tap(f"{CARD} [data-stop]")
    page.wait_for_selector(f"{CARD} [data-really]:enabled")
    author.tap(f"{CARD} [data-really]")

    def obeyed() -> bool:
        return obeys(village, "stop.json", stops)

    took = commune.within(10, obeyed)
    print(f"taken off in {author.taps} taps: the board obeys after {took:.2f} s")
    assert author.taps == 2
    page.wait_for_url("**/officer/content/stopped/**")
    page.wait_for_selector("tr.c-gone:has-text('1')")
    author.keep("taken-off")
