"""The two BeatPass themes, and readable text colors for every theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.color import ColorSystem
from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="beatpass",
    primary="#4B9BE8",
    secondary="#7AB8DA",
    accent="#7AB8DA",
    foreground="#E6EDF3",
    background="#0A0A0A",
    surface="#0F1E2E",
    panel="#16304A",
    success="#4ADE80",
    warning="#FBBF24",
    error="#F87171",
    dark=True,
    variables={"footer-background": "#0F1E2E"},
)

LIGHT = Theme(
    name="beatpass-light",
    primary="#1665B4",
    secondary="#1B678C",
    accent="#1665B4",
    foreground="#14212E",
    background="#EAEFF4",
    surface="#FFFFFF",
    panel="#DFECF9",
    success="#13713A",
    warning="#A14A06",
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
    "hue-delayed": "#FB923C",
    "hue-common": "#9CA3AF",
    "hue-epic": "#C084FC",
    "edge": "#2B4763",
    "quiet": "#93A7BA",
    "faint": "#7D93A8",
    "track": "#22384D",
    "grid": "#1A3045",
    "cell": "#182C40",
}

_ON_LIGHT = {
    "hue-tracks": "#1F5AD9",
    "hue-total-plays": "#0C6A84",
    "hue-albums": "#BE185D",
    "hue-downloads": "#046C4E",
    "hue-followers": "#6D28D9",
    "hue-level": "#A14A06",
    "hue-growth": "#13713A",
    "hue-delayed": "#B33B0A",
    "hue-common": "#4B5563",
    "hue-epic": "#7E22CE",
    "edge": "#A3B8CC",
    "quiet": "#4E6172",
    "faint": "#566878",
    "track": "#D5DFE8",
    "grid": "#E1E9F0",
    "cell": "#E8EEF4",
}

_TEXT_COLORS = ("primary", "secondary", "success", "warning", "error")
"""Theme colors used for text, as the variables `ink-primary` and so on."""

TEXT_CONTRAST = 4.5
"""Minimum contrast of text, as required by WCAG 2."""

_LINE_CONTRAST = {"edge": 1.5, "track": 1.2, "grid": 1.1, "cell": 1.1}
"""Minimum contrast of borders, the remainder of bars, the lines of charts, and empty cells."""

_NOT_RAISED = frozenset({"faint", "cell"})
"""Colors that are not used on the fill of a cursor."""

_ALBUMS_OF_16 = ("#AA00AA", "#FF55FF")
"""The color of albums on light and on dark; the nearest to the others would be red, as losses."""

_PANEL_OF_256 = {DARK.panel: "#162F4A"}
"""Fills of the cursor that have a loud nearest color, and the color to use instead."""

_LINES_OF_256 = {"track": "#444444", "grid": "#303030", "cell": "#262626"}
"""Lines on dark; the nearest colors to the others would be as loud as bars."""

_TILE_CONTRAST = 1.15
"""Minimum contrast of tiles and background."""

_CURSOR_CONTRAST = 1.12
"""Minimum contrast of the fill of a cursor, which some themes share with their tiles."""


_FEWER_COLORS = {"256": ColorSystem.EIGHT_BIT, "standard": ColorSystem.STANDARD}


def color_variables(
    theme: Theme,
    theme_colors: Mapping[str, str] | None = None,
    color_system: str | None = "truecolor",
) -> dict[str, str]:
    """Return BeatPass's color variables, readable on all backgrounds of a theme.

    Colors with too little contrast for text are blended toward white or black. `theme_colors` are
    the theme's own variables, if they are known. Terminals with the `color_system` "256" or
    "standard" get some others, since they show the nearest of their colors.
    """
    if theme_colors is None:
        theme_colors = {**theme.to_color_system().generate(), **theme.variables}
    colors = {**(_ON_DARK if theme.dark else _ON_LIGHT)}
    if color_system == "standard":
        colors["hue-albums"] = _ALBUMS_OF_16[theme.dark]
    elif color_system == "256" and theme.dark:
        colors |= _LINES_OF_256
    colors |= {f"ink-{name}": theme_colors[name] for name in _TEXT_COLORS}
    colors["foreground"] = theme_colors["foreground"]
    backgrounds = [Color.parse(theme_colors[name]) for name in ("background", "surface", "panel")]
    if any(background.ansi is not None for background in backgrounds):
        # The theme uses the terminal's colors, which are unknown.
        return colors
    toward = Color.parse("#FFFFFF" if theme.dark else "#000000")
    under_cursor = backgrounds[1:2] if shows_tiles(theme, color_system) else backgrounds[:2]
    raised = _readable(backgrounds[2], under_cursor, toward, _CURSOR_CONTRAST)
    backgrounds[2] = Color.parse(raised.hex6)
    readable = {
        name: _readable(
            Color.parse(value),
            backgrounds[:2] if name in _NOT_RAISED else backgrounds,
            toward,
            _LINE_CONTRAST.get(name, TEXT_CONTRAST),
        ).hex6
        for name, value in colors.items()
    }
    readable["panel"] = raised.hex6
    if color_system == "256" and theme.panel in _PANEL_OF_256:
        readable["panel"] = _PANEL_OF_256[theme.panel]
    return readable


def shows_tiles(theme: Theme, color_system: str | None = "truecolor") -> bool:
    """Return whether tiles can be told from the background of a theme.

    Terminals with the `color_system` "256" or "standard" show the nearest of their colors.
    """
    colors = theme.to_color_system().generate()
    background, surface = (Color.parse(colors[name]) for name in ("background", "surface"))
    if background.ansi is not None or surface.ansi is not None:
        return False
    if (fewer := _FEWER_COLORS.get(color_system or "")) is not None:
        triplets = (color.rich_color.downgrade(fewer) for color in (background, surface))
        background, surface = (Color(*color.get_truecolor()) for color in triplets)
    return contrast(background, surface) >= _TILE_CONTRAST


def _readable(color: Color, backgrounds: Sequence[Color], toward: Color, minimum: float) -> Color:
    """Return the color closest to `color` with enough contrast on all backgrounds."""
    readable = color
    for step in range(1, 51):
        if min(contrast(readable, background) for background in backgrounds) >= minimum:
            break
        readable = color.blend(toward, step / 50)
    return readable


def contrast(first: Color, second: Color) -> float:
    """Return the WCAG 2 contrast of two colors, from 1 to 21."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
