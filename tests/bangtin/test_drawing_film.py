"""A film in what is only drawn (previews, archives): its page is there, as long as the film, with its poster."""

import io
from datetime import UTC, datetime

from PIL import Image

from bangtin.drawing import Artist
from bundle.asset import Film, MediaType
from display.look.glass import glass
from display.look.theme import Light
from display.pages import reading
from tests.display.samples import board, notice
from tests.simulators.content import picture_of


def test_the_page_of_a_film_is_drawn_with_its_poster_and_told_with_its_length(tmp_path):
    data = io.BytesIO()
    Image.new("RGB", (160, 90), "red").save(data, "PNG")
    poster = picture_of(data.getvalue()).model_copy(update={"width": 160, "height": 90})
    (tmp_path / poster.sha256).write_bytes(data.getvalue())
    facts = {"width": 160, "height": 90, "rate": 25.0, "duration": 42.0, "poster": poster}
    film = Film(sha256="f" * 64, size=1000, media=MediaType.VIDEO, **facts)
    artist = Artist(lambda sha256: found if (found := tmp_path / sha256).exists() else None)
    decision = board(notice("phim", "Phim", "Xem phim sau.", film=film))
    *_, (page, picture) = artist.pages(decision, glass((1920, 1080)), datetime(2026, 11, 21, tzinfo=UTC), Light.NIGHT)
    assert page.dwell == 42.0 + reading.CURTAIN
    assert page.film is not None
    assert picture.get_at((page.film.box.x + 50, page.film.box.y + 50))[:3] == (255, 0, 0)
    assert artist.unreadable(decision) == ()
