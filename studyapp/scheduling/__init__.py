"""When to ask again: memory state, intervals, day boundaries, the order of a study session.

Values in, values out: the clock, the seed and the learner's settings are handed in, and nothing
here knows what a card asks.
"""
