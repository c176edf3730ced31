"""Retries: which failures are tried again, how long to wait, and what is left when all tries are used up.

Prints:
    steady: 200 at try 1
    shaky: 200 at try 3
    gone: failed at try 1, since 404 is not worth a retry
    dead: failed at try 4
"""

from collections import Counter

from prefect import flow, task
from prefect.tasks import exponential_backoff

ANSWERS = {"steady": [200], "shaky": [503, 503, 200], "gone": [404], "dead": [503]}
tries: Counter[str] = Counter()


class BadAnswer(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(f"The server answered {status}")
        self.status = status


def is_temporary(task, task_run, state) -> bool:
    """Called with the Failed state of a try; True if another try makes sense."""
    try:
        state.result()
    except BadAnswer as error:
        return error.status >= 500
    return False


@task(retries=3, retry_delay_seconds=exponential_backoff(0.01), retry_condition_fn=is_temporary)
def call(server: str) -> int:
    answers = ANSWERS[server]
    status = answers[min(tries[server], len(answers) - 1)]
    tries[server] += 1
    if status != 200:
        raise BadAnswer(status)
    return status


@flow
def call_all() -> None:
    for server in ANSWERS:
        state = call(server, return_state=True)
        if state.is_completed():
            print(f"{server}: {state.result()} at try {tries[server]}")
        else:
            why = ", since 404 is not worth a retry" if server == "gone" else ""
            print(f"{server}: failed at try {tries[server]}{why}")


if __name__ == "__main__":
    call_all()
