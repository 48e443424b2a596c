"""A second opinion, apart from bangtin: `checker.py FOLDER root.json cao-bang/ta-lung 2026-11-23T01:00:00Z`.
It judges the one set in FOLDER (`metadata/`, `targets/` and, to have media checked, `m/`) by docs/bundle-format.md,
without bounds, floors, device, officers, timeline, passkeys, grace. Exit 0: it holds. A traceback is a refusal as well.
"""

import json
import re
import sys
from base64 import b64decode
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from unicodedata import is_normalized

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

UTF8 = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
ASCII = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode  # the form of metadata
DER = "302a300506032b6570032100"  # before the 32 bytes of an Ed25519 key


def need(holds, code, subject):  # ends with `code` unless `holds`
    return holds or sys.exit(f"{code}: {subject}")


def canonical(data, code, form=UTF8):
    """The object in `data`, which must be the one form of its own content."""
    with suppress(ValueError, RecursionError):
        value = json.loads(data, parse_float=int, parse_constant=int)
        if form(value).encode() == data and is_normalized("NFC", data.decode()):
            return value
    raise SystemExit(f"{code}: not the one form of its content")


def signed_by(keys, role, signatures, message):
    """Gives the keys of `role` that made one of `signatures` over `message`."""
    for keyid in set(role["keyids"]) & set(signatures):
        public, is_ed = keys[keyid]["keyval"]["public"], keys[keyid]["scheme"] == "ed25519"
        with suppress(InvalidSignature, ValueError):
            key = load_der_public_key(bytes.fromhex(DER + public)) if is_ed else load_pem_public_key(public.encode())
            key.verify(signatures[keyid], message, *([] if is_ed else [ECDSA(SHA256())]))
            yield keyid


def metadata(data, name, at, *signers):
    """What `data` says, signed (line feeds as they are) by the threshold of each (keys, role) and no other."""
    value = canonical(data, f"{name}_malformed", ASCII)
    signed, raw = value["signed"], {one["keyid"]: bytes.fromhex(one["sig"]) for one in value["signatures"]}
    same = [{"keyid": keyid, "sig": sig.hex()} for keyid, sig in raw.items()] == value["signatures"]
    need(same and signed["_type"] in (name, "targets") and signed["expires"][-1] == "Z", f"{name}_malformed", name)
    message = re.sub(r'\\(["\\n])', lambda one: "\n" if one[1] == "n" else one[0], UTF8(signed)).encode()
    good = [{*signed_by(keys, role, raw, message)} for keys, role in signers]
    is_enough = all(len(one) >= role["threshold"] for one, (_keys, role) in zip(good, signers, strict=True))
    spare = set(raw) - set().union(*good) if name != "root" or len(signers) > 1 else ()  # the kit's root may have some
    need(is_enough and not spare, f"{name}_unsigned", "too few signatures, or a spare one")
    need(at is None or datetime.fromisoformat(signed["expires"]) > at, f"{name}_expired", signed["expires"])
    return signed


def listed(files, path, meta, code):
    """The bytes of the length and digest in `meta`; the digest stands in `path` where it has {}."""
    need(meta, code, path)
    data = files.get(path.format(meta["hashes"]["sha256"]), b"")
    need((len(data), sha256(data).hexdigest()) == (meta["length"], meta["hashes"]["sha256"]), code, path)
    return data


def tuf(files, anchor, cluster, at):
    """The files that targets and `cluster` list, and the keys and roles to which targets delegates."""
    root = json.loads(anchor)["signed"]
    root = metadata(anchor, "root", None, (root["keys"], root["roles"]["root"]))
    numbers = [root["version"], *(int(path[9:].split(".")[0]) for path in files if path.endswith(".root.json"))]
    for number in range(root["version"] + 1, max(numbers) + 1):
        data = files.get(f"metadata/{number}.root.json")
        need(data, "root_gap", number)
        new = canonical(data, "root_malformed", ASCII)["signed"]
        need(new["version"] == number, "root_rollback", number)
        root = metadata(data, "root", None, *((one["keys"], one["roles"]["root"]) for one in (root, new)))
    need(datetime.fromisoformat(root["expires"]) > at, "root_expired", root["expires"])
    keys, roles = root["keys"], root["roles"]
    said = {"timestamp": metadata(files["metadata/timestamp.json"], "timestamp", at, (keys, roles["timestamp"]))}
    for role in ("snapshot", "targets", "people", cluster):
        name = "role" if role == cluster else role
        meta = said["timestamp" if role == "snapshot" else "snapshot"]["meta"].get(f"{role}.json", {})
        path = f"metadata/{meta.get('version')}.{role}.json"
        need(path in files and role in roles, f"{name}_missing", path)
        signed = said[name] = metadata(listed(files, path, meta, f"{name}_digest"), name, at, (keys, roles[role]))
        need(signed["version"] == meta["version"], f"{name}_rollback", path)
        if role == "targets":
            keys, roles = signed["delegations"]["keys"], {one["name"]: one for one in signed["delegations"]["roles"]}
    return said["targets"]["targets"], said["role"]["targets"], keys, roles


def judge(item, said, rule, cluster, at):
    """Refuses `item` unless one whole way of `rule` approved exactly this content."""
    need(sha256(UTF8(item["content"]).encode()).hexdigest() == item["digest"], "item_digest", item["id"])
    last, lacks = {}, []
    for one in sorted(said, key=lambda one: (one["at"], one["decision"] != "approved")):
        is_for = one["language"] == item["content"]["language"] and cluster in one["scope"]["clusters"]
        is_for &= one["class"] >= item["class"] and datetime.fromisoformat(one["scope"]["until"]) > at
        if one["content"] == item["digest"] and (is_for or one["decision"] != "approved"):
            last[one["officer"], one["step"]] = one["decision"]
    need(set(last.values()) <= {"approved"}, "item_withdrawn", item["id"])
    for way in (rule, *rule.get("alternatives", ())):
        by_step = {step: {officer for officer, taken in last if taken == step} for step, _least in way["steps"]}
        is_full = all(len(by_step[step]) >= least for step, least in way["steps"])
        is_apart = len(set().union(*by_step.values())) >= way["distinct_officers"]
        is_own = any(item["content"]["author"] in by_step[step] for step in set(by_step) - {*way.get("author_may", ())})
        holds = {"item_unapproved": is_full, "item_one_officer": is_apart, "item_by_author": not is_own}
        lacks.append(next((code for code in holds if not holds[code]), ""))
    need("" in lacks, next((one for one in lacks if one != "item_unapproved"), lacks[0]), item["id"])


def check(files, anchor, cluster, at):
    """The manifest of `cluster` in `files`, if it holds at `at`."""
    own = "c/" + cluster.split("/")[1]
    top, role, keys, roles = tuf(files, anchor, own.replace("/", "-"), at)
    data = listed(files, f"targets/{own}/{{}}.manifest.json", role.get(f"{own}/manifest.json"), "manifest_digest")
    lines = listed(files, f"targets/{own}/{{}}.approvals.jsonl", role.get(f"{own}/approvals.jsonl"), "approvals_digest")
    rules = listed(files, "targets/{}.policy.json", top.get("policy.json"), "policy_digest")
    manifest, policy, said = canonical(data, "manifest_malformed"), canonical(rules, "policy_digest")["classes"], []
    need(manifest["cluster"] == cluster, "manifest_elsewhere", manifest["cluster"])
    need(manifest["ends_ms"] > at.timestamp() * 1000, "manifest_over", manifest["number"])
    need(lines.count(b"\n") == manifest["approvals"]["count"], "approval_malformed", "count")
    for line in lines.split(b"\n")[:-1]:
        envelope = canonical(line, "approval_malformed")
        body, raw = b64decode(envelope["payload"]), {s["keyid"]: b64decode(s["sig"]) for s in envelope["signatures"]}
        message = b"DSSEv1 40 application/vnd.bangtin.approval.v1+json %d %b" % (len(body), body)
        good = {*signed_by(keys, roles["approvals"], raw, message)}
        need(len(good) >= roles["approvals"]["threshold"], "approval_unsigned", sha256(line).hexdigest()[:8])
        said.append(canonical(body, "approval_malformed"))
    for item in manifest["items"]:
        need(item["class"] in policy, "class_unknown", item["class"])
        judge(item, said, policy[item["class"]], cluster, at)
    for file in manifest["files"]:
        data = files.get(f"m/{file['sha256']}")
        need(data is None or sha256(data).hexdigest() == file["sha256"], "media_digest", file["sha256"])
        chunks = b"".join(sha256(data[at : at + 2**20]).digest() for at in range(0, len(data or b""), 2**20))
        need(len(chunks) <= 32 or sha256(chunks).hexdigest() == file["chunks"], "chunks_digest", file["sha256"])
    return manifest


if __name__ == "__main__":
    folder, root, cluster, at = sys.argv[1:]
    files = {one.relative_to(folder).as_posix(): one.read_bytes() for one in Path(folder).rglob("*") if one.is_file()}
    print("holds: number", check(files, Path(root).read_bytes(), cluster, datetime.fromisoformat(at))["number"])
