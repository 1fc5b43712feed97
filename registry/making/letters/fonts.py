"""Pango with the declared fonts and no others, whatever this machine has besides; what is shaped here is what a unit draws."""

from functools import cache
from html import escape
from typing import Any

import cffi
import pangocairocffi
import pangocffi

from bundle.errors import refuse
from bundle.fonts import DECLARED, NAMED

# Pangocffi wraps neither fontconfig nor the glyphs of a run; these parts of their C interfaces are public and fixed.
C = cffi.FFI()
C.cdef("""
    typedef struct FcConfig FcConfig;
    FcConfig *FcConfigCreate(void);
    int FcConfigParseAndLoadFromMemory(FcConfig *config, const char *xml, int complain);
    int FcConfigBuildFonts(FcConfig *config);
    void pango_fc_font_map_set_config(void *map, FcConfig *config);
    int hb_font_get_nominal_glyph(void *font, uint32_t unicode, uint32_t *glyph);
    typedef struct { uint32_t glyph; int32_t width, x_offset, y_offset; uint32_t attributes; } PangoGlyphInfo;
    typedef struct { int num_glyphs; PangoGlyphInfo *glyphs; int *log_clusters; int space; } PangoGlyphString;
    typedef struct { void *shape, *lang, *font; uint8_t level, gravity, flags, script; void *language, *extra; } PangoAnalysis;
    typedef struct { int offset, length, num_chars; PangoAnalysis analysis; } PangoItem;
    typedef struct { PangoItem *item; PangoGlyphString *glyphs; } PangoGlyphItem;
""")
_ONLY = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<selectfont><rejectfont><pattern></pattern></rejectfont><acceptfont>{}</acceptfont></selectfont></fontconfig>"""
_ONE = '<pattern><patelt name="family"><string>{}</string></patelt></pattern>'
_SIZE = 40 * 1024


@cache
def declared_layout() -> Any:
    """A Pango layout that knows the declared fonts only; ``Refused`` names those that this machine lacks."""
    context = _context()
    lacking = [family for family in DECLARED if _found(context, family) != family]
    if lacking:
        what = f"máy này thiếu phông / this machine lacks the fonts: {', '.join(lacking)}"
        raise refuse("phông chữ / fonts", what, "apt install fonts-noto-core fonts-noto-color-emoji")
    layout = pangocffi.Layout(context)
    layout.font_description = _described(", ".join(NAMED))
    return layout


def pointer(of: Any) -> Any:
    """A pointer of pangocffi as one of ours."""
    return C.cast("void *", int(pangocffi.ffi.cast("uintptr_t", of)))


@cache
def harfbuzz() -> Any:
    """The library that shapes."""
    return C.dlopen("libharfbuzz.so.0")


@cache
def _context() -> Any:
    fontconfig, pango = C.dlopen("libfontconfig.so.1"), C.dlopen("libpangoft2-1.0.so.0")
    config = fontconfig.FcConfigCreate()
    xml = _ONLY.format("".join(_ONE.format(escape(family)) for family in DECLARED))
    if not (fontconfig.FcConfigParseAndLoadFromMemory(config, xml.encode(), 1) and fontconfig.FcConfigBuildFonts(config)):
        raise RuntimeError("fontconfig does not take our configuration")
    fonts = pangocairocffi.PangoCairoFontMap()
    pango.pango_fc_font_map_set_config(pointer(fonts.pointer), config)
    made = pangocffi.pango.pango_font_map_create_context(pangocffi.ffi.cast("PangoFontMap *", fonts.pointer))
    return pangocffi.Context.from_pointer(made, gc=True)


def _found(context: Any, family: str) -> str:
    fonts = pangocffi.pango.pango_context_get_font_map(context.pointer)
    font = pangocffi.pango.pango_font_map_load_font(fonts, context.pointer, _described(family).pointer)
    if font == pangocffi.ffi.NULL:
        return ""
    described = pangocffi.pango.pango_font_describe(font)
    return str(pangocffi.ffi.string(pangocffi.pango.pango_font_description_get_family(described)).decode())


def _described(family: str) -> Any:
    described = pangocffi.FontDescription()
    described.family = family
    described.set_absolute_size(_SIZE)
    return described
