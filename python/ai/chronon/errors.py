# SPDX-License-Identifier: Apache-2.0
# What a config that cannot be right raises. It knows the field and the remedy but not the file:
# whoever imports the config adds file and line. It is a ValueError and an AssertionError because
# Chronon raises now one, now the other.


class ConfigError(ValueError, AssertionError):
    """A mistake in a config: `what` failed, at `field` of the object ("" for all of it), and the
    `remedy`.
    """

    def __init__(self, what, field="", remedy=""):
        self.what = what
        self.field = field
        self.remedy = remedy
        super().__init__(f"{what}{': ' + field if field else ''}{' - ' + remedy if remedy else ''}")


def closest_name(name, candidates, cutoff=0.6):
    """Returns the candidate that `name` most likely meant, or None."""
    from difflib import get_close_matches  # Only ever needed on the way to an error.

    matches = get_close_matches(name, list(candidates), n=1, cutoff=cutoff)
    return matches[0] if matches else None


def did_you_mean(name, candidates, otherwise=""):
    """Returns a remedy: the nearest candidate, else `otherwise`, else the list of what there is."""
    candidates = list(candidates)
    match = closest_name(name, candidates)
    if match:
        return f"did you mean '{match}'?"
    return otherwise or ("use one of: " + ", ".join(sorted(candidates)) if candidates else "")
