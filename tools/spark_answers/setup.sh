#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes .deps/spark-venv: the real Spark whose answers record.py writes down. Only recording needs it; the tests read the
# recorded files. Needs Java 17.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=3.5.9
venv=.deps/spark-venv
command -v java > /dev/null || { echo "error: Spark needs java - install openjdk-17-jre-headless" >&2; exit 2; }
if [ "$("$venv/bin/python" -c 'import pyspark, pyarrow; print(pyspark.__version__)' 2> /dev/null || true)" != "$version" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "pyspark==$version" pyarrow==26.0.1
fi
