"""BeatPass's own themes, and the hues of the subjects for every theme."""

from __future__ import annotations

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


def hues(*, dark: bool) -> dict[str, str]:
    """Return the colour variables of our own that read well on a dark or a light ground."""
    return _ON_DARK if dark else _ON_LIGHT
