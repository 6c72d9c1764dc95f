#!/usr/bin/env bash
# clang-tidy over the given files, over those that differ from the last commit, or with --all over all
# of src (an hour on two cores): tools/clang_tidy.sh BUILD_DIR [--all | FILE...]
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
shift
files=("$@")
if [ "${1:-}" = --all ]; then
  mapfile -t files < <(git ls-files 'src/*.cc')
elif [ ${#files[@]} -eq 0 ]; then
  mapfile -t files < <(git diff --name-only --diff-filter=d HEAD -- 'src/*.cc')
fi
[ ${#files[@]} -eq 0 ] && { echo "clang-tidy: no changed files"; exit 0; }
# g++'s precompiled header means nothing to clang.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed -E 's/-Winvalid-pch -include [^ ]*cmake_pch.hxx//; s/-fpch-preprocess//' \
  "$build/compile_commands.json" > "$work/compile_commands.json"
# The wheel comes without the compiler's own headers (stddef.h): g++'s serve, after all others.
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" .deps/venv/bin/clang-tidy -p "$work" --quiet \
  --extra-arg=-idirafter --extra-arg="$(g++ -print-file-name=include)"
echo "clang-tidy: nothing found in ${#files[@]} files"
