"""What a trainer refuses, and the sentence it says: one function per contract.

Networks in the constructor, settings in `compile` and `fit`, data before the first step. A function
that refuses raises TypeError for the wrong kind of object and ValueError for the rest; otherwise it
returns nothing, or what it had to look up.
"""
