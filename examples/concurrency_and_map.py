"""Work that overlaps: `submit` for one task, `map` for many, and a flow that carries on when some fail.

Prints:
    Squares: [0, 1, 4, 9, 16, 25], three at a time
    Sum of the two parts: 55
    Shifted: [100, 101, 104, 109, 116, 125]
    4 of 5 divisions worked; the other: ZeroDivisionError
"""

import threading

from prefect import flow, task, unmapped
from prefect.futures import as_completed, wait
from prefect.task_runners import ThreadPoolTaskRunner

three = threading.Barrier(3)


@task
def square(x: int) -> int:
    three.wait(timeout=10)  # nobody gets past this line alone
    return x * x


@task
def add(a: int, b: int) -> int:
    return a + b


@task
def divide(a: float, b: float) -> float:
    return a / b


@flow(task_runner=ThreadPoolTaskRunner(max_workers=3))
def numbers() -> None:
    squares = square.map(range(6))
    print(f"Squares: {squares.result()}, three at a time")

    # a future may be handed to another task, which then waits for it; the flow itself does not wait here
    parts = [add.submit(squares[1], squares[2]), add.submit(squares[3], add.submit(squares[4], squares[5]))]
    print("Sum of the two parts:", sum(part.result() for part in as_completed(parts)))

    # `unmapped` marks an argument that every call gets whole
    print("Shifted:", add.map(squares, unmapped(100)).result())

    done, _ = wait(divide.map([1.0] * 5, [4, 3, 2, 1, 0]))
    failed = [future for future in done if future.state.is_failed()]
    error = failed[0].result(raise_on_failure=False)
    print(f"{len(done) - len(failed)} of {len(done)} divisions worked; the other: {type(error).__name__}")


if __name__ == "__main__":
    numbers()
