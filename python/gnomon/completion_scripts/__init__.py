# SPDX-License-Identifier: Apache-2.0
# One module per shell; each has `script(programs)`, which returns the text of the script.
# Words of help that stand for what a repository knows: `gnomon completion --values WORD` lists it.
REPOSITORY_WORDS = ("CONF", "TABLE", "DATASET", "RUN")


def one_line(text):
    """The first line of a help text, without the end of a sentence."""
    return text.partition("\n")[0].strip()
