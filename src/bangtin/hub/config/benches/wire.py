"""What an idle screen costs its line in a day, and a large change over a slow and torn one: a real player, by TLS."""

import hashlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import acks, playlog
from bangtin.bundle.signers import ed25519_signer
from bangtin.hub.config.benches import caller, idle, push
from bangtin.hub.config.benches.idle import DidNotStart
from bangtin.hub.config.benches.push import Helper
from bangtin.hub.config.benches.shape import Result

CHANGE_BYTES = 50_000_000
KBIT_S, LOSS_PERCENT, CUTS = 512, 5, 3
IDLE_S = 60.0
WAIT_S = 90.0
# In a day of a screen that is asked every minute: what comes how often.
POLLS, TIMES, REPORTS, BATCHES, PINGS = 1_440, 144, 96, 120, 1_920
RECONNECTS = 12  # both connections, every two hours: lines of the mobile network are not kept for ever
SEGMENT_S, SENT_EVERY_S = 15, 300
TLS_BYTES = 22  # of a record of TLS 1.3
ANSWER_HEAD_BYTES = 200  # the lines before a body, as uvicorn writes them and a proxy before it
BOUNDS = {"day_kb": 2_000.0, "resent_percent": 2.0, "change_missing": 0.0, "cuts_missing": 0.0}
_LINE = [sys.executable, "-m", "bangtin.hub.config.benches.lineman"]
_PLAYER = [sys.executable, "-m", "bangtin.player.main", "run", "--browser", "none"]
_FETCH = [sys.executable, "-m", "bangtin.player.testing.fetching"]


def run(*, scale: float = 1.0) -> Result:
    """Bytes as they cross the line, TLS included; a day is the sum of its parts, each measured on a real player.

    `resent_percent`: what came down the line beyond the file's own bytes, questions' answers and TLS included.
    The player polls a hub that asks for it every second, on the connections it keeps: a poll costs the same as every
    minute. Then a file of 50 MB comes over 512 kbit/s with 5 % loss and three cuts. Raises: DidNotStart.
    """
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        hubs, ports, _rest = stack.enter_context(push.hubs("sqlite", folder, screens=10, poll_s=1))
        day = _day(hubs[0], ports[0], folder, stack, wait_s=max(IDLE_S * scale, 15))
        change = _change(hubs[0], ports[0], folder, stack, size=round(CHANGE_BYTES * scale))
    ratios = {"day_to_bound": round(day["day_kb"] / BOUNDS["day_kb"], 2)}
    return Result("wire", {**day, **change}, {}, ratios, BOUNDS, is_full_size=scale >= 1.0)


def _day(hub: Helper, port: int, folder: Path, stack: ExitStack, *, wait_s: float) -> dict[str, float]:
    line_port = idle.free_port()
    line = _line(folder, stack, line_port, port, "0", "0", "")
    _play(hub, folder, stack, line_port)
    _until(line, "device/events")
    _until(line, "device/reports")
    time.sleep(3)
    before = _figures(line)
    time.sleep(wait_s)
    after = _figures(line)
    polls = after["requests"]["device/state"] - before["requests"]["device/state"]
    plain = after["plain"]["device/state"] - before["plain"]["device/state"]
    opened = after["connections"] - before["connections"]
    setting_up = (before["cipher"] - sum(before["plain"].values())) / before["connections"]
    parts = {
        "polls": POLLS * (plain / polls + 2 * TLS_BYTES),
        "times": TIMES * _time(port),
        "reports": REPORTS * _each(after, "device/reports"),
        "records": BATCHES * _batch(),
        "pushes": PINGS * (len(b": \n\n") + TLS_BYTES),
        "connections": RECONNECTS * (2 * setting_up + _each(after, "device/events")),
    }
    return {
        "day_kb": round(sum(parts.values()) / 1000, 1),
        "poll_bytes": round(plain / polls + 2 * TLS_BYTES),
        "poll_connections_opened": float(opened),
        **{f"day_{name}_kb": round(value / 1000, 1) for name, value in parts.items()},
    }


def _change(hub: Helper, port: int, folder: Path, stack: ExitStack, *, size: int) -> dict[str, float]:
    hub.say("media", size)
    hub.answer()
    media = folder / "media.bin"
    line_port = idle.free_port()
    cuts = ",".join(str(size * part // (CUTS + 1)) for part in range(1, CUTS + 1))
    line = _line(folder, stack, line_port, port, str(KBIT_S), str(LOSS_PERCENT), cuts)
    words = {"hub": f"https://127.0.0.1:{line_port}", "device": caller.device_id(1), "seed": caller.seed(1).hex()}
    began = time.monotonic()
    done = subprocess.run(
        [*_FETCH, json.dumps(words), str(media), str(folder / "fetched")],
        env=_trusting(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    took_s = time.monotonic() - began
    if done.returncode:
        raise DidNotStart(f"fetching: {done.stderr.strip()[-600:]}")
    whole = media.read_bytes()
    target = folder / "fetched" / hashlib.sha256(whole).hexdigest()
    is_there = target.exists() and target.read_bytes() == whole
    figures = _figures(line)
    return {
        "change_mb": round(size / 1e6, 1),
        "change_s": round(took_s, 1),
        "line_least_s": round(size * 8 / 1000 / KBIT_S, 1),
        "resent_percent": round((figures["down"] / size - 1) * 100, 3),
        "change_missing": float(not is_there),
        "cuts_missing": float(CUTS - figures["cuts"]),
    }


def _line(folder: Path, stack: ExitStack, *words: object) -> Helper:
    port, hub, kbit_s, loss, cuts = words
    environment = idle.environment(folder, int(str(hub)))
    command = [*_LINE, str(port), str(hub), str(folder), str(kbit_s), str(loss), str(cuts)]
    line = Helper(command, environment, folder / "line.log")
    stack.callback(line.stop)
    line.line()
    return line


def _play(hub: Helper, folder: Path, stack: ExitStack, line_port: int) -> None:
    """A real player, enrolled by an officer's word, that reaches its hub over the line."""
    kit = folder / "kit.json"
    hub.say("kit", kit)
    hub.answer()
    fields = json.loads(kit.read_text())
    kit.write_text(json.dumps({**fields, "hub": f"https://127.0.0.1:{line_port}"}))
    command = [*_PLAYER, "--data-dir", str(folder / "player"), "--kit", str(kit), "--port", str(idle.free_port())]
    log = folder / "player.log"
    with log.open("wb") as out:
        player = subprocess.Popen(command, env=_trusting(folder), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    stack.callback(player.wait, 15)
    stack.callback(player.terminate)
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        hub.say("enrol")
        if hub.answer()["enrolled"]:
            return
        time.sleep(0.5)
    raise DidNotStart(f"player: {log.read_text(errors='replace').strip()[-600:]}")


def _trusting(folder: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("BANGTIN_")}
    return {**others, "SSL_CERT_FILE": str(folder / "line.pem")}


def _until(line: Helper, kind: str) -> None:
    """Return when such a request was seen. Raises: DidNotStart."""
    until = time.monotonic() + WAIT_S
    while kind not in _figures(line)["requests"]:
        if time.monotonic() > until:
            raise DidNotStart(f"the player never asked {kind}: {_figures(line)['requests']}")
        time.sleep(0.5)


def _figures(line: Helper) -> dict[str, Any]:
    line.say("figures")
    return line.answer()


def _each(figures: dict[str, Any], kind: str) -> float:
    count = figures["requests"].get(kind, 0)
    return float(figures["plain"][kind] / count + 2 * TLS_BYTES) if count else 0.0


def _time(port: int) -> int:
    """A question for the signed time on a connection that is kept, and its answer."""
    asked = f"GET /api/v1/time?nonce={idle.NONCE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: bangtin\r\n"
    asked += "Accept: */*\r\nAccept-Encoding: gzip\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as line:
        line.sendall(asked.encode())
        answer = b""
        while not answer.endswith(b"}"):
            answer += line.recv(65_536)
    return len(asked) + len(answer) + 2 * TLS_BYTES


def _batch() -> int:
    """An upload of what plays in five minutes, a segment every 15 s, and the hub's answer.

    The lines are as a player writes them: first frames come 5 to 30 ms after the planned instant, and what wavers
    cannot be packed away.
    """
    waver = random.Random(1)  # noqa: S311 - any milliseconds do
    key = Ed25519PrivateKey.from_private_bytes(caller.seed(1))
    lines, head = [], playlog.first_head(caller.device_id(1), 1)
    before = head
    for n in range(1, SENT_EVERY_S // SEGMENT_S + 1):
        digest = hashlib.sha256(str(n % 12).encode()).hexdigest()
        late_ms = waver.randint(5, 30)
        line = playlog.Line(
            k="play",
            n=n,
            boot=1,
            bundle=7,
            face="bench-1",
            from_ms=1_795_300_000_000 + n * SEGMENT_S * 1000 + late_ms,
            mono_ms=812_345 + n * SEGMENT_S * 1000 + late_ms,
            shown_ms=SEGMENT_S * 1000 - waver.randint(0, 40),
            clock="hub",
            item=f"i{n % 12}",
            content=digest,
            lang="vi",
            class_="ordinary",
            slot=str(n % 12),
            extra={"x_segment": f"17-{1_234 + n}"},
        )
        lines.append(playlog.encode(line))
        head = playlog.fold(head, lines[-1])
    checkpoint = playlog.Checkpoint(
        device=caller.device_id(1),
        epoch=1,
        from_n=1,
        to_n=len(lines),
        before=before,
        head=head,
        boot=1,
        made_ms=1_795_300_300_000,
        mono_ms=300_000,
    )
    body = playlog.pack_batch(playlog.seal(checkpoint, ed25519_signer(key, keyid=caller.device_id(1))), lines)
    request = caller.Caller.of(1, "127.0.0.1:8000").records(body)
    ack = acks.encode_answer(acks.Ack(caller.device_id(1), 1, len(lines), head), [ed25519_signer(key)])
    answer = json.dumps({"ack": ack}, separators=(",", ":"))
    return len(request) + ANSWER_HEAD_BYTES + len(answer) + 2 * TLS_BYTES
