"""Twilio's words in ours: literal tables, and the only place that knows them.

Sources: https://www.twilio.com/docs/messaging/api/message-resource (statuses) and
https://www.twilio.com/docs/api/errors (codes: all with which sending an SMS, MMS or WhatsApp message can be answered or
reported; those of RCS come with that channel, and the codes of registering brands, campaigns and domains are not about
messages). Reasons are shown to agents, so they are ours: Twilio's own texts hold the number, and change.
"""

from hub.errors import (
    ConfigInvalid,
    MessageInvalid,
    OptedOut,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
)
from hub.model import DeliveryStatus

# Reports come late, twice and out of order; `hub.delivery` lets a status only climb. Everything before `sent` means
# that Twilio has the message. A word that is not here is unknown and keeps its raw form.
STATUSES: dict[str, DeliveryStatus] = {
    "accepted": DeliveryStatus.ACCEPTED,
    "scheduled": DeliveryStatus.ACCEPTED,
    "queued": DeliveryStatus.ACCEPTED,
    "sending": DeliveryStatus.ACCEPTED,
    "sent": DeliveryStatus.SENT,
    "partially_delivered": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}

# ConfigInvalid pauses the account, so it stands only where every message would fare the same. What is wrong for one
# destination, one number or one message is Rejected or MessageInvalid.
ERRORS: dict[int, tuple[type[SendError], str]] = {
    # The account and its credentials
    10001: (ConfigInvalid, "The Twilio account is not active."),
    10002: (ConfigInvalid, "A Twilio trial account cannot do this."),
    20001: (MessageInvalid, "Twilio does not know a field of the request."),
    20003: (ConfigInvalid, "Twilio refused the account SID or the auth token."),
    20004: (ConfigInvalid, "The Twilio address does not take messages."),
    20005: (ConfigInvalid, "The Twilio account is not active."),
    20006: (ConfigInvalid, "The Twilio account may not do this."),
    20008: (ConfigInvalid, "These are Twilio test credentials; they send nothing."),
    20010: (ConfigInvalid, "Sending is disabled for the Twilio account."),
    20011: (ConfigInvalid, "Twilio refused the TLS version."),
    20012: (ConfigInvalid, "Twilio refused the TLS cipher."),
    20101: (ConfigInvalid, "Twilio refused the access token."),
    20102: (ConfigInvalid, "Twilio refused the access token's header."),
    20103: (ConfigInvalid, "Twilio refused the access token's issuer."),
    20104: (ConfigInvalid, "The Twilio access token has expired."),
    20105: (ConfigInvalid, "The Twilio access token is not valid yet."),
    20106: (ConfigInvalid, "The Twilio access token does not allow this."),
    20107: (ConfigInvalid, "The Twilio access token's signature is wrong."),
    20151: (ConfigInvalid, "Twilio refused the credentials."),
    20152: (ConfigInvalid, "Twilio refused the credentials' header."),
    20153: (ConfigInvalid, "Twilio refused the credentials' issuer."),
    20154: (ConfigInvalid, "Twilio refused the credentials' claims."),
    20155: (ConfigInvalid, "The Twilio credentials' expiry is wrong."),
    20156: (ConfigInvalid, "The Twilio credentials have expired."),
    20157: (ConfigInvalid, "The Twilio credentials' expiry is too far off."),
    20159: (ConfigInvalid, "The Twilio credentials' signature is wrong."),
    20160: (ConfigInvalid, "Twilio refused the token."),
    20162: (Rejected, "Twilio was changing the same thing at that moment."),
    20403: (ConfigInvalid, "The Twilio account may not do this."),
    20404: (ConfigInvalid, "Twilio does not know the account SID."),
    20409: (Rejected, "Twilio refused the message because of a conflict."),
    20410: (ConfigInvalid, "What was asked of Twilio exists no more."),
    20412: (Rejected, "Twilio refused the message: a precondition failed."),
    20413: (MessageInvalid, "The message is too large for Twilio."),
    20422: (MessageInvalid, "Twilio found a field of the message wrong."),
    20423: (ConfigInvalid, "A Twilio id in the settings is malformed."),
    20426: (ConfigInvalid, "Twilio asks for a newer protocol."),
    20429: (Throttled, "Twilio asks us to slow down."),
    20500: (OutcomeUnknown, "Twilio had an internal error."),
    20503: (OutcomeUnknown, "Twilio was not available."),
    20504: (OutcomeUnknown, "Twilio had an internal error."),
    21470: (ConfigInvalid, "The Twilio account SID is malformed."),
    21471: (ConfigInvalid, "The Twilio account does not exist."),
    21472: (ConfigInvalid, "The Twilio account is not active."),
    # The recipient
    21201: (MessageInvalid, "The message has no recipient."),
    21202: (Rejected, "This is a premium number."),
    21211: (Rejected, "This is not a valid phone number."),
    21214: (Rejected, "This number cannot be reached."),
    21217: (Rejected, "This does not seem to be a valid phone number."),
    21219: (Rejected, "A trial account may only write to numbers verified with Twilio."),
    21265: (Rejected, "Short codes cannot be written to."),
    21266: (Rejected, "The recipient is our own number."),
    21268: (Rejected, "Premium and information numbers cannot be written to."),
    21401: (Rejected, "This is not a valid phone number."),
    21407: (Rejected, "This kind of number does not take text messages."),
    21408: (Rejected, "The Twilio account is not allowed to write to this country; its geo permissions say which."),
    21421: (Rejected, "This is not a valid phone number."),
    21604: (MessageInvalid, "The message has no recipient."),
    21608: (Rejected, "A trial account may only write to numbers verified with Twilio."),
    21610: (OptedOut, "This person has asked not to be written to from this number."),
    21612: (Rejected, "Twilio cannot reach this number from ours."),
    21614: (Rejected, "This number cannot receive text messages."),
    21635: (Rejected, "This is a landline."),
    21653: (MessageInvalid, "The message has too many recipients."),
    21662: (Rejected, "This number cannot be reached from Twilio's Irish region."),
    21910: (MessageInvalid, "Sender and recipient are on different channels."),
    # Our number
    21210: (ConfigInvalid, "Our number is not verified with Twilio."),
    21212: (ConfigInvalid, "Our number is not valid as a sender."),
    21213: (ConfigInvalid, "The message has no sender."),
    21264: (ConfigInvalid, "Our number is not verified with Twilio."),
    21267: (ConfigInvalid, "A trial account cannot send under a name."),
    21601: (ConfigInvalid, "Our number cannot send text messages."),
    21603: (ConfigInvalid, "The message has no sender."),
    21606: (ConfigInvalid, "Our number is not one that can send for this Twilio account."),
    21607: (ConfigInvalid, "A trial account sends from Twilio's sandbox number only."),
    21611: (Throttled, "Too many messages are waiting at Twilio for our number."),
    21616: (ConfigInvalid, "Our number stands more than once in the Twilio account."),
    21657: (ConfigInvalid, "The sender's name is not valid."),
    21659: (ConfigInvalid, "Our number is not a Twilio number, or is a short code of another country."),
    21660: (ConfigInvalid, "Our number belongs to another Twilio account."),
    21661: (ConfigInvalid, "Our number cannot send text messages."),
    21663: (ConfigInvalid, "Our number's routing at Twilio is not set up right."),
    21664: (ConfigInvalid, "Twilio refused the fallback sender."),
    21665: (ConfigInvalid, "Twilio refused the fallback sender."),
    21666: (ConfigInvalid, "A fallback sender needs a messaging service."),
    21667: (ConfigInvalid, "A fallback sender needs an RCS sender."),
    21668: (ConfigInvalid, "Our kind of number cannot send from Twilio's Irish region."),
    21701: (ConfigInvalid, "The messaging service does not exist."),
    21702: (ConfigInvalid, "The messaging service is not available."),
    21703: (ConfigInvalid, "The messaging service has no number for this message."),
    21704: (ConfigInvalid, "The messaging service has no numbers."),
    21705: (ConfigInvalid, "The messaging service is not valid."),
    21708: (ConfigInvalid, "The sender's name is missing."),
    21709: (ConfigInvalid, "The sender's name is not allowed for this messaging service."),
    21711: (ConfigInvalid, "Our number does not belong to the messaging service."),
    21712: (ConfigInvalid, "Our number belongs to another messaging service."),
    21715: (ConfigInvalid, "Our number lacks what the messaging service needs."),
    21733: (ConfigInvalid, "The default messaging service is missing."),
    # The request
    21218: (ConfigInvalid, "The application SID is not valid."),
    21420: (ConfigInvalid, "The application SID is not ours to use."),
    21456: (ConfigInvalid, "Twilio does not accept our callback address; set HUB_PUBLIC_URL to one it can reach."),
    21481: (Rejected, "Twilio's list changed while it was read."),
    21502: (ConfigInvalid, "Twilio does not accept our callback address; set HUB_PUBLIC_URL to one it can reach."),
    21609: (ConfigInvalid, "Twilio does not accept our callback address; set HUB_PUBLIC_URL to one it can reach."),
    21626: (ConfigInvalid, "Twilio does not know the callback events asked for."),
    # The content
    21602: (MessageInvalid, "The message has no text."),
    21605: (MessageInvalid, "The message is too long."),
    21617: (MessageInvalid, "The message is longer than 1,600 characters."),
    21618: (MessageInvalid, "This text cannot be sent."),
    21619: (MessageInvalid, "The message has neither text nor file."),
    21620: (MessageInvalid, "Twilio cannot fetch the file."),
    21621: (MessageInvalid, "Our number cannot send files."),
    21622: (MessageInvalid, "The Twilio account cannot send files."),
    21623: (MessageInvalid, "The message has too many files."),
    21624: (MessageInvalid, "The message's validity period is wrong."),
    21627: (MessageInvalid, "The message's highest price is wrong."),
    21652: (MessageInvalid, "The subject is longer than 40 characters."),
    21654: (MessageInvalid, "The message names no template."),
    21655: (MessageInvalid, "The message's template is not valid."),
    21656: (MessageInvalid, "The values for the message's template are not valid."),
    21658: (MessageInvalid, "A part of the message is too long."),
    21900: (ConfigInvalid, "The Indian DLT entity id is not valid."),
    21901: (MessageInvalid, "The Indian DLT template id is not valid."),
    21902: (MessageInvalid, "The invoice tag is too long."),
    # What carriers say, mostly in status reports
    30001: (Throttled, "Too many messages are waiting at Twilio."),
    30002: (ConfigInvalid, "The Twilio account was suspended."),
    30003: (Rejected, "The phone is switched off or out of reach."),
    30004: (Rejected, "The message was blocked by the carrier or the recipient."),
    30005: (Rejected, "This number does not exist any more."),
    30006: (Rejected, "This is a landline, or its carrier cannot be reached."),
    30007: (Rejected, "The carrier took the message for unwanted."),
    30008: (Rejected, "The carrier gave no reason."),
    30009: (Rejected, "A part of a long message was lost."),
    30010: (Rejected, "The message would cost more than allowed."),
    30011: (MessageInvalid, "This number cannot receive files."),
    30012: (MessageInvalid, "The message's time to live is too short."),
    30013: (MessageInvalid, "The message's time to live is too long."),
    30014: (Rejected, "This number cannot be written to."),
    30015: (MessageInvalid, "Twilio does not support this kind of channel."),
    30016: (MessageInvalid, "Sender and recipient are on different channels."),
    30017: (Rejected, "The carrier's network was congested."),
    30018: (Rejected, "This carrier wants our sender registered first."),
    30019: (MessageInvalid, "The message is larger than the carrier allows."),
    30020: (Rejected, "Twilio failed to schedule the message."),
    30021: (Rejected, "Twilio's messaging service failed inside."),
    30022: (Throttled, "Our rate for the United States is used up."),
    30023: (Throttled, "Our daily amount for the United States is used up."),
    30024: (Rejected, "This carrier does not know our number yet."),
    30025: (Throttled, "Half of our daily amount at T-Mobile is used up."),
    30026: (Throttled, "Most of our daily amount at T-Mobile is used up."),
    30027: (Throttled, "Our daily amount at T-Mobile is used up."),
    30028: (ConfigInvalid, "Twilio does not take this version of its API."),
    30029: (MessageInvalid, "The setting for keeping the content is wrong."),
    30030: (MessageInvalid, "The setting for keeping the number is wrong."),
    30031: (MessageInvalid, "The highest rate is wrong."),
    30032: (ConfigInvalid, "Our toll-free number has not been verified."),
    30033: (Rejected, "Our registration for the United States is suspended."),
    30034: (Rejected, "Our number is not registered for the United States."),
    30035: (Rejected, "Our number is still being set up for the United States."),
    30036: (Rejected, "The message expired before it could be delivered."),
    30037: (ConfigInvalid, "Sending is disabled for the Twilio account."),
    30038: (MessageInvalid, "Twilio does not send one-time codes in this way."),
    30039: (Rejected, "Twilio stopped it as part of a loop of automatic answers."),
    30040: (Rejected, "This carrier wants our sender registered first."),
    30041: (Rejected, "This country wants our sender registered first."),
    30042: (Rejected, "The sender's name is too general or not ours."),
    30043: (Rejected, "The message took a route for domestic messages only."),
    30044: (MessageInvalid, "The message is too long for a trial account."),
    30045: (MessageInvalid, "The message's validity period is wrong."),
    30046: (Rejected, "The carrier never confirmed the delivery."),
    30400: (MessageInvalid, "Twilio found a field of the message wrong."),
    30404: (ConfigInvalid, "Twilio does not know what was asked for."),
    30410: (Rejected, "The carrier did not answer Twilio."),
    30450: (Rejected, "Twilio blocked the message as suspicious."),
    30453: (Rejected, "Twilio could not deliver the message."),
    30454: (Throttled, "The Twilio account has used up its messages."),
    30485: (Rejected, "Twilio could not deliver the message."),
    30500: (OutcomeUnknown, "Twilio had an internal error."),
    # WhatsApp's; https://www.twilio.com/docs/whatsapp/api/error-code-mapping.
    63001: (ConfigInvalid, "WhatsApp did not accept Twilio's credentials for our sender."),
    63002: (ConfigInvalid, "WhatsApp does not know our sender."),
    63003: (Rejected, "This number has no WhatsApp."),
    63005: (MessageInvalid, "WhatsApp did not accept what the message holds."),
    63006: (MessageInvalid, "The message cannot be put into WhatsApp's form."),
    63007: (ConfigInvalid, "Twilio has no WhatsApp sender of this number for the account."),
    63008: (ConfigInvalid, "Our WhatsApp sender is not set up right at Twilio."),
    63009: (Rejected, "WhatsApp did not take the message."),
    63010: (Rejected, "Twilio had an internal error with WhatsApp."),
    63012: (Rejected, "WhatsApp had an internal error."),
    63013: (Rejected, "WhatsApp stopped it as against its policy."),
    63014: (Rejected, "The customer has blocked us on WhatsApp."),
    63015: (Rejected, "Twilio's WhatsApp sandbox writes only to numbers that have joined it."),
    63016: (MessageInvalid, "More than 24 hours have passed since she last wrote; only an approved template passes."),
    63018: (Throttled, "WhatsApp asks us to slow down."),
    63019: (MessageInvalid, "WhatsApp could not fetch a file of the message."),
    63020: (ConfigInvalid, "There is a problem with our business account at WhatsApp."),
    63021: (MessageInvalid, "WhatsApp did not accept what the message holds."),
    63022: (ConfigInvalid, "Our business name is not certified at WhatsApp."),
    63023: (Rejected, "WhatsApp did not take the message and does not say why."),
    63024: (Rejected, "This number cannot receive our messages on WhatsApp."),
    63027: (MessageInvalid, "WhatsApp has no such template in this language."),
    63028: (MessageInvalid, "The template has another number of places than were filled in."),
    63029: (Rejected, "Her WhatsApp could not load the template."),
    63030: (MessageInvalid, "The message holds something this kind of message cannot have."),
    63031: (MessageInvalid, "A message cannot go to the number it comes from."),
    63032: (Rejected, "WhatsApp limits what may be sent to this number."),
    63033: (Rejected, "She has blocked us on WhatsApp."),
    63034: (MessageInvalid, "A file is too large for WhatsApp."),
    63035: (Rejected, "Twilio stopped the message."),
    63038: (Throttled, "The Twilio account has used up its messages of the day."),
    63049: (Rejected, "WhatsApp chose not to deliver this marketing message."),
}

# Where no known code came: by HTTP status. 408 and 5xx may have been processed.
_BY_STATUS: dict[int, tuple[type[SendError], str]] = {
    401: (ConfigInvalid, "Twilio refused the account SID or the auth token."),
    403: (ConfigInvalid, "The Twilio account may not do this."),
    404: (ConfigInvalid, "Twilio does not know the account, or the API address is wrong."),
    405: (ConfigInvalid, "The Twilio address does not take messages."),
    408: (OutcomeUnknown, "Twilio gave up waiting for our request."),
    413: (MessageInvalid, "The message is too large for Twilio."),
    429: (Throttled, "Twilio asks us to slow down."),
}


# Those of the above that are about one number of ours, or about WhatsApp alone: another of the account's may pass.
_OF_ONE_SENDER = frozenset({
    21210, 21212, 21213, 21264, 21267, 21601, 21603, 21606, 21607, 21616, 21657, 21659, 21660, 21661, 21663, 21668,
    21708, 21709, 21711, 21712, 21715, 30032, 63001, 63002, 63007, 63008, 63020, 63022,
})  # fmt: skip


def of_one_sender(error: SendError) -> bool:
    """Whether Twilio refuses the number or name that it was to be sent from, and not the account."""
    return error.code is not None and error.code.isdecimal() and int(error.code) in _OF_ONE_SENDER


def refusal(status: int, code: int | None, *, retry_after: float | None = None) -> SendError:
    """The error for an answer that is not 2xx. ``code`` is Twilio's own; both are kept in the error's ``code``."""
    kind, reason = _known(status, code)
    raw = str(code) if code is not None else f"http-{status}"
    return kind(reason, code=raw, retry_after=retry_after if kind.retryable else None)


def reason_of(code: str | None) -> str | None:
    """Why a message was not delivered, in plain words; nothing for a code Twilio's dictionary does not have."""
    known = ERRORS.get(int(code)) if code is not None and code.isdecimal() else None
    return known[1] if known else None


def _known(status: int, code: int | None) -> tuple[type[SendError], str]:
    kind, reason = ERRORS.get(code or 0) or _BY_STATUS.get(status) or _unknown(status)
    if status >= 500:  # whatever the code says, it may have been processed
        return OutcomeUnknown, reason
    if status == 429 and kind is not Throttled:  # documented: an answer with 429 was never processed
        return _BY_STATUS[429]
    return kind, reason


def _unknown(status: int) -> tuple[type[SendError], str]:
    if status >= 500:
        return OutcomeUnknown, "Twilio had an internal error."
    if status < 400:
        return ConfigInvalid, "The Twilio API address leads elsewhere; set HUB_TWILIO_API_URL to the final one."
    return Rejected, "Twilio refused the message."
