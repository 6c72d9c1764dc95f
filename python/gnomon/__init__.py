# SPDX-License-Identifier: Apache-2.0
# What turns Python configs and commands into work for the C++ engine. Keep imports here at none:
# start-up time counts.

# Part of every side file: a compiler with another number translates again. Raise it when a
# translation changes.
COMPILER_VERSION = "1"
