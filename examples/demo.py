"""A small pipeline: fetch the sales of three shops at the same time, add them up, report.

One shop answers only at the second try, and the second run takes the prices from the cache.

Prints:
    First run: 3 shops, 9 sales, 161.00 in total; the best shop is Lyon.
    Second run: 3 shops, 9 sales, 161.00 in total; the best shop is Lyon.
    Oslo was asked 3 times, since its first answer was an error. Prices were computed once.
"""

from collections import Counter
from datetime import timedelta

from prefect import flow, task, unmapped
from prefect.cache_policies import INPUTS

SALES = {
    "Lyon": ["tea", "cake", "cake", "coffee"],
    "Oslo": ["coffee", "coffee"],
    "Porto": ["tea", "coffee", "cake"],
}
calls: Counter[str] = Counter()


@task(retries=2, retry_delay_seconds=0.05)
def fetch(shop: str) -> list[str]:
    """Ask a shop for what it sold. Oslo's line is bad: the first call breaks down."""
    calls[shop] += 1
    if shop == "Oslo" and calls[shop] == 1:
        raise ConnectionError("Oslo does not answer")
    return SALES[shop]


@task(cache_policy=INPUTS, cache_expiration=timedelta(hours=1))
def prices(currency: str) -> dict[str, float]:
    """The list of prices, which is dear to compute and good for an hour."""
    calls["prices"] += 1
    return {"tea": 15.0, "coffee": 15.5, "cake": 23.0}


@task
def add_up(sold: list[str], price: dict[str, float]) -> float:
    return sum(price[item] for item in sold)


@flow(log_prints=True)
def daily_sales(shops: list[str]) -> str:
    price = prices("EUR")
    sold = fetch.map(shops)
    totals = add_up.map(sold, unmapped(price)).result()
    best = max(zip(totals, shops, strict=True))[1]
    print(f"{best} sold most")
    count = sum(len(items) for items in sold.result())
    return f"{len(shops)} shops, {count} sales, {sum(totals):.2f} in total; the best shop is {best}."


if __name__ == "__main__":
    print("First run:", daily_sales(list(SALES)))
    print("Second run:", daily_sales(list(SALES)))
    print(
        f"Oslo was asked {calls['Oslo']} times, since its first answer was an error."
        f" Prices were computed {'once' if calls['prices'] == 1 else 'again'}."
    )
