"""Checks that includes point down: a file of module m includes only headers of m and of the modules that CMakeLists.txt
lists as its dependencies, and third-party headers stay behind the modules that own them.

Usage: check_layers.py LAYERS_FILE [SOURCE_DIR]; LAYERS_FILE has lines `module: dependency dependency`.
"""
# SPDX-License-Identifier: Apache-2.0
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)

# Third-party header prefixes -> the only modules that may include them.
WALLS = {
    "duckdb": {"sql"},
    "parquet/": {"storage"},
    "sqlite3": {"catalog"},
    "lmdb": {"kv"},
    "toml++": {"storage"},
    "CLI/": {"cli"},
    "cpc_": {"aggregate"},
    "kll_": {"aggregate"},
    "frequent_items": {"aggregate"},
    "nanobind": {"fetch_python", "engine_python"},
}
# Programs sit on top of all modules.
PROGRAMS = {"cli", "fetch_python", "engine_python"}


def read_layers(path):
    layers = {}
    for line in pathlib.Path(path).read_text().splitlines():
        module, _, dependencies = line.partition(":")
        layers[module] = set(dependencies.split())
    return layers


def check_file(source, path, layers):
    """Yields one sentence per include that breaks the rules."""
    module = path.relative_to(source).parts[0]
    allowed = set(layers) | {module} if module in PROGRAMS else layers[module] | {module}
    for match in INCLUDE.finditer(path.read_text()):
        quote, name = match.groups()
        first = name.split("/")[0]
        if quote == '"' and first in layers and first not in allowed:
            yield f"{path}: includes {name}, but {module} does not depend on {first}"
        for prefix, owners in WALLS.items():
            if name.startswith(prefix) and module not in owners:
                yield f"{path}: includes {name}, which belongs behind {', '.join(sorted(owners))}"


def find_cycle(layers):
    """Returns a module that reaches itself, or None."""
    for start in layers:
        seen, stack = set(), list(layers[start])
        while stack:
            module = stack.pop()
            if module == start:
                return start
            if module not in seen:
                seen.add(module)
                stack.extend(layers.get(module, ()))
    return None


def main(arguments):
    layers = read_layers(arguments[0])
    source = pathlib.Path(arguments[1] if len(arguments) > 1 else "src")
    problems = [p for path in sorted(source.rglob("*")) if path.suffix in (".h", ".cc", ".inc")
                for p in check_file(source, path, layers)]
    cycle = find_cycle(layers)
    if cycle:
        problems.append(f"{cycle} depends on itself")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"layers: {len(layers)} modules, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
