"""Clusters (the places) and their faces (the screens)."""

from django.db import models
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit import reading


class Cluster(models.Model):
    """A public information cluster under one instrument. Its id is `<province>/<slug>`."""

    id = models.CharField(primary_key=True, max_length=80)
    instrument_id = models.CharField(max_length=80)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    place_vi = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("cluster")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_vi

    @property
    def short_name(self) -> str:
        """Where it stands, for narrow columns and headings: `Cửa khẩu Quốc tế Tà Lùng`; else the whole name."""
        place = self.place_vi.partition(",")[0].strip()
        return str(self) if get_language() == "en" or not place else place

    @property
    def slug(self) -> str:
        """The part after the province: the name inside bundles and addresses (`ta-lung`)."""
        return self.id.split("/", 1)[1]


class Face(models.Model):
    """One LED face; geometry in pixels, pitch in micrometres, distance of the reader in metres."""

    id = models.CharField(primary_key=True, max_length=80)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="faces")
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    rotation = models.PositiveSmallIntegerField(default=0)
    pitch_um = models.PositiveIntegerField(null=True, blank=True)
    distance_m = models.PositiveIntegerField(default=30)

    class Meta:
        verbose_name = _("face")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_vi

    @property
    def full_name(self) -> str:
        """Where it stands and which it is, for pages of many clusters: `Cửa khẩu Quốc tế Tà Lùng, Mặt 1`."""
        return f"{self.cluster.short_name}, {self}"

    @property
    def geometry(self) -> str:
        """The geometry's name in renditions and descriptors: `1024x512`."""
        return f"{self.width}x{self.height}"


def faces_of(cluster: Cluster) -> list[Face]:
    """The faces of a cluster; a page reads those of all clusters at once."""
    fetched = getattr(cluster, "_prefetched_objects_cache", {}).get("faces")
    if fetched is not None or not reading.is_page():
        return list(cluster.faces.all())
    return [face for face in every_face() if face.cluster_id == cluster.pk]


def every_face() -> tuple[Face, ...]:
    """All faces with their clusters; read once a page."""
    return reading.once("faces", lambda: tuple(Face.objects.select_related("cluster")))


def face_names() -> dict[str, str]:
    """The name of each face by its id, for what tells of faces of one cluster; a face that is gone is not in it."""
    return {one.pk: str(one) for one in every_face()}


def clusters_and_face_names() -> tuple[list[Cluster], dict[str, str]]:
    """Every cluster, also one without a face, and the names of all faces by their ids, read at once."""
    rows = list(Cluster.objects.annotate(of=F("faces__id"), vi=F("faces__name_vi"), en=F("faces__name_en")))
    names = {row.of: str(Face(name_vi=row.vi, name_en=row.en)) for row in rows if row.of}
    return list({row.pk: row for row in rows}.values()), names


def full_name_of(face_id: str) -> str:
    """The full name of the face with this id; the id itself where it is gone."""
    return next((one.full_name for one in every_face() if one.pk == face_id), face_id)


def faces_along(path: str) -> str:
    """What `prefetch_related` needs for clusters along a path, with their faces where no page reads them at once."""
    return path if reading.is_page() else f"{path}__faces"
