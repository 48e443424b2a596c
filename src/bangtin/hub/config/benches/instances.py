"""Draws the days that `bangtin bench schedule` lays out; the words are in docs/performance.md."""

from random import Random

from bangtin.hub.schedules.compiler import HOUR_MS, Day, Entry, Share

OPENS_MS, HOURS, TURN_MS = 8 * HOUR_MS, 8, 15_000
ENTRIES = 120
ADVERTISING = "advertising"
CAPS = {"policy": 300, "culture": 450, "news": 350, ADVERTISING: 200, "tourism": 300}
ADVERTISING_HOUR_PERMILLE = 175  # 42 of 240 turns of 15 s
WINDOWED_PART = 0.3
_STEP_MS = HOUR_MS // 4


def draw(seed: int) -> Day:
    """One day of 1,920 turns of 15 s and 120 entries whose targets sum up to them; equal for equal seeds.

    Source: the study behind the choice of stride scheduling; see docs/performance.md for each number.
    """
    random = Random(seed)  # noqa: S311 (drawn to be repeated, not to be secret)
    windows = [_window(random) for _ in range(ENTRIES)]
    weights = [random.uniform(0.5, 2.0) for _ in windows]
    targets = _targets(weights, HOURS * HOUR_MS // TURN_MS)
    categories = random.choices(list(CAPS), k=ENTRIES)
    rows = zip(windows, targets, categories, strict=True)
    entries = tuple(
        _entry(number, window=window, target=target, category=category)
        for number, (window, target, category) in enumerate(rows)
    )
    shares = (
        *(Share("category", key, most_permille=most) for key, most in CAPS.items()),
        Share("advertising", most_permille=ADVERTISING_HOUR_PERMILLE, is_hourly=True),
    )
    return Day(open=((OPENS_MS, OPENS_MS + HOURS * HOUR_MS),), entries=entries, shares=shares, seed=str(seed))


def _window(random: Random) -> tuple[int, int] | None:
    """None for seven entries in ten; else two to three hours, in quarters."""
    if random.random() >= WINDOWED_PART:
        return None
    length = random.randint(8, 12) * _STEP_MS
    opens = OPENS_MS + random.randint(0, (HOURS * HOUR_MS - length) // _STEP_MS) * _STEP_MS
    return opens, opens + length


def _length(window: tuple[int, int] | None) -> int:
    return window[1] - window[0] if window else HOURS * HOUR_MS


def _targets(weights: list[float], whole: int) -> list[int]:
    """Whole numbers of at least 1 in proportion to the weights, with the sum `whole`: largest remainders first."""
    total = sum(weights)
    exact = [max(1.0, whole * weight / total) for weight in weights]
    targets = [int(value) for value in exact]
    ranked = sorted(range(len(exact)), key=lambda number: (targets[number] - exact[number], number))
    for number in ranked[: max(0, whole - sum(targets))]:
        targets[number] += 1
    return targets


def _entry(number: int, *, window: tuple[int, int] | None, target: int, category: str) -> Entry:
    most = (16 * target + 20) // 10
    return Entry(
        id=f"e{number:03d}",
        dur_ms=TURN_MS,
        category=category,
        is_advertising=category == ADVERTISING,
        windows=(window,) if window else (),
        target=target,
        min_day=6 * target // 10,
        max_day=most,
        gap_ms=55 * _length(window) // (100 * most),
    )
