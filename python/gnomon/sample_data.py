# SPDX-License-Identifier: Apache-2.0
# `python -m gnomon.sample_data DIR`: the bootcamp's two Parquet files in the local buckets of the repository DIR.
# Seeded: the same bytes every time, so that what README and tests say about the data stays true.
import datetime
import os
import random
import sys

from gnomon.errors import CommandError, run_main

SEED = 20231201
FIRST_DAY = datetime.date(2023, 12, 1)
DAYS = 7
PURCHASES = 155
BUYERS = 82
USERS = 100
CATEGORIES = (("clothing", 46), ("books", 39), ("electronics", 35), ("food", 18), ("home", 17))
CITIES = (("San Francisco", 32), ("New York", 29), ("Chicago", 22), ("Miami", 17))
MINUTES_PER_DAY = 24 * 60
# Mapped by storage: s3a://chronon/warehouse/data/... (Workspace::ResolvePath).
DATA_FOLDER = os.path.join(".gnomon", "buckets", "chronon", "warehouse", "data")


def pick(rng, weighted):
    names, weights = zip(*weighted)
    return rng.choices(names, weights)[0]


def purchase_rows(rng):
    """Rows of (user, price, category, milliseconds): every buyer buys at least once, every day has purchases."""
    # user_1 is always among them: the quickstart asks for it.
    buyers = [1] + sorted(rng.sample(range(2, USERS + 1), BUYERS - 1))
    users = buyers + [rng.choice(buyers) for _ in range(PURCHASES - BUYERS)]
    rng.shuffle(users)
    midnight_ms = (FIRST_DAY - datetime.date(1970, 1, 1)).days * 86_400_000
    for index, user in enumerate(users):
        day = index if index < DAYS else rng.randrange(DAYS)
        ts = midnight_ms + (day * MINUTES_PER_DAY + rng.randrange(MINUTES_PER_DAY)) * 60_000
        price = rng.randrange(250, 9_000) / 100
        yield f"user_{user}", price, pick(rng, CATEGORIES), ts


def user_rows(rng):
    for number in range(1, USERS + 1):
        signup = datetime.date(2023, 6, 1) + datetime.timedelta(days=rng.randrange(153))
        yield f"user_{number}", rng.randrange(18, 66), pick(rng, CITIES), signup


def tables():
    """The two tables by the name of their file."""
    import pyarrow as pa

    rng = random.Random(SEED)
    purchases = sorted(purchase_rows(rng), key=lambda row: (row[3], row[0]))
    users = list(user_rows(rng))
    return {
        "purchases": pa.table(
            list(map(list, zip(*purchases))),
            schema=pa.schema([("user_id", pa.string()), ("purchase_price", pa.float64()),
                              ("item_category", pa.string()), ("ts", pa.int64())]),
        ),
        "users": pa.table(
            list(map(list, zip(*users))),
            schema=pa.schema([("user_id", pa.string()), ("age", pa.int64()),
                              ("city", pa.string()), ("signup_date", pa.date32())]),
        ),
    }


def write_sample_data(repository):
    """Writes both files, replacing older ones, and returns their paths."""
    import pyarrow.parquet as pq

    paths = []
    for name, table in tables().items():
        folder = os.path.join(repository, DATA_FOLDER, name)
        path = os.path.join(folder, f"{name}.parquet")
        try:
            os.makedirs(folder, exist_ok=True)
            # The state folder belongs to its owner alone.
            os.chmod(os.path.join(repository, ".gnomon"), 0o700)
            pq.write_table(table, path + ".new", compression="snappy")
            os.replace(path + ".new", path)
        except OSError as failure:
            raise CommandError("the sample data cannot be written", path, f"look at the folder: {failure.strerror}")
        paths.append(path)
    return paths


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise CommandError("one folder is needed", "gnomon.sample_data",
                           "give the repository: python -m gnomon.sample_data DIR")
    if not os.path.isdir(arguments[0]):
        raise CommandError("the repository does not exist", arguments[0], "make the folder first")
    for path in write_sample_data(arguments[0]):
        print(path)


if __name__ == "__main__":
    run_main(main)
