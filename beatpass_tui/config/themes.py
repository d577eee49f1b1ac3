"""BeatPass's own themes, and the colors of words for every theme."""

from __future__ import annotations

from collections.abc import Sequence

from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="beatpass",
    primary="#4B9BE8",
    secondary="#7AB8DA",
    accent="#7AB8DA",
    foreground="#E6EDF5",
    background="#0A0A0A",
    surface="#0F1E2E",
    panel="#16293D",
    success="#34D399",
    warning="#FBBF24",
    error="#F87171",
    dark=True,
    variables={"footer-background": "#0F1E2E"},
)

LIGHT = Theme(
    name="beatpass-light",
    primary="#1D63B0",
    secondary="#2B6C93",
    accent="#1D63B0",
    foreground="#13202E",
    background="#FFFFFF",
    surface="#EEF4FA",
    panel="#DDE9F4",
    success="#047857",
    warning="#92590A",
    error="#B91C1C",
    dark=False,
)

_ON_DARK = {
    "hue-tracks": "#60A5FA",
    "hue-total-plays": "#22D3EE",
    "hue-albums": "#F472B6",
    "hue-downloads": "#34D399",
    "hue-followers": "#A78BFA",
    "hue-level": "#FBBF24",
    "hue-growth": "#4ADE80",
    "edge": "#2B4763",
    "quiet": "#8CA0B3",
    "faint": "#5D7183",
}

_ON_LIGHT = {
    "hue-tracks": "#1D4ED8",
    "hue-total-plays": "#0E7490",
    "hue-albums": "#BE185D",
    "hue-downloads": "#047857",
    "hue-followers": "#6D28D9",
    "hue-level": "#92590A",
    "hue-growth": "#15803D",
    "edge": "#A3B8CC",
    "quiet": "#4F6274",
    "faint": "#70839A",
}


_INKS = ("primary", "secondary", "success", "warning", "error")
"""Colors of a theme that words are written in, as `ink-primary` and so on."""

TEXT_CONTRAST = 4.5
"""The least contrast of words with what they stand on, as WCAG 2 asks for."""

_LINE_CONTRAST = {"edge": 1.5, "faint": 2.5}
"""Of what is no text: borders, and the rest of a bar."""


def color_variables(theme: Theme) -> dict[str, str]:
    """Return the color variables of our own, readable on every ground of a theme.

    Themes choose their colors for areas as well as for words; where one is too pale or too dark
    for words it is moved toward white or black, as far as is needed and no further.
    """
    of_theme = {**theme.to_color_system().generate(), **theme.variables}
    wanted = {**(_ON_DARK if theme.dark else _ON_LIGHT)}
    wanted |= {f"ink-{name}": of_theme[name] for name in _INKS}
    grounds = [Color.parse(of_theme[name]) for name in ("background", "surface", "panel")]
    if any(ground.ansi is not None for ground in grounds):
        # The terminal's own colors: nobody knows what they are.
        return wanted
    toward = Color.parse("#FFFFFF" if theme.dark else "#000000")
    return {
        name: _readable(
            Color.parse(value), grounds, toward, _LINE_CONTRAST.get(name, TEXT_CONTRAST)
        ).hex6
        for name, value in wanted.items()
    }


def _readable(color: Color, grounds: Sequence[Color], toward: Color, least: float) -> Color:
    """Return the color nearest to `color` that has the contrast on every ground."""
    found = color
    for step in range(1, 51):
        if min(contrast(found, ground) for ground in grounds) >= least:
            break
        found = color.blend(toward, step / 50)
    return found


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colors as WCAG 2 defines it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
