"""What staff read for states and reasons."""

from outreach.campaigns.models import ExclusionReason, LanguageReason

LANGUAGE_REASONS = {
    LanguageReason.EXACT: "their own language",
    LanguageReason.BASE: "their language without its region",
    LanguageReason.FALLBACK: "the nearest that there is",
}

LEFT_OUT = {
    ExclusionReason.SUPPRESSED: "their address is not to be mailed",
    ExclusionReason.PAUSED: "they have paused mail",
    ExclusionReason.UNCONFIRMED: "they have not confirmed their sign-up",
    ExclusionReason.ALREADY_REACHED: "another campaign of the same has them",
    ExclusionReason.NO_LANGUAGE: "there is no language for them",
    ExclusionReason.REGISTERED: "they have registered for this event",
    ExclusionReason.HELD_BACK: "their language is missing, and no other is sent to them",
    ExclusionReason.AWAITING: "they wait for the translation",
}
