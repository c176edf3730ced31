"""Results are reused as long as what they were made from is the same: across runs, processes and days.

Prints: asked the service for EURUSD
Prints: 1.08 1.08
Prints: second run: 1.08 1.08
"""

from datetime import timedelta

from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE


@task(cache_policy=INPUTS + TASK_SOURCE, cache_expiration=timedelta(hours=1))
def exchange_rate(pair: str) -> float:
    print("asked the service for", pair)
    return 1.08


@flow
def convert() -> str:
    return f"{exchange_rate('EURUSD')} {exchange_rate('EURUSD')}"


if __name__ == "__main__":
    print(convert())
    print("second run:", convert())
