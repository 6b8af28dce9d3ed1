"""Small breaks that change nothing that the package promises, each with its reason.

(file, "old → new") as `make mutants NUM=…` prints them. They are left out of its sample.
"""

EQUIVALENT = {}
