"""Async flows: `await` tasks, gather them, run a subflow; the same engine, on your own event loop.

Prints:
    3 fetched at the same time
    Pages: ['<a>', '<b>', '<c>']
    Longest page: <summary>
    The last page took too long
"""

import asyncio

from prefect import flow, task

together = asyncio.Barrier(3)


@task
async def fetch(name: str) -> str:
    await together.wait()  # nobody gets past this line before three have come
    return f"<{name}>"


@task
def longest(pages: list[str]) -> str:
    """A plain function: called from an async flow it runs there and then."""
    return max(pages, key=len)


@flow
async def summarise(pages: list[str]) -> str:
    return longest([*pages, "<summary>"])


@task(timeout_seconds=0.05)
async def too_slow() -> None:
    await asyncio.Event().wait()


@flow
async def crawl() -> None:
    pages = await asyncio.gather(fetch("a"), fetch("b"), fetch("c"))
    print(len(pages), "fetched at the same time")
    print("Pages:", pages)
    print("Longest page:", await summarise(pages))
    try:
        await too_slow()
    except TimeoutError:
        print("The last page took too long")


if __name__ == "__main__":
    asyncio.run(crawl())
