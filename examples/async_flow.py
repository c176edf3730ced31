"""Async flows and tasks: awaited, gathered, or submitted; blocking tasks can be mixed in.

Prints: [0, 1, 4, 9]
Prints: total 14
"""

import asyncio

from prefect import flow, task


@task
async def square(x: int) -> int:
    await asyncio.sleep(0.01)
    return x * x


@task
def total(values: list[int]) -> int:
    return sum(values)


@flow
async def squares() -> int:
    values = await asyncio.gather(*(square(x) for x in range(4)))
    print(values)
    return await total.submit(values)


if __name__ == "__main__":
    print("total", asyncio.run(squares()))
