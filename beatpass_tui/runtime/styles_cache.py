"""Keep Textual's cache of background styles from retaining closed screens."""

from __future__ import annotations

from textual._styles_cache import StylesCache


def share_background_styles() -> None:
    """Cache `StylesCache.get_inner_outer` per class instead of per instance.

    Textual caches the method with `lru_cache`, whose keys include the instance: up to 1,024 style
    caches of removed widgets stay in memory with their rendered lines (Textualize/textual#6665).
    The method uses only its arguments and is written like a class method.
    """
    method = vars(StylesCache)["get_inner_outer"]
    if not isinstance(method, classmethod):
        StylesCache.get_inner_outer = classmethod(method)  # type: ignore[assignment]
