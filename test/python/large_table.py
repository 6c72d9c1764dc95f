"""A table of purchases large enough that work on it lasts: for stops, full disks and progress."""
# SPDX-License-Identifier: Apache-2.0
import numpy
import pyarrow
import pyarrow.parquet

FIRST_MS = 1_701_388_800_000  # 2023-12-01
DAY_MS = 86_400_000


def large_purchases(repository, rows, users, days=7):
    """Replaces the repository's sample purchases. The same numbers every time."""
    rng = numpy.random.default_rng(20231201)
    user = rng.integers(0, users, rows)
    table = pyarrow.table({
        "user_id": pyarrow.array([f"user_{n}" for n in user]),
        "purchase_price": rng.integers(250, 9_000, rows) / 100,
        "item_category": pyarrow.array(numpy.array(["books", "clothing", "food"])[rng.integers(0, 3, rows)]),
        "ts": pyarrow.array(numpy.sort(rng.integers(FIRST_MS, FIRST_MS + days * DAY_MS, rows)), pyarrow.int64()),
    })
    path = repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"
    pyarrow.parquet.write_table(table, path, row_group_size=200_000)
    return path
