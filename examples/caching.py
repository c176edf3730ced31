"""Caching: a result that is already known is not computed again, in this program or in the next one.

Prints:
    same inputs: computed 1 time
    another input: computed 2 times
    a note that the key leaves out: computed 2 times
    refreshed on demand: computed 3 times
    a key of our own: Completed, then Cached
"""

from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE

computed = 0


@task(cache_policy=TASK_SOURCE + INPUTS - "note")
def slow_square(x: int, note: str = "") -> int:
    """The key is made of the code of this function and of `x`."""
    global computed
    computed += 1
    return x * x


@task(cache_key_fn=lambda context, parameters: f"report-{parameters['day']}")
def report(day: str, verbose: bool) -> str:
    return f"All is well on {day}"


def say(what: str) -> None:
    print(f"{what}: computed {computed} time{'s' if computed > 1 else ''}")


@flow
def main() -> None:
    slow_square(4)
    slow_square(4)
    say("same inputs")

    slow_square(5)
    say("another input")

    slow_square(5, note="for the board")
    say("a note that the key leaves out")

    slow_square.with_options(refresh_cache=True)(5)
    say("refreshed on demand")

    first = report("Monday", verbose=True, return_state=True)
    second = report("Monday", verbose=False, return_state=True)
    print(f"a key of our own: {first.name}, then {second.name}")


if __name__ == "__main__":
    main()
