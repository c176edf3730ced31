"""The smallest flow: a function that is recorded when it runs.

Prints:
    Hello, world! I am a flow run and have a name of 2 words.
    Hello, reader! I am a flow run and have a name of 2 words.
"""

from prefect import flow
from prefect.runtime import flow_run


@flow
def hello(name: str = "world") -> str:
    words = flow_run.name.split("-")
    return f"Hello, {name}! I am a flow run and have a name of {len(words)} words."


if __name__ == "__main__":
    print(hello())
    print(hello("reader"))
