"""The last frame of Home, shown before the rest of the program is imported.

Only modules that are imported in less than a millisecond belong here: nothing of Textual, and
nothing that draws. `home_frames` makes the frames.
"""
