"""A small pipeline as users write them: tasks that fail at first, many at once, once only; an artifact."""

from datetime import timedelta

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import INPUTS
from prefect.futures import wait
from prefect.states import Failed

attempts: list[str] = []


@task(retries=2, retry_delay_seconds=0.01)
def orders(city: str) -> list[int]:
    attempts.append(city)
    if attempts.count(city) < 2:
        raise ConnectionError("the shop does not answer")
    return [len(city), 10]


@task(cache_policy=INPUTS, cache_expiration=timedelta(hours=1))
def rate(currency: str) -> float:
    print(f"asked for {currency}")
    return 2.0


@task
def priced(order: int, factor: float) -> float:
    return order * factor


@task
def audit(total: float):
    return Failed(message="nothing was sold") if total == 0 else total


def told(flow, run, state) -> None:
    print(f"ended as {state.name}")


@flow(name="orders-of-a-day", on_completion=[told], log_prints=False)
def pipeline(cities: tuple[str, ...] = ("Ulm", "Bonn")):
    found = [orders.submit(city) for city in cities]
    done, late = wait(found)
    assert len(done) == len(cities)
    assert not late
    numbers = [number for future in found for number in future.result()]
    prices = priced.map(numbers, factor=rate("EUR"))
    total = sum(prices.result())
    assert rate("EUR", return_state=True).name == "Cached"
    create_table_artifact(key="takings", table=[{"city": city} for city in cities], description="By city")
    get_run_logger().info("took %s", total)
    return audit(total)


if __name__ == "__main__":
    print("total", pipeline())
    state = pipeline(cities=(), return_state=True)
    print("empty", state.type.value, state.message)
