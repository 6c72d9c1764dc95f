# SPDX-License-Identifier: Apache-2.0
"""The tables that the recorded staging queries read: an event log with JSON, nested structs and maps, its
users, orders and rates, with the duplicates, gaps and NULLs of the real thing."""

import datetime as dt
import decimal
import json

import pyarrow as pa

_SCREEN = pa.struct([("w", pa.int32()), ("h", pa.int32())])
_DEVICE = pa.struct([("os", pa.string()), ("version", pa.string()), ("screen", _SCREEN)])
_ITEM = pa.struct([("sku", pa.string()), ("qty", pa.int32()), ("price", pa.float64()),
                   ("tags", pa.list_(pa.string()))])
_ATTRIBUTES = pa.map_(pa.string(), pa.string())
_UTC = pa.timestamp("us", tz="UTC")
_START = dt.datetime(2023, 11, 28, 22, 40, tzinfo=dt.timezone.utc)

_TYPES = ("view", "view", "click", "add_to_cart", "view", "purchase", "view", "click", "refund", "VIEW")
_USERS = ("u1", "u2", "u1", "u3", "u1", None, "u2", "u4", "u1", "u5", "u3")
_GAPS = (1, 7, 45, 3, 0, 190, 12, 1440, 2, 31)  # minutes to the next event
_DEVICES = ({"os": "ios", "version": "17.1.2", "screen": {"w": 390, "h": 844}},
            {"os": "android", "version": "14", "screen": None}, None,
            {"os": "web", "version": None, "screen": {"w": 1920, "h": 1080}})
_ITEMS = ([{"sku": "a-1", "qty": 2, "price": 9.99, "tags": ["new", "sale"]},
           {"sku": "b-2", "qty": 1, "price": 100.0, "tags": []}],
          [], None, [{"sku": "a-1", "qty": None, "price": 10.5, "tags": None}],
          [{"sku": "c-3", "qty": 5, "price": 0.1, "tags": ["sale"]}, None])
_PROPERTIES = ([("page", "/home"), ("ref", "ads")], [], None, [("page", "/cart"), ("coupon", "X1")],
               [("page", None)], [("page", "/home"), ("ab", "B"), ("score", "0.75")])


def _payload(i: int) -> str | None:
    if i % 7 == 3:
        return None
    if i % 11 == 5:
        return "{not json"
    return json.dumps({"user": {"id": i % 5, "name": f"n{i}"}, "price": i * 1.25 if i % 4 else None,
                       "tags": ["t1", f"t{i % 3}"], "ok": i % 2 == 0, "at": "2023-12-01T10:20:30Z"})


def _events() -> pa.Table:
    rows, time = [], _START
    for i in range(40):
        time += dt.timedelta(minutes=_GAPS[i % len(_GAPS)], seconds=i, microseconds=i * 1001)
        rows.append({
            "event_id": f"e{i % 37:03d}",  # the last ones are duplicates
            "user_id": _USERS[i % len(_USERS)],
            "event_type": _TYPES[i * 7 % len(_TYPES)],
            "ts": int(time.timestamp() * 1000),
            "event_time": time,
            "local_time": time.replace(tzinfo=None) - dt.timedelta(hours=5),
            "amount": None if i % 6 == 4 else decimal.Decimal(i * 137 - 500) / 100,
            "score": float("nan") if i == 9 else None if i % 9 == 7 else i * 0.37 - 2,
            "quantity": None if i % 8 == 6 else i % 4,
            "is_bot": None if i % 10 == 8 else i % 5 == 0,
            "device": _DEVICES[i % len(_DEVICES)],
            "items": _ITEMS[i * 3 % len(_ITEMS)],
            "properties": _PROPERTIES[i % len(_PROPERTIES)],
            "payload": _payload(i),
            "url": None if i % 12 == 11 else f"https://shop.example.com/p/{i % 6}?utm_source=s{i % 3}&q=a%20b#top",
            "ds": time.date().isoformat(),
        })
    return pa.Table.from_pylist(rows, pa.schema([
        ("event_id", pa.string()), ("user_id", pa.string()), ("event_type", pa.string()), ("ts", pa.int64()),
        ("event_time", _UTC), ("local_time", pa.timestamp("us")), ("amount", pa.decimal128(12, 2)),
        ("score", pa.float64()), ("quantity", pa.int32()), ("is_bot", pa.bool_()), ("device", _DEVICE),
        ("items", pa.list_(_ITEM)), ("properties", _ATTRIBUTES), ("payload", pa.string()), ("url", pa.string()),
        ("ds", pa.string())]))


def _users() -> pa.Table:
    days = [dt.date(2023, 1, 31), dt.date(2022, 2, 28), None, dt.date(2020, 2, 29), dt.date(2023, 11, 30)]
    rows = [{"user_id": f"u{i + 1}", "name": name, "country": country, "signup_date": days[i % 5],
             "updated_at": dt.datetime(2023, 11, 29 + i // 4, i, 30, tzinfo=dt.timezone.utc),
             "birth_year": None if i == 3 else 1980 + i, "balance": decimal.Decimal(i * 1000 - 1500) / 1000,
             "emails": emails, "attrs": [("tier", tier)] if tier else None, "ds": f"2023-12-0{1 + i % 2}"}
            for i, (name, country, emails, tier) in enumerate((
                ("Ann Lee", "US", ["ann@x.com", "a.lee@work.org"], "gold"), ("bob", "DE", [], "silver"),
                ("Çağla", "TR", None, None), (None, None, ["d@x.com"], "gold"), ("Eve  O'Neil", "US", [None], "free"),
                ("ann lee", "FR", ["ann@x.com"], "free"), ("", "de", ["g@y.net", "g@y.net"], None)))]
    rows.append({**rows[0], "name": "Ann B. Lee", "updated_at": dt.datetime(2023, 12, 2, tzinfo=dt.timezone.utc),
                 "ds": "2023-12-02"})
    return pa.Table.from_pylist(rows, pa.schema([
        ("user_id", pa.string()), ("name", pa.string()), ("country", pa.string()), ("signup_date", pa.date32()),
        ("updated_at", _UTC), ("birth_year", pa.int32()), ("balance", pa.decimal128(10, 3)),
        ("emails", pa.list_(pa.string())), ("attrs", _ATTRIBUTES), ("ds", pa.string())]))


def _orders() -> pa.Table:
    states = ("paid", "shipped", "PAID", "cancelled", None)
    rows = []
    for i in range(24):
        at = dt.datetime(2023, 11, 25, 8, tzinfo=dt.timezone.utc) + dt.timedelta(hours=i * 7, minutes=i * 13)
        rows.append({
            "order_id": 1000 + i, "user_id": f"u{i % 6 + 1}" if i % 7 else None, "status": states[i % 5],
            "total": decimal.Decimal(i * i * 331 % 10007) / 100, "discount": None if i % 3 == 0 else i / 40,
            "quantity": i % 5, "created_at": at.strftime("%Y-%m-%d %H:%M:%S"), "order_day": at.date(),
            "shipped_at": None if i % 4 == 1 else at + dt.timedelta(days=i % 3, hours=5, seconds=i),
            "delivered_at": None if i % 5 == 2 else at + dt.timedelta(days=i % 6, microseconds=i * 7),
            "lines": f"a:{i};b:{i * 2}" if i % 6 else "", "currency": ("USD", "EUR", "TRY")[i % 3],
            "ds": at.date().isoformat()})
    return pa.Table.from_pylist(rows, pa.schema([
        ("order_id", pa.int64()), ("user_id", pa.string()), ("status", pa.string()), ("total", pa.decimal128(10, 2)),
        ("discount", pa.float64()), ("quantity", pa.int16()), ("created_at", pa.string()), ("order_day", pa.date32()),
        ("shipped_at", _UTC), ("delivered_at", _UTC), ("lines", pa.string()), ("currency", pa.string()),
        ("ds", pa.string())]))


def _rates() -> pa.Table:
    days = [dt.date(2023, 11, 1), dt.date(2023, 11, 27), dt.date(2023, 12, 1)]
    rows = [{"currency": currency, "valid_from": day, "valid_to": to, "rate": decimal.Decimal(rate).scaleb(-6)}
            for currency, rates in (("USD", (1000000,) * 3), ("EUR", (1091234, 1087000, 1090001)),
                                    ("GBP", (1265000, 1260500, 1270125)))
            for day, to, rate in zip(days, [*days[1:], None], rates)]
    return pa.Table.from_pylist(rows, pa.schema([
        ("currency", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32()),
        ("rate", pa.decimal128(18, 6))]))


def tables() -> dict[str, pa.Table]:
    """By the names that the queries give them."""
    return {"events": _events(), "users": _users(), "orders": _orders(), "rates": _rates()}
