"""A studio that has done everything that was ordered ahead."""

from threading import Event

from display.showing.studio import Studio


def rested(studio: Studio) -> None:
    """Wait until *studio* has nothing left to do."""
    done = Event()
    studio.ahead(done.set)
    assert done.wait(30)
