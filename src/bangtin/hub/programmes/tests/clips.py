"""Good and bad files, made by the real ffmpeg and Pillow when first asked for; small, so that the tests stay short."""

import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from bangtin.hub.programmes.media import ffmpeg

_QUARTER_TURN = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)


class Clips:
    """`clips["good.mp4"]` is the path of a file; the names are the methods below with dots for the last underscore."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> Path:
        path = self._folder / name
        if not path.exists():
            make: Callable[[Path], None] = getattr(self, "_" + name.replace(".", "_").replace("-", "_"))
            make(path)
        return path

    def data(self, name: str) -> bytes:
        """The bytes of a file."""
        return self[name].read_bytes()

    def _good_mp4(self, path: Path) -> None:
        """1080p, 30 frames a second, H.264 and AAC, index first; left half red, right half blue."""
        picture = "color=red:s=960x1080:r=30[a];color=blue:s=960x1080:r=30[b];[a][b]hstack"
        _ffmpeg("-f", "lavfi", "-i", picture, *_tone(2), "-t", "2", *_H264, "-movflags", "+faststart", path)

    def _silent_webm(self, path: Path) -> None:
        _ffmpeg(*_moving("320x240", 25), "-t", "1", "-c:v", "libvpx", "-b:v", "300k", path)

    def _phone_mov(self, path: Path) -> None:
        """HEVC at a varying frame rate, filmed turned by a quarter: stored lying, top half red, bottom half blue."""
        lying = path.with_suffix(".lying.mov")
        picture = "color=red:s=640x180:r=30[a];color=blue:s=640x180:r=30[b];[a][b]vstack"
        uneven = "select='not(eq(mod(n,3),1))*not(lt(mod(n,20),6))'"
        codec = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1")
        _ffmpeg(
            "-f", "lavfi", "-i", picture, *_tone(2), "-t", "2", "-vf", uneven, "-fps_mode", "vfr",
            *codec, "-pix_fmt", "yuv420p", "-c:a", "aac", lying,
        )  # fmt: skip
        data = bytearray(lying.read_bytes())
        matrix = data.index(b"tkhd") + 4 + 40
        data[matrix : matrix + 36] = _QUARTER_TURN
        path.write_bytes(data)

    def _wide_pixels_mp4(self, path: Path) -> None:
        """Anamorphic: 360 × 288 stored, 4:3 shown."""
        _ffmpeg(*_moving("360x288", 25), "-t", "1", "-vf", "setsar=16/15", *_H264, path)

    def _index_last_mp4(self, path: Path) -> None:
        _ffmpeg("-i", self["good.mp4"], "-c", "copy", path)

    def _cut_mp4(self, path: Path) -> None:
        """Its end is missing, its index is there."""
        path.write_bytes(self.data("good.mp4")[: self["good.mp4"].stat().st_size * 3 // 5])

    def _cut_index_mp4(self, path: Path) -> None:
        """Its end with the index is missing."""
        path.write_bytes(self.data("index-last.mp4")[: self["index-last.mp4"].stat().st_size // 2])

    def _empty_mp4(self, path: Path) -> None:
        path.write_bytes(b"")

    def _page_mp4(self, path: Path) -> None:
        path.write_text("<!doctype html><html><script>alert(1)</script></html>")

    def _playlist_mp4(self, path: Path) -> None:
        path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")

    def _encrypted_mp4(self, path: Path) -> None:
        key = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "7" * 32, "-encryption_kid", "a" * 32)
        _ffmpeg("-i", self["good.mp4"], "-c", "copy", *key, path)

    def _old_avi(self, path: Path) -> None:
        _ffmpeg(*_moving("64x64", 10), "-t", "1", "-c:v", "mpeg4", path)

    def _dark_mp4(self, path: Path) -> None:
        """A second of pattern, two of black."""
        picture = "testsrc2=s=320x180:r=25:d=1[a];color=black:s=320x180:r=25:d=2[b];[a][b]concat=n=2"
        _ffmpeg("-f", "lavfi", "-i", picture, *_H264, path)

    def _flashing_mp4(self, path: Path) -> None:
        """Six flashes a second."""
        light = "lum='if(lt(mod(T*6,1),0.5),235,16)':cb=128:cr=128"
        _ffmpeg("-f", "lavfi", "-i", f"color=black:s=160x90:r=30:d=2,geq={light}", *_H264, path)

    def _hours_mkv(self, path: Path) -> None:
        """Three frames in six hours."""
        _ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:r=1/7200", "-frames:v", "3", "-c:v", "libx264", path)

    def _moving_gif(self, path: Path) -> None:
        _ffmpeg(*_moving("64x64", 5), "-t", "1", path)

    def _odd_mkv(self, path: Path) -> None:
        """A container we take with a codec that we do not."""
        _ffmpeg(*_moving("64x64", 10), "-t", "1", "-c:v", "ffv1", path)

    def _huge_mp4(self, path: Path) -> None:
        _ffmpeg(*_moving("5120x2880", 1), "-t", "1", *_H264, path)

    def _instant_mp4(self, path: Path) -> None:
        _ffmpeg(*_moving("64x64", 25), "-frames:v", "1", *_H264, path)

    def _noise_mp4(self, path: Path) -> None:
        """Looks like an MP4 in its first bytes only."""
        path.write_bytes(b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + bytes(range(256)) * 40)

    def _voice_mp3(self, path: Path) -> None:
        _ffmpeg(*_tone(1), "-c:a", "libmp3lame", path)

    def _voice_wav(self, path: Path) -> None:
        _ffmpeg(*_tone(1), path)

    def _quiet_wav(self, path: Path) -> None:
        """Some 24 LU too quiet."""
        _ffmpeg(*_tone(4), "-af", "volume=-25dB", path)

    def _cut_wav(self, path: Path) -> None:
        path.write_bytes(self.data("voice.wav")[:40_000])

    def _alpha_png(self, path: Path) -> None:
        """A white disc's worth of square in the middle, all else transparent."""
        picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
        picture.paste((255, 255, 255, 255), (150, 150, 250, 250))
        picture.save(path)

    def _turned_jpg(self, path: Path) -> None:
        """Lying 600 × 300, left red, right blue; EXIF says: turn right by a quarter."""
        picture = Image.new("RGB", (600, 300), (255, 0, 0))
        picture.paste((0, 0, 255), (300, 0, 600, 300))
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.save(path, quality=95, exif=exif)

    def _print_jpg(self, path: Path) -> None:
        Image.new("CMYK", (300, 200), (0, 255, 255, 0)).save(path)

    def _grey_png(self, path: Path) -> None:
        """16 bits grey, half light."""
        Image.new("I;16", (300, 150), 32_896).save(path)

    def _wide_webp(self, path: Path) -> None:
        Image.new("RGB", (2048, 1024), (0, 128, 0)).save(path, lossless=True)

    def _large_webp(self, path: Path) -> None:
        """Only its header is large."""
        size = (16_382).to_bytes(3, "little")
        path.write_bytes(b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size + size + b"\0" * 8)

    def _cut_jpg(self, path: Path) -> None:
        whole = path.with_suffix(".whole.jpg")
        Image.effect_noise((400, 300), 60).convert("RGB").save(whole)
        path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    def _bomb_png(self, path: Path) -> None:
        """20,000 × 20,000 pixels in some 50 kilobytes."""
        packer = zlib.compressobj(9)
        row = bytes(2_501)  # one bit a pixel
        pixels = b"".join(packer.compress(row) for _ in range(20_000)) + packer.flush()
        head = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
        chunks = b"".join((_chunk(b"IHDR", head), _chunk(b"IDAT", pixels), _chunk(b"IEND", b"")))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)

    def _large_png(self, path: Path) -> None:
        """Just under the limit, with alpha: the most memory that a picture may take."""
        Image.new("RGBA", (7_050, 7_050), (0, 200, 0, 100)).save(path, compress_level=1)


_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")


def _moving(size: str, fps: int) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={fps}")


def _tone(seconds: int) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"sine=440:d={seconds}")


def _ffmpeg(*arguments: object) -> None:
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *map(str, arguments)], check=True)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
