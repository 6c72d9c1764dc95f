# SPDX-License-Identifier: Apache-2.0
"""The interactive spark-sql. `loop` reads and runs, `input` knows when a statement ends, `completion`
what could stand at the cursor, `commands` the backslash commands; the engine lives in this process
for as long as the shell does, so temporary views last. prompt_toolkit is imported by `loop` only."""
