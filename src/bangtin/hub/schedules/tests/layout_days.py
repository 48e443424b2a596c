"""Days drawn for the compiler: clusters with any hours, playlists with any bounds, even ones that cannot hold."""

from hypothesis import strategies as st

from bangtin.hub.schedules.compiler import DAY_MS, HOUR_MS, Day, Entry, Share, Taken

MINUTE_MS = 60_000
CATEGORIES = ("policy", "culture", "news")
LANGUAGES = ("vi", "zh", "tyz")


def spans(most: int = 3) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Spans in whole minutes that may touch or overlap, some of them to midnight, some tiny."""
    pair = st.tuples(st.integers(0, 1439), st.integers(1, 600)).map(
        lambda pair: (pair[0] * MINUTE_MS, min((pair[0] + pair[1]) * MINUTE_MS, DAY_MS))
    )
    return st.lists(pair, max_size=most).map(tuple)


def hours() -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Open time: office hours, the two halves of an evening that crosses midnight, all day, none, or any."""
    office = ((7 * HOUR_MS + 30 * MINUTE_MS, 11 * HOUR_MS), (13 * HOUR_MS + 30 * MINUTE_MS, 18 * HOUR_MS))
    known = [office, ((22 * HOUR_MS, DAY_MS),), ((0, 2 * HOUR_MS),), ((0, DAY_MS),), (), ((0, 1),)]
    return st.one_of(st.sampled_from(known), spans())


@st.composite
def entries(draw: st.DrawFn, number: int) -> Entry:
    bound = st.one_of(st.none(), st.integers(0, 40))
    return Entry(
        id=f"p{number}",
        dur_ms=draw(st.sampled_from([5_000, 8_000, 15_000, 30_000, 77_777, 180_000, 1_800_000])),
        category=draw(st.sampled_from(CATEGORIES)),
        language=draw(st.sampled_from(LANGUAGES)),
        is_advertising=draw(st.booleans()),
        windows=draw(st.one_of(st.just(()), spans(2))),
        target=draw(bound),
        min_day=draw(st.integers(0, 12)),
        max_day=draw(bound),
        min_hour=draw(st.sampled_from([0, 0, 1, 2, 5])),
        max_hour=draw(st.one_of(st.none(), st.integers(0, 8))),
        gap_ms=draw(st.sampled_from([0, 0, 1, 30_000, 600_000, 7_200_000, 20 * HOUR_MS])),
    )


@st.composite
def shares(draw: st.DrawFn) -> Share:
    kind = draw(st.sampled_from(["category", "language", "advertising"]))
    keys = {"category": CATEGORIES, "language": LANGUAGES, "advertising": ("",)}[kind]
    least, most = draw(st.one_of(st.none(), st.integers(0, 700))), draw(st.one_of(st.none(), st.integers(0, 1000)))
    return Share(kind, draw(st.sampled_from(keys)), least, most, is_hourly=draw(st.booleans()))


@st.composite
def days(draw: st.DrawFn) -> Day:
    """A day of a cluster with up to eight entries and three shares."""
    opened = draw(hours())
    taken = (Taken(18 * HOUR_MS, 19 * HOUR_MS, draw(st.sampled_from(CATEGORIES)), "vi", draw(st.booleans())),)
    return Day(
        open=opened,
        entries=tuple(draw(entries(number)) for number in range(draw(st.integers(0, 8)))),
        shares=tuple(draw(st.lists(shares(), max_size=3, unique_by=lambda s: (s.kind, s.key, s.is_hourly)))),
        seed=draw(st.text(max_size=4)),
        taken=taken
        if draw(st.booleans()) and not any(b > 18 * HOUR_MS and a < 19 * HOUR_MS for a, b in opened)
        else (),
    )
