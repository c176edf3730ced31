"""The smallest flow: two tasks and a result.

Prints: Hello, Ada! Hello, Grace!
"""

from prefect import flow, task


@task
def greet(name: str) -> str:
    return f"Hello, {name}!"


@flow
def hello(names: list[str]) -> str:
    return " ".join(greet(name) for name in names)


if __name__ == "__main__":
    print(hello(["Ada", "Grace"]))
