"""Rows that the model expects beside rows that an engine answered."""
# SPDX-License-Identifier: Apache-2.0
import math

from .expected import agrees, plain


def differences(expected, actual, keys, recorded=False, relative=0.0):
    """One sentence per difference, at most 20; empty when the answer is right.

    Rows are told apart by the columns `keys`. Where several share their keys (duplicate left rows of a join) they are
    compared in the order of their printed values. `relative` is what floats may differ by that no operation gives an
    allowance: a MAX over sums that another job wrote.
    """
    left, right = _grouped(expected, keys), _grouped(actual, keys)
    found = []
    for key in sorted(left.keys() | right.keys(), key=repr):
        ours, theirs = left.get(key, []), right.get(key, [])
        if len(ours) != len(theirs):
            found.append(f"{key}: {len(ours)} rows expected, {len(theirs)} found")
            continue
        for row, answer in zip(ours, theirs):
            if row.keys() != answer.keys():
                found.append(f"{key}: columns differ: {sorted(row.keys() ^ answer.keys())}")
                continue
            found += [f"{key} {name}: expected {row[name]!r}, found {answer[name]!r}"
                      for name in row if not (agrees(row[name], answer[name], recorded)
                                              or _near(row[name], answer[name], relative))]
        if len(found) >= 20:
            break
    return found[:20]


def _grouped(rows, keys):
    found = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in keys), []).append(row)
    for group in found.values():
        if len(group) > 1:
            group.sort(key=lambda row: repr(sorted((name, repr(plain(value))) for name, value in row.items())))
    return found


def _near(expected, actual, relative):
    value = plain(expected)
    return (relative > 0 and isinstance(value, float) and isinstance(actual, float)
            and math.isclose(value, actual, rel_tol=relative))
