"""What importing and using these modules costs."""

from __future__ import annotations

import subprocess
import sys
import time
import timeit

from prefect.transactions import Transaction

HEAVY = ("pydantic", "fsspec", "cloudpickle", "httpx", "cryptography", "numpy", "pandas")
PROGRAM = """
import sys
import prefect.cache_policies, prefect.transactions, prefect.results, prefect.locking.memory
from prefect._engine.persist import resolution, keys
print(*[name for name in {heavy!r} if name in sys.modules])
"""


def test_nothing_heavy_is_imported() -> None:
    program = PROGRAM.format(heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_looking_for_a_record_needs_no_models() -> None:
    program = (
        "import sys; from prefect.results import ResultStore; ResultStore('/tmp').exists('no such key');"
    )
    program += "print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_empty_transaction_costs_little() -> None:
    def once() -> None:
        with Transaction():
            pass

    # 3 us on a machine that does nothing else; the margin is for one that does
    assert min(timeit.repeat(once, number=2000, repeat=8, timer=time.thread_time)) / 2000 < 10e-6
