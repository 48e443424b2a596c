"""The heads after the last lines of chains, kept by the process that stored them: the next batch's polls name them.

Kept under the head of the chain's end as the database gives it: a chain that ends in it has these heads, whatever
became of the transaction in which they were first seen.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from bangtin.bundle.playlog import Checkpoint, Row

LAST = 8
MOST = 20_000
_kept: "OrderedDict[tuple[str, int, str], Mapping[int, str]]" = OrderedDict()


def remember(device_id: str, checkpoint: Checkpoint, rows: Sequence[Row]) -> None:
    """Keep the heads of the last of these rows, which end in the checkpoint."""
    if not rows or rows[-1].n != checkpoint.to_n:
        return
    _kept[device_id, checkpoint.epoch, checkpoint.head] = {row.n: row.head for row in rows[-LAST:]}
    while len(_kept) > MOST:
        _kept.popitem(last=False)


def heads(device_id: str, epoch: int, end: str) -> Mapping[int, str]:
    """n to head of the last lines of the chain that ends in `end`, as far as they are kept; each is asked for once."""
    return _kept.pop((device_id, epoch, end), {})
