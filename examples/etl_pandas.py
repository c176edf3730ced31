"""Extract, transform, load with pandas: tables pass between tasks like any other value.

Prints:
    Dropped 1 row without an amount
             amount  orders
    country
    FR         40.5       2
    NO          7.0       1
    PT         12.0       1
    Wrote 3 rows; the table read back is the same: True
"""

import io
import tempfile
from pathlib import Path

import pandas as pd

from prefect import flow, task

ORDERS = """\
country,amount
FR,10.5
NO,7
FR,30
PT,12
NO,
"""


@task
def extract(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


@task
def clean(orders: pd.DataFrame) -> pd.DataFrame:
    return orders.dropna(subset=["amount"])


@task
def by_country(orders: pd.DataFrame) -> pd.DataFrame:
    return orders.groupby("country").agg(amount=("amount", "sum"), orders=("amount", "size"))


@task
def load(table: pd.DataFrame, path: Path) -> int:
    table.to_csv(path)
    return len(table)


@flow
def etl(path: Path) -> None:
    orders = extract(ORDERS)
    good = clean(orders)
    print(f"Dropped {len(orders) - len(good)} row without an amount")
    table = by_country(good)
    print(table)
    rows = load(table, path)
    same = pd.read_csv(path, index_col="country").equals(table)
    print(f"Wrote {rows} rows; the table read back is the same: {same}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        etl(Path(folder) / "countries.csv")
