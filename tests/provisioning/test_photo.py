"""Photographs of a site: small, upright, and without a word of where they were taken."""

import io

import numpy
import pytest
from PIL import Image

from bundle.errors import Refused
from provisioning.photo import small_photo

MOST = 40_000
ORIENTATION, MAKE = 0x0112, 0x010F


def taken(size=(4000, 3000), form="JPEG", turn=6):
    """A photograph as bytes, full of detail, lying on its side."""
    grains = numpy.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=numpy.uint8)
    image, exif, into = Image.fromarray(grains).resize(size), Image.Exif(), io.BytesIO()
    exif[ORIENTATION], exif[MAKE] = turn, "Máy Mẫu"
    image.save(into, form, exif=exif)
    return into.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_becomes_small_upright_and_anonymous(form):
    small = small_photo(taken(form=form), MOST)
    image = Image.open(io.BytesIO(small))
    assert (image.format, image.width < image.height, len(small) <= MOST) == ("WEBP", True, True)
    assert not image.getexif()
    assert "Mẫu".encode() not in small
    assert max(image.size) >= 320, "somebody must see something on it"


@pytest.mark.parametrize("data", [b"", b"GIF89a", taken()[:5000], taken((10_000, 6_000))], ids=["empty", "other", "cut", "bomb"])
def test_what_is_no_picture_that_a_pi_can_hold_is_refused(data):
    with pytest.raises(Refused) as refused:
        small_photo(data, MOST)
    assert refused.value.complaints[0].do
