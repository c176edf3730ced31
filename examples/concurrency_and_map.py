"""Work that waits is done side by side: `.submit` for one call, `.map` for one call per element.

Prints: 5 regions, 150 records
Prints: faster than one after the other: True
"""

import time

from prefect import flow, task, unmapped
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner

REGIONS = ["north", "south", "east", "west", "centre"]


@task
def fetch(region: str, day: str) -> list[str]:
    time.sleep(0.1)  # a slow service
    return [f"{region}-{day}-{number}" for number in range(30)]


@task
def count(records: list[str]) -> int:
    return len(records)


@flow(task_runner=ThreadPoolTaskRunner(max_workers=5))
def regional_report(day: str) -> int:
    fetched = fetch.map(REGIONS, day=unmapped(day))
    counts = count.map(fetched)  # each count starts as soon as its records are there
    return sum(future.result() for future in as_completed(counts))


if __name__ == "__main__":
    began = time.perf_counter()
    total = regional_report("monday")
    print(f"{len(REGIONS)} regions, {total} records")
    print("faster than one after the other:", time.perf_counter() - began < 0.1 * len(REGIONS))
