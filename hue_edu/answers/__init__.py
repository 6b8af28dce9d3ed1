"""What a learner hands in: run with care, turned into numbers, compared, and its mistake named.

Exercises and graded assignments both stand on this room; it needs NumPy alone.
"""
