"""The line between a screen and its hub, with a meter: TLS on the screen's side, and, if asked, slow and torn.

Arguments: port to listen on, port of the hub, folder for the certificate, kbit/s (0: no limit), per cent of packets
lost, bytes after which the line is cut (comma-separated). A line on standard input is answered with what went over it.
"""

import asyncio
import json
import random
import re
import ssl
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PACKET_BYTES = 1_400
RESENT_S = 0.1  # what a lost packet costs the bytes behind it: a round trip of a mobile line, and its repetition
CUT_S = 8.0
SEED = 20261123
_KIND = re.compile(rb"(?:GET|POST) /api/v1/([a-z/]+)")


class Line:
    """What went over it: `cipher` bytes both ways, `plain` bytes by kind of request, requests by kind."""

    def __init__(self, *, kbit_s: float, loss: float, cuts: list[int]) -> None:
        self.cipher = 0
        self.down = 0
        self.connections = 0
        self.cuts_done = 0
        self.plain: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()
        self._bytes_s = kbit_s * 1000 / 8
        self._loss = loss / 100
        self._cuts = cuts
        self._random = random.Random(SEED)  # noqa: S311 - the same losses in every run
        self._is_up = asyncio.Event()
        self._is_up.set()

    def figures(self) -> dict[str, Any]:
        """All of it."""
        return {
            "cipher": self.cipher,
            "down": self.down,
            "connections": self.connections,
            "cuts": self.cuts_done,
            "plain": dict(self.plain),
            "requests": dict(self.requests),
        }

    async def carry(self, data: bytes) -> None:
        """Take as long as the line does for what comes down. Raises: ConnectionResetError when it is cut here."""
        self.down += len(data)
        if self._cuts and self.down >= self._cuts[0]:
            self._cuts.pop(0)
            self.cuts_done += 1
            asyncio.get_running_loop().create_task(self._mend())
            raise ConnectionResetError
        if self._bytes_s:
            packets = -(-len(data) // PACKET_BYTES)
            lost = sum(self._random.random() < self._loss for _packet in range(packets))
            await asyncio.sleep((len(data) + lost * PACKET_BYTES) / self._bytes_s + lost * RESENT_S)

    async def _mend(self) -> None:
        self._is_up.clear()
        await asyncio.sleep(CUT_S)
        self._is_up.set()

    async def outer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        """The wire as it is: ciphertext, counted and held up."""
        await self._is_up.wait()
        self.connections += 1
        inner, out = await asyncio.open_connection("127.0.0.1", port)
        await _both(self._meter(reader, out, is_down=False), self._meter(inner, writer, is_down=True), (writer, out))

    async def _meter(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_down: bool) -> None:
        while data := await source.read(PACKET_BYTES * 4):
            self.cipher += len(data)
            if is_down:
                await self.carry(data)
            target.write(data)
            await target.drain()

    async def inner(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        """Behind TLS: what was asked, and how large question and answer were."""
        hub, out = await asyncio.open_connection("127.0.0.1", port)
        kind = ["-"]
        await _both(self._read(reader, out, kind, is_asking=True), self._read(hub, writer, kind), (writer, out))

    async def _read(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, kind: list[str], *, is_asking: bool = False
    ) -> None:
        while data := await source.read(65_536):
            if is_asking and (found := _KIND.match(data)):
                kind[0] = found[1].decode()
                self.requests[kind[0]] += 1
            self.plain[kind[0]] += len(data)
            target.write(data)
            await target.drain()


async def _both(one: Any, other: Any, writers: tuple[asyncio.StreamWriter, ...]) -> None:
    tasks = [asyncio.ensure_future(one), asyncio.ensure_future(other)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            if writer.transport is not None:
                writer.transport.abort()


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for this machine's loopback, `line.pem` in the folder, for the screen to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bangtin bench")])
    today = datetime.now(UTC)  # noqa: TID251 - a certificate lives by the wall clock
    alternatives = [x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "line.pem").write_bytes(made.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "line.key").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "line.pem", folder / "line.key")
    return context


async def main() -> None:
    """Carry until the input ends."""
    port, hub, folder, kbit_s, loss, cuts = sys.argv[1:7]
    line = Line(kbit_s=float(kbit_s), loss=float(loss), cuts=[int(one) for one in cuts.split(",") if one])
    context = certificate(Path(folder))
    behind = await asyncio.start_server(lambda r, w: line.inner(r, w, int(hub)), "127.0.0.1", 0, ssl=context)
    middle = behind.sockets[0].getsockname()[1]
    await asyncio.start_server(lambda r, w: line.outer(r, w, middle), "127.0.0.1", int(port))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    words = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    while await words.readline():
        sys.stdout.write(json.dumps(line.figures()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
