"""A task that fails now and then is tried again; one that fails for good is not.

Prints: the weather is fine, after 3 attempts
Prints: not retried: no such city
"""

from prefect import flow, task
from prefect.tasks import exponential_backoff

attempts = 0


class NoSuchCity(Exception):
    pass


def worth_a_retry(task, task_run, state) -> bool:
    """A city that does not exist will not exist in a second either."""
    try:
        state.result()
    except NoSuchCity:
        return False
    except OSError:
        return True
    return False


@task(
    retries=4,
    retry_delay_seconds=exponential_backoff(backoff_factor=0.01),
    retry_jitter_factor=0.5,
    retry_condition_fn=worth_a_retry,
)
def weather(city: str) -> str:
    global attempts
    if city == "Atlantis":
        raise NoSuchCity("no such city")
    attempts += 1
    if attempts < 3:
        raise ConnectionError("the station does not answer")
    return "fine"


@flow
def report() -> None:
    print(f"the weather is {weather('Athens')}, after {attempts} attempts")
    try:
        weather("Atlantis")
    except NoSuchCity as error:
        print("not retried:", error)


if __name__ == "__main__":
    report()
