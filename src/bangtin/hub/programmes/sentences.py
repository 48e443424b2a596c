"""Every word of the technical check as a sentence in the present language: why a file is refused, what was seen."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bangtin.hub.programmes.file_codes import CODES as REFUSALS


def refusal(code: str, params: Mapping[str, object]) -> str:
    """Why a file cannot be aired and what to do, in the present language; `code` is one of the technical check's."""
    values = _values({"lasts_ms": 0, "mark": "?", "encoding": "?", "what": "?", "pages": "?"} | dict(params))
    if code == "truncated" and "at_ms" in params:
        return _("The file stops at second %(at_s)s, the rest is lost. Export it again and upload it.") % values
    known = {
        "empty": _("The file is empty (0 bytes). Choose the right file and upload it again."),
        "not_media": _("This is no video, picture or sound, whatever its name says. Choose the right file."),
        "truncated": _("The file is cut off, its end is missing. Export it again and upload it."),
        "too_large": _(
            "The picture of %(width)s × %(height)s is too large (limit %(limit)s million pixels). "
            "Reduce it; a width of 3,840 pixels is sharp enough."
        ),
        "video_too_large": _(
            "The video of %(width)s × %(height)s is too large (limit 4,096 × 2,304). Export it as Full HD or 4K."
        ),
        "too_small": _("The picture of %(width)s × %(height)s is too small (at least %(limit)s pixels a side)."),
        "container": _(
            "Files of type %(container)s are not taken. "
            "Export as MP4, MOV, MKV, WebM, JPEG, PNG, HEIC, TIFF, PDF, MP3, M4A or WAV."
        ),
        "codec": _("The file uses the codec %(codec)s, which is not taken. Export as MP4 with H.264 and AAC."),
        "no_duration": _("The clip has no length. Export it again and upload it."),
        "too_long": _("The clip is longer than %(limit_min)s minutes. Split it into parts."),
        "encrypted": _("The file is encrypted and cannot be opened. Send a copy without protection."),
        "timed_out": _(
            "The check of the file took too long and was stopped. Export it in a simpler form, video as MP4 with H.264."
        ),
        "too_complex": _("The file needs more memory than the check allows. Export it in a smaller size."),
        "conversion": _("The file could not be converted for the screen. Export it as MP4 with H.264 and AAC."),
        "flash": _(
            "It flashes more than 3 times a second for %(lasts_s)s seconds, which can set off a seizure (WCAG 2.3.1). "
            "Slow the flashes down or cut them out."
        ),
        "secret_mark": _(
            "The file bears the mark %(mark)s. State secrets must never be sent here: do not upload it again, report "
            "it to your unit's officer for state secrets. If it is no secret, remove the mark."
        ),
        "legacy_encoding": _(
            "The text is not in Unicode (%(encoding)s). "
            "Convert it, for instance with UniKey (Ctrl+Shift+F6), check the letters and send it again."
        ),
        "active_content": _(
            "The file holds active content (%(what)s), which could harm who opens it. Export it again without."
        ),
        "too_many_pages": _(
            "The file has %(pages)s pages (limit %(limit)s). Take out what need not be shown, or split it."
        ),
        "no_office": _("This hub cannot turn %(container)s files into pictures. Save the file as PDF and send that."),
        "no_subtitles": _("What came as subtitles is none. Send them as SRT or VTT, in Unicode (UTF-8)."),
        "malformed": _("The file is damaged and cannot be read. Export it again and upload it."),
    }
    return known.get(code, known["malformed"]) % values


def remark(code: str, params: Mapping[str, object]) -> str:
    """What the technical check saw, in the present language; the code itself where it is unknown."""
    known = {
        "duplicate": _("The same bytes were handed in before as %(receipt)s."),
        "rotated": _("Was filmed turned by %(degrees)s°; plays upright."),
        "alpha": _("Transparent parts stand on a dark ground."),
        "vfr": _("The frame rate varied; it is now a constant %(fps)s frames a second."),
        "interlaced": _("Was interlaced; is now shown in full frames."),
        "converted": _("Was converted from %(codec)s to H.264, which every screen plays."),
        "hdr": _("Filmed in HDR; colours may look paler on the screen. Look at the preview."),
        "animated": _("The picture is animated; only its first frame is shown."),
        "no_sound": _("There is no sound."),
        "long": _("The clip lasts %(length)s; passers-by rarely watch more than 3 minutes."),
        "reading_time": _("%(words)s words need %(needed_s)s seconds to read; the notice stays %(still_s)s seconds."),
        "geometry": _("Scaled whole into %(geometry)s without stretching; %(percent)s%% of the screen stay dark."),
        "low_resolution": _("%(width)s × %(height)s is small for the screen %(geometry)s and will look soft."),
        "black": _("The picture is black for %(lasts_s)s seconds."),
        "freeze": _("The picture stands still for %(lasts_s)s seconds."),
        "silence": _("Nothing is heard for %(lasts_s)s seconds."),
        "clipping": _("The sound reaches full scale %(tenths)s times and may crackle. Record it at a lower level."),
        "loudness": _("The loudness is %(lufs)s LUFS; it is set to %(target)s (EBU R 128)."),
        "fonts": _("It names fonts that the screens do not have: %(fonts)s. Embed them, or use another."),
        "text_small": _(
            "Letters of %(pixels)s pixels on the screen %(geometry)s are too low to be read (at least %(limit)s)."
        ),
        "subtitle_fast": _("%(rate)s characters a second are too fast to read (at most %(limit)s)."),
        "unsafe_name": _("The file's name holds hidden signs or a path. It is kept under a name without them."),
        "unmeasured": _("Picture and sound could not be measured to the end. Look at the whole preview."),
        "slides": _("The %(pages)s pages are shown one after the other."),
        "subtitle_late": _("Subtitles go on after the end of the video; those are left out."),
        "unused_subtitles": _("Subtitles came with what is no video; they are not shown."),
        "first_page": _("Only the first of %(pages)s pages is shown. Send the others as pictures of their own."),
    }
    known["letterboxed"] = known["geometry"]  # the name it had in the first edition
    if code in known:
        return known[code] % _values(params)
    return refusal(code, params) if code in REFUSALS else code


def of(code: str, params: Mapping[str, object]) -> str:
    """The sentence of any code: a refusal or a remark."""
    return refusal(code, params) if code in REFUSALS else remark(code, params)


def _values(params: Mapping[str, object]) -> dict[str, object]:
    """The numbers of a sentence as people of the present language write them."""
    values: dict[str, object] = {
        "width": "?", "height": "?", "limit": "?", "container": "?", "codec": "?", "limit_min": "?", **params,
    }  # fmt: skip
    for name, value in params.items():
        if isinstance(value, int) and name.endswith("_ms"):
            values[name.removesuffix("_ms") + "_s"] = _seconds(value)
        elif isinstance(value, int):
            values[name] = number_format(value, force_grouping=True)
    geometry = params.get("geometry")
    if isinstance(geometry, str):
        values["geometry"] = geometry.replace("x", " × ")
    length_s = params.get("duration_ms")
    if isinstance(length_s, int):
        minutes, seconds = divmod(length_s // 1000, 60)
        values["length"] = f"{minutes}:{seconds:02d}"
    return values


def _seconds(milliseconds: int) -> str:
    """`41`, and `0,7` where whole seconds say too little."""
    return number_format(milliseconds / 1000, decimal_pos=0 if milliseconds >= 10_000 else 1)
