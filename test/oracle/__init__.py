"""A naive model of Chronon's offline semantics: brute force over rows, written from the specification alone."""
# SPDX-License-Identifier: Apache-2.0
