"""`bangtin keys VERB`: how the signing keys stand, rotate them, hold ceremonies with persons; docs/operations.md."""

import hashlib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.bundle import ceremony
from bangtin.bundle.approvals import Officers, Policy
from bangtin.bundle.ceremony import Papers
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.publishing import OFFLINE_ROLES
from bangtin.bundle.roles import Root, Targets, read_signed
from bangtin.bundle.signers import TOKEN_ERRORS
from bangtin.hub.alerts import actions as alerts
from bangtin.hub.config import holding
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, is_confirmed, print_json
from bangtin.hub.devices.actions import ceremonies, keys, restores
from bangtin.hub.kit import clock


class Command(OurCommand):
    """Hands over to the verb."""

    help = gettext_noop("Says how the signing keys stand, rotates them, holds key ceremonies.")

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand a verb."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        add_json_option(verbs.add_parser("status", help=_("Who may sign what, until when, and which keys lie here")))
        protect = verbs.add_parser("protect", help=_("Encrypt the keys here with another passphrase"))
        protect.add_argument("--passphrase-file", type=Path, required=True, metavar="FILE")
        protect.add_argument("--old-passphrase-file", type=Path, metavar="FILE")
        rotate = verbs.add_parser("rotate", help=_("Make new keys for roles of the hub's signer"))
        rotate.add_argument("roles", nargs="+", metavar="ROLE")
        rotate.add_argument("--yes", action="store_true", help=_("Do not ask on the terminal"))
        renew = verbs.add_parser("renew", help=_("Give what persons sign a new life, with the policy of this release"))
        anew = verbs.add_parser("anew", help=_("The root is lost: begin anew; every screen must join again"))
        anew.add_argument("--province", required=True, help=_("The province's name, so that nobody does it by mistake"))
        restored = verbs.add_parser("restored", help=_("This hub was put back from a backup: number on beyond it"))
        restored.add_argument("--reason", required=True, help=_("Why, for the audit trail"))
        for each in (rotate, renew):
            each.add_argument("--to", type=Path, metavar="FOLDER", help=_("Where the papers go, if persons sign them"))
        steps = verbs.add_parser("ceremony", help=_("The steps of a ceremony")).add_subparsers(
            dest="step", required=True
        )
        self._add_key(steps.add_parser("key", help=_("A new key on a holder's own medium, or one of a token")))
        prepare = steps.add_parser("prepare", help=_("Draft the papers that holders sign"))
        prepare.add_argument("--to", type=Path, metavar="FOLDER", required=True)
        prepare.add_argument("--public", type=Path, metavar="FOLDER", required=True, help=_("Public files of new keys"))
        prepare.add_argument("--threshold", action="append", default=[], metavar="ROLE=N")
        sign = steps.add_parser("sign", help=_("Sign the papers with one holder's key"))
        sign.add_argument("folder", type=Path)
        sign.add_argument("--key", type=Path, required=True, metavar="FILE")
        sign.add_argument("--pkcs11", type=Path, metavar="MODULE")
        sign.add_argument("--passphrase-file", type=Path, metavar="FILE", help=_("Instead of typing it (or the PIN)"))
        sign.add_argument(
            "--digest", metavar="WORD", help=_("The papers' word as the hub printed it; asked for if not given")
        )
        steps.add_parser("publish", help=_("Put signed papers in force")).add_argument("folder", type=Path)

    def _add_key(self, parser: CommandParser) -> None:
        parser.add_argument("--role", choices=OFFLINE_ROLES, required=True)
        parser.add_argument("--holder", required=True, metavar="NAME")
        parser.add_argument("--to", type=Path, metavar="FOLDER", required=True)
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=_("Instead of typing it (or the PIN)"))
        parser.add_argument("--pkcs11", type=Path, metavar="MODULE", help=_("Use a P-256 key of a token instead"))
        parser.add_argument("--token", metavar="LABEL", default="")
        parser.add_argument("--id", type=int, default=2, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        verb = options["verb"]
        if verb == "ceremony":
            verb = options["step"]
        getattr(self, f"_{verb}")(options)

    def _status(self, options: dict[str, Any]) -> None:
        at = clock.now()
        found = ceremonies.standing(at=at)
        names = {one.key.keyid: one.name for one in holding.read_public(_public_folder())}
        outdated = ceremonies.outdated(at=at)
        is_well = all(one.life == "good" for one in found)
        if options["is_json"]:
            print_json(
                {
                    "apart": ceremonies.is_apart(found) if found else False,
                    "encrypted": keys.are_encrypted(),
                    "passphrase_beside": keys.is_passphrase_beside(),
                    "outdated": outdated,
                    "roles": [
                        {
                            "role": one.role,
                            "threshold": one.threshold,
                            "keys": [{"keyid": keyid, "holder": names.get(keyid)} for keyid in one.keyids],
                            "here": one.here,
                            "version": one.version,
                            "expires_at": one.expires_at.isoformat() if one.expires_at else None,
                            "life": one.life,
                        }
                        for one in found
                    ],
                }
            )
        else:
            self._tell(found, names, outdated)
        if not is_well:
            sys.exit(1)

    def _tell(self, found: list[ceremonies.Standing], names: dict[str, str], outdated: list[str]) -> None:
        if not found:
            self.stdout.write(_("There is no signed repository yet; the first bundle makes it."))
            return
        words = {"good": "", "soon": _("sign anew soon"), "over": _("over")}
        for one in found:
            held = ", ".join(names.get(keyid, keyid[:8]) for keyid in one.keyids)
            until = one.expires_at.astimezone(clock.LOCAL).strftime("%d/%m/%Y") if one.expires_at else "–"
            count = _("%(threshold)d of %(keys)d, %(here)d here") % {
                "threshold": one.threshold,
                "keys": len(one.keyids),
                "here": one.here,
            }
            self.stdout.write(f"{one.role:24} {count:22} {until:12} {words[one.life]:16} {held}")
        if ceremonies.is_apart(found):
            self.stdout.write(_("Persons hold root and targets; the hub cannot sign for them."))
        else:
            self.stdout.write(_("Every key lies at the hub, those of root and targets too: good for trying out alone."))
        if outdated:
            self.stdout.write(_("To be signed anew by persons: %(what)s") % {"what": ", ".join(outdated)})

    def _protect(self, options: dict[str, Any]) -> None:
        new = holding.new_passphrase(options["passphrase_file"])
        old = options["old_passphrase_file"]
        count = keys.protect(new, holding.ask("", old).encode() if old else None)
        self.stdout.write(
            _("%(n)d keys are encrypted anew. Set BANGTIN_KEYS_PASSPHRASE_FILE to %(file)s and restart the hub.")
            % {"n": count, "file": options["passphrase_file"]}
        )

    def _rotate(self, options: dict[str, Any]) -> None:
        at = clock.now()
        change = ceremonies.rotation(options["roles"])
        question = _(
            "New keys for %(roles)s: where the keys here suffice they rule at once, and the old ones are destroyed. "
            "Go on? [y/N] "
        )
        if not options["yes"] and not is_confirmed(question % {"roles": ", ".join(options["roles"])}):
            raise CommandError(_("Nothing was changed."))
        self._carry_out(ceremonies.prepare(change, at=at), options["to"])

    def _renew(self, options: dict[str, Any]) -> None:
        at = clock.now()
        self._carry_out(ceremonies.prepare(ceremonies.renewal(at=at), at=at), options["to"])

    def _anew(self, options: dict[str, Any]) -> None:
        if options["province"] != settings.PROVINCE:
            raise bad_input(_("This installation is of %(province)s.") % {"province": settings.PROVINCE})
        aside = ceremonies.begin_anew(at=clock.now())
        self.stdout.write(_("A new repository is there; the old keys lie in %(folder)s.") % {"folder": aside})
        self.stdout.write(_("Give every screen the new kit, let it join again, and publish every plan again."))

    def _restored(self, options: dict[str, Any]) -> None:
        reason = options["reason"].strip()
        if not 0 < len(reason) <= 300:
            raise bad_input(_("Say why in 1 to 300 characters: --reason"))
        restores.note_restore(reason=reason, at=clock.now())
        self.stdout.write(_("Numbers go on beyond all that was given before; screens send their records again."))
        self.stdout.write(
            _("Look at every plan, take down and revoke again what was since the backup, then publish every plan.")
        )

    def _carry_out(self, papers: Papers, folder: Path | None) -> None:
        """Publish at once where the keys here suffice; else the papers go to the holders."""
        if all(need.is_met for need in ceremony.needs(papers)):
            self._in_force(papers)
        elif folder is None:
            raise bad_input(_("Persons must sign this: say where the papers go with --to FOLDER."))
        else:
            self._hand_out(papers, folder)

    def _hand_out(self, papers: Papers, folder: Path) -> None:
        holding.write_papers(folder, papers)
        self.stdout.write(_summary(papers))
        self.stdout.write(
            _("The papers lie in %(folder)s. Their word, to be read to each holder:") % {"folder": folder}
        )
        self.stdout.write(f"    {word(papers)}")
        self.stdout.write(_missing(papers))

    def _key(self, options: dict[str, Any]) -> None:
        folder, role, name = options["to"], options["role"], options["holder"]
        if options["pkcs11"]:
            pin = holding.ask("PIN", options["passphrase_file"])
            module, label, number = options["pkcs11"], options["token"], options["id"]
            holder = holding.take_token(
                folder, role=role, name=name, module=module, label=label, number=number, pin=pin
            )
        else:
            file = options["passphrase_file"]
            holder = holding.make_key(folder, role=role, name=name, passphrase=lambda: holding.new_passphrase(file))
        self.stdout.write(
            _("The key %(keyid)s… of %(holder)s for %(role)s is made. Hand in the .pub.json, nothing else.")
            % {"keyid": holder.key.keyid[:16], "holder": holder.name, "role": holder.role}
        )

    def _prepare(self, options: dict[str, Any]) -> None:
        at = clock.now()
        holders = holding.read_public(options["public"])
        if not holders:
            raise bad_input(_("There is no public file of a key in %(folder)s.") % {"folder": options["public"]})
        thresholds = _thresholds(options["threshold"])
        papers = ceremonies.prepare(ceremonies.handover(holding.by_role(holders), thresholds, at=at), at=at)
        for one in holders:
            holding.write_public(_public_folder(), one)
        self._hand_out(papers, options["to"])

    def _sign(self, options: dict[str, Any]) -> None:
        papers = holding.read_papers(options["folder"])
        self.stdout.write(_summary(papers))
        told = options["digest"] or input(_("The papers' word, as it was read to you: "))
        if told.strip().lower().replace("-", "") != word(papers).replace("-", ""):
            raise bad_input(_("These are other papers: their word is not %(told)s. Sign nothing.") % {"told": told})
        signer = holding.signer(
            options["key"],
            module=options["pkcs11"],
            secret=lambda prompt: holding.ask(prompt, options["passphrase_file"]),
        )
        try:
            signed = ceremony.sign_papers(papers, signer)
        except (BundleRefusal, *TOKEN_ERRORS) as error:
            raise bad_input(_("Nothing was signed: %(why)s") % {"why": error}) from error
        holding.write_papers(options["folder"], signed)
        self.stdout.write(_missing(signed))

    def _publish(self, options: dict[str, Any]) -> None:
        self._in_force(holding.read_papers(options["folder"]))

    def _in_force(self, papers: Papers) -> None:
        at = clock.now()
        gone = ceremonies.publish(papers=papers, at=at)
        for number in alerts.sign_again(at=at):
            self.stdout.write(
                _("The notice %(number)s must be ordered anew: its order is proved by an old key.") % {"number": number}
            )
        self.stdout.write(_("In force; screens follow with their next poll, those without a line with the next stick."))
        for name in gone:
            self.stdout.write(_("Destroyed, being out of use: keys/%(name)s") % {"name": name})


def word(papers: Papers) -> str:
    """Ten characters that stand for all documents of the papers: what holders compare by ear."""
    told = "".join(papers.digest(role) for role in sorted(papers.documents))
    found = hashlib.sha256(told.encode()).hexdigest()[:10]
    return f"{found[:5]}-{found[5:]}"


def _public_folder() -> Path:
    return Path(settings.DATA_DIR) / "keys-public"


def _thresholds(words: list[str]) -> dict[str, int]:
    found = {}
    for each in words:
        role, _sign, count = each.partition("=")
        if not role or not count.isdigit() or not 1 <= int(count) <= 9:
            raise bad_input(_("--threshold is “%(text)s”: give it as root=2.") % {"text": each})
        found[role] = int(count)
    return found


def _summary(papers: Papers) -> str:
    """What the documents say, read from themselves: the keys of each role, what is new, until when."""
    lines = []
    for role, data in papers.documents.items():
        signed = read_signed(data)
        until = signed.expires.astimezone(clock.LOCAL).strftime("%d/%m/%Y")
        values = {"role": role, "version": signed.version, "until": until}
        lines.append(_("%(role)s, version %(version)d, until %(until)s") % values)
        before = _rules(papers.current.get(role, data))
        for name, (threshold, keyids) in _rules(data).items():
            known = set(before.get(name, (0, ()))[1])
            shown = ", ".join(f"{one[:16]}{'' if one in known else ' ' + _('(new)')}" for one in keyids)
            lines.append(f"    {name}: {threshold} / {len(keyids)}  {shown}")
        if isinstance(signed, Targets):
            lines += [f"    {path}  {entry.hashes['sha256'][:16]}" for path, entry in sorted(signed.targets.items())]
    return "\n".join([*lines, *_said(papers)])


def _said(papers: Papers) -> list[str]:
    """What the target files say that come anew: the demands of each class, and how many officers there are."""
    lines = []
    for path, data in papers.contents.items():
        if path.endswith(".policy.json"):
            for name, rule in Policy.parse(data).classes.items():
                ways = _(" or ").join("+".join(f"{count}×{step}" for step, count in way.steps) for way in rule.ways)
                values = {"class": name, "ways": ways, "days": rule.grace_s // 86_400}
                lines.append(_("    %(class)s: %(ways)s; %(days)d days without a line") % values)
        elif path.endswith(".officers.json"):
            lines.append(_("    %(n)d officers") % {"n": len(Officers.parse(data).by_id)})
    return lines


def _rules(data: bytes) -> dict[str, tuple[int, tuple[str, ...]]]:
    signed = read_signed(data)
    if isinstance(signed, Root):
        return {name: (one.threshold, tuple(one.keyids)) for name, one in sorted(signed.roles.items())}
    if isinstance(signed, Targets) and signed.delegations is not None:
        roles = (signed.delegations.roles or {}).items()
        return {name: (one.threshold, tuple(one.keyids)) for name, one in sorted(roles)}
    return {}


def _missing(papers: Papers) -> str:
    lines = []
    for need in ceremony.needs(papers):
        role = need.role
        if role == "root" and any(one.by == "root+" for one in ceremony.needs(papers)):
            role = _("root, by its keys of now") if need.by == "root" else _("root, by its new keys")
        values = {"role": role, "have": len(need.have), "needed": need.needed}
        lines.append(
            _("%(role)s: signed by enough") % values
            if need.is_met
            else _("%(role)s: %(have)d of %(needed)d signatures") % values
        )
    return "\n".join(lines)
