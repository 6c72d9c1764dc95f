"""What is said to files that were damaged or removed from outside."""
# SPDX-License-Identifier: Apache-2.0
from repository import Repository


def test_damaged_files(tmp_path, provoked):
    repository = Repository.bootcamp(tmp_path / "repo")
    file = repository.root / ".gnomon/buckets/chronon/warehouse/data/purchases/purchases.parquet"
    whole = file.read_bytes()
    file.write_bytes(b"these are not the bytes that you are looking for")
    provoked(repository.staging(status=4), when="a file that is no Parquet")
    file.write_bytes(whole)
    repository.staging()
    metadata = max(repository.root.rglob("*.metadata.json"))
    text = metadata.read_text()
    metadata.write_text("{}")
    provoked(repository.run("spark-sql", "-e", "SELECT * FROM bootcamp.purchases_from_s3", status=4),
             when="a damaged metadata file of a table")
    metadata.unlink()
    provoked(repository.run("spark-sql", "-e", "SELECT * FROM bootcamp.purchases_from_s3", status=4),
             when="a metadata file of a table is gone")
    metadata.write_text(text)
    data = next((repository.root / ".gnomon/warehouse").rglob("*.parquet"))
    data.write_bytes(data.read_bytes()[:100])
    provoked(repository.run("spark-sql", "-e", "SELECT * FROM bootcamp.purchases_from_s3", status=4),
             when="a damaged data file of a table", hide={data.name: "00000.parquet"})
    data.unlink()
    provoked(repository.run("spark-sql", "-e", "SELECT * FROM bootcamp.purchases_from_s3", status=4),
             when="a data file of a table is gone", hide={data.name: "00000.parquet"})
    (repository.root / ".gnomon/catalog.db").write_bytes(b"no database" * 100)
    provoked(repository.run("spark-sql", "-e", "SHOW NAMESPACES", status=4), when="the catalog is no database")
