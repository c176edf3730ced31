"""A program that the tests run against a server: a flow with tasks, told by lines of text when to go on."""

import os
import signal
import sys

from prefect import flow, task


@task
def one(number: int) -> int:
    return number


@flow
def counting() -> int:
    total = one(0)
    print("begun", flush=True)
    sys.stdin.readline()  # the server is taken away
    for number in range(1, 20):
        total += one(number)
    print("counted", flush=True)
    sys.stdin.readline()
    if "die" in sys.argv:
        os.kill(os.getpid(), signal.SIGKILL)
    return total


print(counting(), flush=True)
