#!/usr/bin/env bash
# Runs the tests: `fast` (C++ modules and Python), `slow` (what needs other engines or minutes) or `all`. The C++ programs run under
# ctest, which also runs pytest, so that the last lines are one runner's.
set -euo pipefail
cd "$(dirname "$0")/.."
exec ctest --preset "$1"
