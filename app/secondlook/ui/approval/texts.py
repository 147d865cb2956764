"""Words for trust, for approvals, and for what a laxer policy lets through."""

from secondlook.domain.approval import Approval, Missing, Standing
from secondlook.domain.records import Role
from secondlook.domain.trust import Trust
from secondlook.services.loosening import LetsThrough, Shown
from secondlook.texts.translate import translate
from secondlook.ui.policy_rules import field_title
from secondlook.ui.widgets.labels import Tone


def tr(text: str) -> str:
    return translate("approval", text)


def trust_word(trust: Trust) -> tuple[str, Tone]:
    """In a word, with its tone."""
    words: dict[Trust, tuple[str, Tone]] = {
        Trust.SHIPPED: (tr("Ships"), "success"),
        Trust.APPROVED: (tr("Approved"), "success"),
        Trust.ALTERED: (tr("Altered"), "error"),
        Trust.UNVERIFIED: (tr("Unverified"), "warning"),
    }
    return words[trust]


def policy_trust(trust: Trust) -> str:
    return {
        Trust.SHIPPED: tr("It is what ships with the program."),
        Trust.APPROVED: tr("It does not ship with the program; two people approved it."),
        Trust.ALTERED: tr(
            "It has the name and version of a policy that ships, and is another one. Nobody can "
            "accept under it until two people approve it."
        ),
        Trust.UNVERIFIED: tr(
            "It does not ship with the program. Nobody can accept under it until two people "
            "approve it."
        ),
    }[trust]


def model_trust(trust: Trust) -> str:
    return {
        Trust.SHIPPED: tr("File and card are what ships with the program."),
        Trust.APPROVED: tr("It does not ship with the program; two people approved it."),
        Trust.ALTERED: tr(
            "It has the name or the file of a model that ships, and its card is another one. It "
            "can be used for evaluation; nobody can accept on it until two people approve it."
        ),
        Trust.UNVERIFIED: tr(
            "It does not ship with the program. It can be used for evaluation; nobody can accept "
            "on it until two people approve it."
        ),
    }[trust]


def standing(found: Standing) -> str:
    """ "Approved by Ann (administrator). Waiting for another person." """
    waiting = {
        None: tr("Two people have approved it."),
        Missing.ANYBODY: tr("Two people must approve it, one of them an administrator."),
        Missing.SECOND_PERSON: tr("Waiting for another person."),
        Missing.TIED: tr(
            "Waiting for another person: these accounts count as one until somebody else confirms "
            "that they are two people."
        ),
        Missing.ADMINISTRATOR: tr("Waiting for an administrator."),
    }[found.missing]
    if not found.approvals:
        return waiting
    names = ", ".join(map(_who, found.approvals))
    return tr("Approved by {}.").format(names) + " " + waiting


def _who(approval: Approval) -> str:
    if approval.role is Role.ADMINISTRATOR:
        return tr("{} (administrator)").format(approval.operator)
    return approval.operator


def fields(found: LetsThrough) -> str:
    if not found.fields:
        return tr("It asks for nothing less than {}.").format(found.old.title)
    named = ", ".join(field_title(found.new, field) for field in found.fields)
    return tr("It asks for less than {}: {}.").format(found.old.title, named)


def rehearsal(found: LetsThrough) -> str:
    """Which rehearsal the false candidates were counted in."""
    if found.rehearsal is None:
        return tr("No rehearsal is on record: nobody knows how many false candidates this adds.")
    at = (found.rehearsal.finished_at or "")[:10]
    text = tr("In the last rehearsal (“{}”, {}), people who are not enrolled and somebody shown "
              "for them who could be accepted:")  # fmt: skip
    return text.format(found.rehearsal.gallery_name, at)


def shown(line: Shown) -> str:
    """ "Everybody: 7 of 120 instead of 2 (5 more)"."""
    who = ": ".join(line.group) if line.group else tr("Everybody")
    if line.before is None or line.after is None or line.extra is None:
        return tr("{}: too few people to say ({})").format(who, line.people)
    if line.extra > 0:
        more = tr("{} more").format(line.extra)
    else:
        more = tr("{} fewer").format(-line.extra) if line.extra else tr("no more")
    text = tr("{}: {} of {} instead of {} ({})")
    return text.format(who, line.after, line.people, line.before, more)
