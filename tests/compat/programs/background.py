"""Tasks in the background: `delay` and `apply_async` in one process, `serve` in another."""

from __future__ import annotations

import json
import sys

from prefect import task


@task(persist_result=True, retries=1, retry_delay_seconds=0)
def add(x: int, y: int) -> int:
    return x + y


@task(persist_result=True)
async def add_async(x: int, y: int) -> int:
    return x + y


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        from prefect.task_worker import serve

        serve(add, add_async)
    else:
        futures = [add.delay(x, 1) for x in range(3)] + [add_async.delay(10, 1)]
        futures.append(add.apply_async((5,), {"y": 6}))
        for future in futures:
            future.wait(timeout=60)
        print(
            json.dumps(
                {"results": [f.result() for f in futures], "ids": [str(f.task_run_id) for f in futures]}
            )
        )
