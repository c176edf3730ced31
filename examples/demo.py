"""The main job, as `make demo` runs it: a small pipeline with retries, caching and concurrent work.

Prints: 6 cities, 6 reports, warmest: Cairo with 31 degrees
Prints: the second run took its forecasts from the cache: True
"""

import time

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import INPUTS

DEGREES = {"Athens": 28, "Berlin": 17, "Cairo": 31, "Delhi": 30, "Edinburgh": 12, "Fez": 26}
asked: list[str] = []
hiccups = iter([True])


@task(retries=3, retry_delay_seconds=0.05)
def list_cities() -> list[str]:
    """A service that does not answer at the first call."""
    if next(hiccups, False):
        raise ConnectionError("the service is not awake yet")
    return list(DEGREES)


@task(cache_policy=INPUTS, task_run_name="forecast-{city}")
def forecast(city: str) -> dict:
    """A slow service, asked once per city."""
    asked.append(city)
    time.sleep(0.1)
    return {"city": city, "degrees": DEGREES[city]}


@task
def warmest(reports: list[dict]) -> dict:
    return max(reports, key=lambda report: report["degrees"])


@flow(flow_run_name="weather-{label}", log_prints=True)
def weather(label: str) -> dict:
    reports = forecast.map(list_cities()).result()
    best = warmest(reports)
    rows = "\n".join(f"| {report['city']} | {report['degrees']} |" for report in reports)
    create_markdown_artifact(f"| city | degrees |\n| --- | --- |\n{rows}", key="weather")
    return {"cities": len(DEGREES), "reports": len(reports), **best}


if __name__ == "__main__":
    first = weather("first")
    print(
        f"{first['cities']} cities, {first['reports']} reports, "
        f"warmest: {first['city']} with {first['degrees']} degrees"
    )
    calls = len(asked)
    weather("second")
    print("the second run took its forecasts from the cache:", len(asked) == calls)
