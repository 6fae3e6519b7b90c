"""The errors of Twilio's API that the sandbox gives, in Twilio's words and shape."""

from enum import Enum


class Reason(Enum):
    """One documented error: Twilio's code, the HTTP status, and Twilio's words with places for values."""

    BAD_CREDENTIALS = (20003, 401, "Authenticate")
    METHOD_NOT_ALLOWED = (20004, 405, "Method not allowed")
    NOT_FOUND = (20404, 404, "The requested resource {path} was not found")
    TOO_MANY_REQUESTS = (20429, 429, "Too Many Requests")
    INTERNAL_ERROR = (20500, 500, "An internal server error has occurred")
    UNAVAILABLE = (20503, 503, "Service unavailable")
    BAD_PAGE_SIZE = (20006, 400, "PageSize must be between 1 and 1000")
    BAD_DATE = (20001, 400, "Invalid date in {name}")
    INVALID_TO = (21211, 400, "The 'To' number {to} is not a valid phone number.")
    INVALID_FROM = (
        21212,
        400,
        "The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID.",
    )
    SAME_NUMBER = (21266, 400, "'To' and 'From' number cannot be the same: {to}")
    BODY_REQUIRED = (21602, 400, "Message body is required.")
    FROM_REQUIRED = (21603, 400, "A 'From' phone number is required.")
    TO_REQUIRED = (21604, 400, "A 'To' phone number is required.")
    FROM_NOT_OURS = (
        21606,
        400,
        (
            "The 'From' phone number {sender} is not a valid, SMS-capable inbound phone number or short code "
            "for your account."
        ),
    )
    INVALID_CALLBACK = (21609, 400, "The 'StatusCallback' URL {url} is not a valid URL.")
    OPTED_OUT = (21610, 400, "Attempt to send to unsubscribed recipient")
    BODY_TOO_LONG = (21617, 400, "The concatenated message body exceeds the 1600 character limit")
    BAD_MEDIA_URL = (21620, 400, "Invalid media URL(s)")
    TOO_MANY_MEDIA = (21623, 400, "Number of media files exceeds allowed limit")
    CONTENT_SID_REQUIRED = (21654, 400, "ContentSid Required")
    BAD_CONTENT_SID = (21655, 400, "The ContentSid is Invalid")
    BAD_VARIABLES = (21656, 400, "The ContentVariables Parameter is invalid")
    OTHER_CHANNEL = (21910, 400, "Invalid From and To pair. From and To should be of the same channel")
    SAME_ON_CHANNEL = (63031, 400, "Channels message cannot have same From and To")
    NO_WHATSAPP_SENDER = (63007, 400, "Twilio could not find a Channel with the specified From address")
    UNKNOWN_SERVICE = (21701, 404, "The Messaging Service does not exist")

    @property
    def code(self) -> int:
        """Twilio's error code."""
        return self.value[0]

    @property
    def http_status(self) -> int:
        """The status of the HTTP answer."""
        return self.value[1]

    def words(self, **values: str) -> str:
        """Twilio's message with the values in their places."""
        return self.value[2].format(**values)


class TwilioRefusal(Exception):
    """The API refuses a request; `as_json` is Twilio's body for it (https://www.twilio.com/docs/usage/twilios-response)."""

    def __init__(self, reason: Reason, **values: str) -> None:
        """Refuse for `reason`; `values` fill its words."""
        self.reason = reason
        self.message = reason.words(**values)
        super().__init__(self.message)

    def as_json(self) -> dict[str, object]:
        """Give Twilio's error body."""
        return {
            "code": self.reason.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.reason.code}",
            "status": self.reason.http_status,
        }
