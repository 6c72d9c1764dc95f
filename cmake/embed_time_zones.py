#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a C++ file that holds the zone files (TZif, RFC 9636) of the pinned Python package tzdata, so that programs need no
/usr/share/zoneinfo: embed_time_zones.py OUTPUT. Files of the same bytes, which are zones with several names, are held once."""

import importlib.resources
import sys
from pathlib import Path

import tzdata

BYTES_IN_LINE = 32
# java.time has no such regions: the first are names of offsets to it.
_NOT_IN_JAVA = {"EST", "HST", "MST", "GMT+0", "GMT-0", "ROC", "Factory"}


def zone_files() -> dict[str, bytes]:
    package = importlib.resources.files("tzdata")
    names = (package / "zones").read_text(encoding="utf-8").split()
    return {name: (package / "zoneinfo").joinpath(*name.split("/")).read_bytes() for name in names
            if name not in _NOT_IN_JAVA}


def literal(content: bytes):
    for begin in range(0, len(content), BYTES_IN_LINE):
        # Octal, always three digits: a hexadecimal escape would swallow digits behind it.
        yield '    "' + "".join(f"\\{byte:03o}" for byte in content[begin:begin + BYTES_IN_LINE]) + '"'


def lines():
    files = zone_files()
    places = {content: place for place, content in enumerate(dict.fromkeys(files.values()))}
    yield f"// Written by cmake/embed_time_zones.py from tzdata {tzdata.IANA_VERSION}."
    yield '#include "expr/time_zone_files.h"'
    yield "namespace gnomon::expr {"
    yield "namespace {"
    for content, place in places.items():
        yield f"constexpr char kBytes{place}[] ="
        yield from literal(content)
        yield "    ;"
    yield "constexpr TimeZoneFile kFiles[] = {"
    for name, content in sorted(files.items()):
        yield f'    {{"{name}", {{kBytes{places[content]}, {len(content)}}}}},'
    yield "};"
    yield "}  // namespace"
    yield "std::span<const TimeZoneFile> TimeZoneFiles() { return kFiles; }"
    yield f'std::string_view TimeZoneRelease() {{ return "{tzdata.IANA_VERSION}"; }}'
    yield "}  // namespace gnomon::expr"


def main() -> None:
    Path(sys.argv[1]).write_text("\n".join(lines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
