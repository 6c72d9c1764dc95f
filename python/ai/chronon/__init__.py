# SPDX-License-Identifier: Apache-2.0
# The Python API that configs are written in. Nothing is imported here: a config pays for what it
# uses.
