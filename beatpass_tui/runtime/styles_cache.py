"""Let closed screens be released by Textual's cache of background styles."""

from __future__ import annotations

from textual._styles_cache import StylesCache


def share_background_styles() -> None:
    """Make the cache of `StylesCache.get_inner_outer` one of the class instead of its instances.

    Textual caches the method with `lru_cache`, whose keys include the instance: up to 1,024 style
    caches of removed widgets stay in memory with their rendered lines (Textualize/textual#6665).
    The method uses only its colors and is written as a class method.
    """
    method = vars(StylesCache)["get_inner_outer"]
    if not isinstance(method, classmethod):
        StylesCache.get_inner_outer = classmethod(method)  # type: ignore[assignment]
