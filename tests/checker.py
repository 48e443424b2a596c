"""A second opinion on a published bundle, written apart: standard library and `cryptography`, nothing of bangtin.

    python tests/checker.py FOLDER --root root.json --cluster cao-bang/ta-lung --at 2026-11-23T01:00:00Z

FOLDER holds `metadata/`, `targets/` and, if media are to be checked too, `m/`. It judges one set alone:
no floors, passkeys, officers' list or grace. Exit 0: holds; 1: refused, with code and subject; 2: bad input.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import load_pem_public_key

CHUNK = 1 << 20
RANK = {"ordinary": 1, "priority": 2}


class Refused(Exception):
    """The set does not hold; `code` and `subject` say what and where."""

    def __init__(self, code, subject):
        super().__init__(f"{code}: {subject}")
        self.code, self.subject = code, subject


def olpc(value):
    """TUF's canonical form, which its signatures cover: only backslash and quote are escaped."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(olpc, value)) + "]"
    return "{" + ",".join(f"{olpc(key)}:{olpc(value[key])}" for key in sorted(value)) + "}"


def plain(value):
    """The canonical form of everything else."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(data):
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def verified(key, signature, message):
    """Whether `key`, as TUF writes keys, made `signature`."""
    public = key["keyval"]["public"]
    try:
        if key["scheme"] == "ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, message)
        elif key["scheme"] == "ecdsa-sha2-nistp256":
            load_pem_public_key(public.encode()).verify(signature, message, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def count(keys, role, signatures, message):
    """How many of the role's keys signed; -1 if a signature is by none of them."""
    good = {
        keyid
        for keyid, signature in signatures
        if keyid in role["keyids"] and keyid in keys and verified(keys[keyid], signature, message)
    }
    return len(good) if len(good) == len(signatures) else -1


class Set:
    """One published set, read as it is judged."""

    def __init__(self, files, at):
        self.files, self.at = files, at

    def get(self, path, name, meta=None):
        """The bytes of `path`, of the length and digest in `meta`."""
        if path not in self.files:
            raise Refused(f"{name}_missing", path)
        data = self.files[path]
        if meta is not None and (len(data) != meta["length"] or sha256(data) != meta["hashes"]["sha256"]):
            raise Refused(f"{name}_digest", path)
        return data

    def metadata(self, data, name, kind, signers):
        """What `data` says as `kind`, signed by the threshold of each (keys, role) of `signers`."""
        try:
            value = json.loads(data)
            signed, signatures = value["signed"], [(s["keyid"], s["sig"]) for s in value["signatures"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Refused(f"{name}_malformed", name) from None
        compact = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        if compact != data or any(sig != sig.lower() for _keyid, sig in signatures) or signed.get("_type") != kind:
            raise Refused(f"{name}_malformed", name)
        raw, message = [(keyid, bytes.fromhex(sig)) for keyid, sig in signatures], olpc(signed).encode()
        listed = {keyid for _keys, role in signers for keyid in role["keyids"]}
        if len({keyid for keyid, _sig in raw} | listed) != len(listed) or len(dict(raw)) != len(raw):
            raise Refused(f"{name}_unsigned", name)
        for keys, role in signers:
            if count(keys, role, [one for one in raw if one[0] in role["keyids"]], message) < role["threshold"]:
                raise Refused(f"{name}_unsigned", name)
        return signed

    def fresh(self, signed, name):
        """`signed`, unless it has expired."""
        if instant(signed["expires"], name) <= self.at:
            raise Refused(f"{name}_expired", name)
        return signed


def instant(text, name):
    """The instant in `text`."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (ValueError, TypeError):
        raise Refused(f"{name}_malformed", name) from None


def roots(found, anchor):
    """The newest root, reached from `anchor` one by one."""
    old = json.loads(anchor)["signed"]
    root = found.metadata(anchor, "root", "root", [(old["keys"], old["roles"]["root"])])
    numbers = [int(path.split("/")[1].split(".")[0]) for path in found.files if path.endswith(".root.json")]
    for number in range(root["version"] + 1, max([*numbers, 0]) + 1):
        data = found.get(f"metadata/{number}.root.json", "root")
        new = json.loads(data)["signed"]
        signers = [(root["keys"], root["roles"]["root"]), (new["keys"], new["roles"]["root"])]
        root = found.metadata(data, "root", "root", signers)
        if root["version"] != number:
            raise Refused("root_rollback", number)
    return found.fresh(root, "root")


def tuf(found, anchor, role):
    """The signed parts of root, targets, people and the cluster's role."""
    root = roots(found, anchor)
    top = lambda name: [(root["keys"], root["roles"][name])]  # noqa: E731  # one line, used three times
    data = found.get("metadata/timestamp.json", "timestamp")
    timestamp = found.fresh(found.metadata(data, "timestamp", "timestamp", top("timestamp")), "timestamp")
    meta = timestamp["meta"]["snapshot.json"]
    data = found.get(f"metadata/{meta['version']}.snapshot.json", "snapshot", meta)
    snapshot = found.fresh(found.metadata(data, "snapshot", "snapshot", top("snapshot")), "snapshot")

    def delegate(file, name, signers):
        meta = snapshot["meta"].get(f"{file}.json")
        if meta is None:
            raise Refused(f"{name}_missing", file)
        data = found.get(f"metadata/{meta['version']}.{file}.json", name, meta)
        signed = found.fresh(found.metadata(data, name, "targets", signers), name)
        if signed["version"] != meta["version"]:
            raise Refused(f"{name}_rollback", file)
        return signed

    targets = delegate("targets", "targets", top("targets"))
    below = {one["name"]: one for one in targets["delegations"]["roles"]}
    keys = targets["delegations"]["keys"]
    for name in ("people", role, "approvals"):
        if name not in below:
            raise Refused("targets_malformed", name)
    people = delegate("people", "people", [(keys, below["people"])])
    cluster = delegate(role, "role", [(keys, below[role])])
    return targets, people, cluster, (keys, below["approvals"])


def target(found, signed, path, code):
    """The bytes of a target that `signed` lists."""
    meta = signed["targets"].get(path)
    if meta is None:
        raise Refused(code, path)
    folder, _, name = f"targets/{path}".rpartition("/")
    try:
        return found.get(f"{folder}/{meta['hashes']['sha256']}.{name}", "x", meta)
    except Refused:
        raise Refused(code, path) from None


def canonical(data, code):
    """The object in `data`, which must be its own canonical form."""
    try:
        value = json.loads(data)
        same = plain(value) == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise Refused(code, "not canonical")
    return value


def statements(data, approvals):
    """The payloads of the approvals file, each signed by the role `approvals`."""
    keys, role = approvals
    for line in data.split(b"\n")[:-1]:
        envelope = canonical(line, "approval_malformed")
        body = base64.b64decode(envelope["payload"])
        kind = envelope["payloadType"].encode()
        if kind != b"application/vnd.bangtin.approval.v1+json":
            raise Refused("approval_malformed", "another kind")
        message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)
        signatures = [(one["keyid"], base64.b64decode(one["sig"])) for one in envelope["signatures"]]
        if count(keys, role, signatures, message) < role["threshold"]:
            raise Refused("approval_unsigned", sha256(line)[:8])
        yield canonical(body, "approval_malformed")


def judge(item, said, policy, cluster, at):
    """Refuses `item` unless two officers (or what the policy says), not its author, approved it."""
    if sha256(plain(item["content"])) != item["digest"]:
        raise Refused("item_digest", item["id"])
    rule = policy["classes"].get(item["class"])
    if rule is None:
        raise Refused("class_unknown", item["id"])
    last = {}
    for one in sorted((one for one in said if one["content"] == item["digest"]), key=lambda one: one["at"]):
        applies = (
            one["language"] == item["content"]["language"]
            and cluster in one["scope"]["clusters"]
            and RANK[one["class"]] >= RANK[item["class"]]
            and instant(one["scope"]["until"], "approval") > at
        )
        if applies or one["decision"] != "approved":
            last[one["officer"], one["step"]] = one["decision"]
    if any(decision != "approved" for decision in last.values()):
        raise Refused("item_withdrawn", item["id"])
    lacks = [lack(way, last, item["content"]["author"]) for way in (rule, *rule.get("alternatives", ()))]
    if all(lacks):
        raise Refused(next((one for one in lacks if one != "item_unapproved"), lacks[0]), item["id"])


def lack(way, last, author):
    """What `way` lacks in these last words by (officer, step); empty if they meet it. Other steps count nothing."""
    by_step = defaultdict(set)
    for officer, step in last:
        by_step[step].add(officer)
    if any(len(by_step[step]) < needed for step, needed in way["steps"]):
        return "item_unapproved"
    if len(set().union(*(by_step[step] for step, _needed in way["steps"]))) < way["distinct_officers"]:
        return "item_one_officer"
    barred = (by_step[step] for step, _needed in way["steps"] if step not in way.get("author_may", ()))
    return "item_by_author" if author in set().union(*barred) else ""


def media(found, manifest):
    """Refuses a listed media file whose bytes or chunks are others; passes over those that are not here."""
    for file in manifest["files"]:
        data = found.files.get(f"m/{file['sha256']}")
        if data is None:
            continue
        if len(data) != file["size"] or sha256(data) != file["sha256"]:
            raise Refused("media_digest", file["sha256"])
        listed = b"".join(hashlib.sha256(data[at : at + CHUNK]).digest() for at in range(0, len(data), CHUNK))
        if len(data) > CHUNK and sha256(listed) != file.get("chunks"):
            raise Refused("chunks_digest", file["sha256"])


def check(files, anchor, cluster, at):
    """The manifest of `cluster` in `files`, or Refused."""
    found, folder = Set(files, at), "c/" + cluster.split("/")[1]
    targets, _people, role, approvals = tuf(found, anchor, folder.replace("/", "-"))
    data = target(found, role, f"{folder}/manifest.json", "manifest_digest")
    manifest = canonical(data, "manifest_malformed")
    if manifest["cluster"] != cluster:
        raise Refused("manifest_elsewhere", manifest["cluster"])
    if manifest["ends_ms"] <= at.timestamp() * 1000:
        raise Refused("manifest_over", manifest["number"])
    lines = target(found, role, f"{folder}/approvals.jsonl", "approvals_digest")
    if lines.count(b"\n") != manifest["approvals"]["count"]:
        raise Refused("approval_malformed", "count")
    policy = canonical(target(found, targets, "policy.json", "policy_digest"), "policy_digest")
    said = list(statements(lines, approvals))
    for item in manifest["items"]:
        judge(item, said, policy, cluster, at)
    media(found, manifest)
    return manifest


def main():
    """The command of the first lines."""
    parser = argparse.ArgumentParser(description="Checks one published bundle, apart from bangtin.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--cluster", required=True)
    parser.add_argument("--at", required=True, help="an instant such as 2026-11-23T01:00:00Z")
    given = parser.parse_args()
    paths = [path for path in given.folder.rglob("*") if path.is_file()]
    files = {path.relative_to(given.folder).as_posix(): path.read_bytes() for path in paths}
    try:
        manifest = check(files, given.root.read_bytes(), given.cluster, instant(given.at, "at"))
    except Refused as refusal:
        print(refusal)
        return 1
    print(f"holds: {given.cluster} number {manifest['number']}, {len(manifest['items'])} items")
    return 0


if __name__ == "__main__":
    sys.exit(main())
