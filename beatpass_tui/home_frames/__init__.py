"""The frames of Home that the next start shows at once: when they are drawn, how, and kept.

What reads and shows them belongs to `instant_paint`, what they show to Home and its view models.
"""
