"""``python -m prefect``: the same as the command ``prefect``."""

from prefect._cli.main import main

if __name__ == "__main__":
    main()
