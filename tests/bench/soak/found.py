"""What a soak counts."""

from dataclasses import dataclass, field


@dataclass
class Found:
    """What a soak found; times in milliseconds."""

    kills: int = 0
    chromium_kills: int = 0
    line_cuts: int = 0
    disk_fulls: int = 0
    clock_jumps: int = 0
    simulated_days: float = 0.0
    seconds: float = 0.0
    segments: int = 0
    lost: int = 0
    doubled: int = 0
    chain_gaps: int = 0
    refused: int = 0
    blanks: int = 0
    blank_worst_ms: float = 0.0
    restart_p50_ms: float = 0.0
    restart_p99_ms: float = 0.0
    restart_worst_ms: float = 0.0
    chromium_restart_worst_ms: float = 0.0
    late_restarts: int = 0
    troubles: list[str] = field(default_factory=list)
