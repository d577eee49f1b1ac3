"""The names that the made-up catalog is drawn from."""

from __future__ import annotations

# Some are awkward on purpose: a real catalog has brackets, wide letters and long titles.
TITLES = (
    "Paper Crown",
    "Sunday Service [FREE]",
    "Glass Teeth [140 BPM]",
    "Café Noir",
    "夜のドライブ",
    "The Long Way Home From A Party That Nobody Remembers Leaving",
    "808 & Heartache",
    "Who's Asking?",
    '(FREE) Dark Melodic Guitar Type Beat x Late Night Drive Type Beat – "I Never Called You Back" '
    "[Untagged, Slowed + Reverb, Prod. Nova Reyes & Friends]",
)
FIRST_WORDS = (
    "Amber", "Broken", "Cold", "Distant", "Electric", "Faded", "Golden", "Hollow",
    "Iron", "Lunar", "Neon", "Quiet", "Silver", "Velvet", "Wild", "Yellow",
)  # fmt: skip
SECOND_WORDS = (
    "Avenue", "Bloom", "Cascade", "District", "Echo", "Fever", "Gravity", "Harbour",
    "Lanterns", "Mirage", "Parade", "Rain", "Season", "Tides", "Voltage", "Winter",
)  # fmt: skip
HANDLE_STARTS = (
    "ash", "blue", "cass", "dex", "echo", "fern", "gio", "haze", "indie", "jules", "kay",
    "lola", "milo", "nico", "onyx", "pia", "quill", "remy", "sol", "tara", "uma", "vic",
    "wren", "xan", "yuki", "zed",
)  # fmt: skip
HANDLE_ENDS = (
    "beats", "waves", "flips", "keys", "loops", "tapes", "drums", "sounds", "vox", "bars",
)  # fmt: skip
COLLABORATORS = ("Kilo Marsh", "Ada Voss", "Teo Lindqvist", "Sable June", "Rook & Ivy")
TAGS = ("dark", "late night", "guitar", "808", "slowed + reverb", "chill")
GENRES = ("Hip-Hop", "Trap", "R&B", "Lo-Fi", "Drill", "Afrobeat")
KEYS = ("A", "B", "C", "C#", "D", "E", "F", "F#", "G")
SCALES = ("minor", "minor", "major")
LICENSING = ("both", "non_exclusive_only", "non_exclusive_only", "exclusive_only")
