# SPDX-License-Identifier: Apache-2.0
"""Expressions of time zones: every zone over two centuries, the hours around changes of clock, the ways to
write a zone. Column names are those of library_inputs.py."""

import itertools
from pathlib import Path

# Corrected or changed since the rules of the Java that was asked (2025a), or not known to it.
_CORRECTED = {
    "Africa/Casablanca", "Africa/El_Aaiun", "America/Araguaina", "America/Bahia", "America/Belem",
    "America/Boa_Vista", "America/Bogota", "America/Cambridge_Bay", "America/Campo_Grande", "America/Coyhaique",
    "America/Cuiaba", "America/Edmonton", "America/Eirunepe", "America/Ensenada", "America/Fortaleza",
    "America/Havana", "America/Inuvik", "America/Maceio", "America/Manaus", "America/Noronha", "America/Porto_Acre",
    "America/Porto_Velho", "America/Rainy_River", "America/Recife", "America/Rio_Branco", "America/Santa_Isabel",
    "America/Santarem", "America/Sao_Paulo", "America/Tijuana", "America/Vancouver", "America/Winnipeg",
    "America/Yellowknife", "Antarctica/Troll", "Asia/Tehran", "Brazil/Acre", "Brazil/DeNoronha", "Brazil/East",
    "Brazil/West", "CST6CDT", "Canada/Central", "Canada/Mountain", "Canada/Pacific", "Cuba", "EST", "EST5EDT", "Eire",
    "Europe/Dublin", "Factory", "HST", "Iran", "MST", "MST7MDT", "Mexico/BajaNorte", "PST8PDT", "ROC"
}
_ZONES = ("Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe",
          "America/St_Johns", "Pacific/Apia", "Europe/Moscow", "America/Sao_Paulo", "Asia/Kathmandu",
          "Africa/Cairo", "Asia/Gaza", "Pacific/Kiritimati", "Europe/London", "America/Nuuk")
_OFFSETS = ("UTC", "GMT", "UT", "Z", "+01:00", "-08:00", "+5:30", "+05:3", "-1:2", "+0530", "+18:00", "-18:00",
            "+18:01", "+19", "+1", "+01", "-01:02:03", "-010203", "GMT+1", "UTC-08:00", "UT+2", "GMT0", "Etc/GMT+5",
            "PST", "EST", "IST", "CST", "JST", "utc", "europe/berlin", "Europe/berlin", "CET", "EET",
            "US/Pacific", "", " ", "Europe/Berlin ", "Nowhere/City", "+", "1", "+a", "GMT+", "UTC+25", "+01:60",
            "+1:", "GMT+01:3", "SystemV/PST8", "+24:00", "z", "ACT", "MIT", "HST", "+00:00", "-00:00", "UTC0",
            "+01:00:0", "Zulu", "GMT-0")
# Hours in which a clock changes somewhere.
_MOMENTS = ("2023-03-26 00:59:59.999999", "2023-03-26 01:00:00", "2023-03-26 01:30:00", "2023-03-26 02:00:00",
            "2023-03-26 02:30:00.5", "2023-03-26 03:00:00", "2023-10-29 00:30:00", "2023-10-29 01:00:00",
            "2023-10-29 01:30:00", "2023-10-29 02:00:00", "2023-10-29 02:30:00", "2023-10-29 03:00:00",
            "2024-03-10 02:30:00", "2024-03-10 07:00:00", "2024-03-10 10:00:00", "2024-11-03 01:30:00",
            "2024-11-03 05:30:00", "2024-11-03 06:30:00", "2024-11-03 08:30:00", "2024-04-06 15:00:00",
            "2024-04-07 01:45:00", "2024-10-06 02:15:00", "2011-12-29 23:59:59", "2011-12-30 12:00:00",
            "2011-12-31 00:00:00", "1883-11-18 12:00:00", "1893-03-31 23:59:30", "1900-01-01 00:00:00",
            "1582-10-10 00:00:00", "0001-01-01 00:00:00", "2050-03-27 02:30:00", "2100-07-01 12:00:00",
            "2437-10-25 02:30:00", "2500-03-28 02:30:00", "9999-12-31 23:59:59")


def expressions():
    for group in (_columns, _changes, _names, _every_zone, _texts):
        yield from group()


def _columns():
    for zone in _ZONES:
        yield from (f"from_utc_timestamp(ts, '{zone}')", f"to_utc_timestamp(ts, '{zone}')")
    for column in ("dt", "tn", "ds", "NULL", "i", "pq"):
        yield from (f"from_utc_timestamp({column}, 'Europe/Paris')", f"to_utc_timestamp({column}, 'Asia/Tokyo')",
                    f"convert_timezone('Europe/Paris', {column})", f"convert_timezone('Asia/Tokyo', 'UTC', {column})")
    yield from ("from_utc_timestamp(ts, NULL)", "from_utc_timestamp(ts, s)",
                "to_utc_timestamp(ts, if(b, 'PST', 'CET'))",
                "from_utc_timestamp(ts, if(b, 'Europe/Paris', NULL))", "from_utc_timestamp(ts)",
                "to_utc_timestamp(ts, 'CET') = ts", "hour(from_utc_timestamp(ts, 'Asia/Kolkata'))",
                "date_format(from_utc_timestamp(ts, 'America/New_York'), 'yyyy-MM-dd HH:mm')",
                "to_date(from_utc_timestamp(ts, 'America/Los_Angeles'))", "convert_timezone(s, tn)",
                "convert_timezone('UTC', NULL, tn)", "convert_timezone('America/New_York', 'Europe/Berlin', tn)",
                "convert_timezone('Europe/Berlin', ts)", "convert_timezone('Nowhere/City', tn)", "convert_timezone(tn)",
                "from_utc_timestamp(1, 'CET')", "from_utc_timestamp(ts, 1)", "current_timezone()",
                "from_unixtime(unix_timestamp(from_utc_timestamp(ts, 'Asia/Tokyo')))",
                "to_timestamp(concat(date_format(ts, 'yyyy-MM-dd HH:mm:ss'), ' Europe/Berlin'))")


def _listed(texts) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _changes():
    """As numbers: the array of times with a year that Python lacks is not read from Spark."""
    moments = f"array({', '.join(f'TIMESTAMP{chr(39)}{text}{chr(39)}' for text in _MOMENTS)})"
    for zone in _ZONES:
        for function in ("from_utc_timestamp", "to_utc_timestamp"):
            yield f"if(id = 0, transform({moments}, t -> unix_micros({function}(t, '{zone}'))), NULL)"
    for a, b in itertools.pairwise(_ZONES):
        yield (f"if(id = 0, transform({moments}, t -> unix_micros(CAST(convert_timezone('{a}', '{b}', t) AS "
               "timestamp))), NULL)")


def _names():
    for zone in _OFFSETS:
        yield from (f"from_utc_timestamp(ts, '{zone}')", f"CAST('2023-07-01 12:00:00 {zone}' AS timestamp)")
    for zone in ("UTC", "+02:00", "-3:30", "Europe/Berlin", "PST", "", "nope"):
        yield from (f"make_timestamp(2023, 7, n, 12, 30, 5, '{zone}')",
                    f"make_timestamp(2023, 7, 1, 12, 30, 5, '{zone}')",
                    f"make_timestamp_ltz(2023, 7, 1, 12, 30, 5, '{zone}')", f"TIMESTAMP'2023-07-01 12:00:00 {zone}'")
    for text in ("2023-03-26 02:30:00 Europe/Berlin", "2023-10-29 02:30:00Europe/Berlin", "2023-07-01T12:00:00[CET]",
                 "2023-07-01 12:00:00.123 America/New_York", "2023-07-01 12 Europe/Paris",
                 "2023-07-01 12:30 Asia/Tokyo",
                 "2023-07-01 Europe/Paris", "2023-07-01 12:00:00 UTC+2", "2023-07-01 12:00:00 +2:3",
                 "2023-07-01 12:00:00 +02",
                 "2023-07-01 12:00:00 europe/paris", " 2023-07-01 12:00:00 CET ", "2023-07-01 12:00:00+0530",
                 "2023-07-01",
                 "2023-07-01 12:00:00 GMT+1", "2023-07-01 12:00", "2023-07-01 12:00:00.5", "2023-07-01 12:00:00-08:00",
                 "2023-07-01 12:00:00Z", "2023-07-01 25:00:00 CET", "2023-07-01 12:00:00 EST5EDT",
                 "2023-13-01 12:00:00",
                 "2023-07-01 12:00:00 -18:00", "2023-07-01 12:00:00 +19:00"):
        yield from (f"{kind} '{text}'" for kind in ("TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ"))
    yield from ("make_timestamp(2023, 7, 1, 12, 30, 5, if(b, 'Europe/Berlin', 'Asia/Tokyo'))",
                "hour(TIMESTAMP '2023-07-01 12:00:00 Asia/Kolkata')",
                "ts > TIMESTAMP '2023-07-01 12:00:00 Asia/Kolkata'",
                "ts > TIMESTAMP_LTZ '2023-07-01 12:00:00'", "tn > TIMESTAMP_NTZ '2023-07-01 12:00:00'")
    yield from ("make_timestamp(2023, 7, 1, 12, 30, 5, s)", "make_timestamp(2023, 7, 1, 12, 30, 5, NULL)",
                "make_timestamp(2023, 3, 26, 2, 30, 0, 'Europe/Berlin')",
                "make_timestamp(2023, 10, 29, 2, 30, 0, 'Europe/Berlin')")


def _every_zone():
    """A hash of what a zone's clock shows every two weeks; by the first part of the zone's name."""
    import tzdata
    names = (Path(tzdata.__file__).parent / "zones").read_text(encoding="utf-8").split()
    def group(name: str) -> tuple[str, bool]:
        return name.rpartition("/")[0].split("/")[0], name.rsplit("/")[-1] < "M"

    names = sorted(set(names) - _CORRECTED, key=lambda name: (group(name), name))
    steps = ("sequence(0, 1700), k -> timestamp_seconds(k * 1314871L)",
             "sequence(0, 1800), k -> timestamp_seconds(k * 1314871L - 2308988800L)",
             "sequence(0, 1200), k -> timestamp_seconds(k * 13148713L + 2108988800L)")
    for _, zones in itertools.groupby(names, group):
        listed = _listed(zones)
        for moments, function in itertools.product(steps, ("from_utc_timestamp", "to_utc_timestamp")):
            yield (f"if(id = 0, transform(array({listed}), z -> xxhash64(transform(transform({moments}), "
                   f"t -> {function}(t, z)))), NULL)")


def _texts():
    """Zones inside of texts that are cast."""
    for text in ("2023-03-26 02:30:00 Europe/Berlin", "2023-10-29 02:30:00Europe/Berlin", "2023-07-01T12:00:00[CET]",
                 "2023-07-01 12:00:00.123 America/New_York", "2023-07-01 12:00:00 PST", "2023-07-01 12 Europe/Paris",
                 "2023-07-01 12:30 Asia/Tokyo", "2023-07-01 Europe/Paris", "2023-07-01T Europe/Paris",
                 "2023-07-01 12:00:00 UTC+2", "2023-07-01 12:00:00 +2:3", "2023-07-01 12:00:00 Nowhere",
                 "2023-07-01 12:00:00 europe/paris", "2023-07-01 12:00:00  CET ", "2023-07-01 12:00:00\tCET"):
        for target in ("timestamp", "timestamp_ntz", "date"):
            yield f"CAST('{text}' AS {target})"
        yield f"to_timestamp('{text}')"
