"""Extract, transform, load, with data frames passed from task to task and a table to look at afterwards.

Prints: loaded 3 rows
Prints: revenue by category: {'books': 50.0, 'games': 20.0}
"""

import pandas as pd

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact


@task(retries=2, retry_delay_seconds=1)
def extract() -> list[dict]:
    return [
        {"id": 1, "amount": 20.0, "category": "books"},
        {"id": 2, "amount": 30.0, "category": "books"},
        {"id": 3, "amount": 20.0, "category": "games"},
        {"id": 4, "amount": -1.0, "category": "games"},
    ]


@task
def clean(records: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(records)
    valid = frame[frame["amount"] > 0]
    get_run_logger().info("dropped %d of %d records", len(frame) - len(valid), len(frame))
    return valid


@task
def load(frame: pd.DataFrame) -> int:
    return len(frame)


@task
def summarise(frame: pd.DataFrame) -> dict[str, float]:
    return frame.groupby("category")["amount"].sum().to_dict()


@flow
def daily_orders() -> dict[str, float]:
    frame = clean(extract())
    loading, summary = load.submit(frame), summarise.submit(frame)
    print("loaded", loading.result(), "rows")
    create_table_artifact([summary.result()], key="revenue", description="Revenue by category")
    return summary.result()


if __name__ == "__main__":
    print("revenue by category:", daily_orders())
