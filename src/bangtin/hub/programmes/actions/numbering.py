"""Receipt numbers: `CB-2026-0001`, gapless per province and year."""

from bangtin.hub.programmes.models import ReceiptSeries


def next_code(*, province: str, year: int) -> str:
    """The next number of the province's series. Opens no transaction: the caller's holds the lock until it commits,
    so a submission that fails gives its number back.

    Shape: initials of the province's id (`cao-bang` gives `CB`), year, running number of at least four digits.
    """
    prefix = "".join(word[:1] for word in province.split("-")).upper()
    ReceiptSeries.objects.get_or_create(prefix=prefix, year=year)
    series = ReceiptSeries.objects.select_for_update().get(prefix=prefix, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{prefix}-{year}-{series.last:04d}"
