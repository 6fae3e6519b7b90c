"""What an account of any provider is made of, for whoever fills it in. docs/providers/sms-http.md says more."""

from hub.adapters.sms_http import numbers
from hub.channel import AccountForm, Secret, Setting
from hub.model import Channel

_ASKING = (
    Setting(name="numbers", label="Numbers", type="numbers", required=True, help="Which numbers are yours."),
    Setting(name="region", label="Country of national numbers", help="A country's code, such as IR."),
    Setting(
        name="number_format",
        label="How numbers are spelled",
        type="choice",
        default="e164",
        choices=tuple(numbers.FORMATS),
    ),
    Setting(name="url", label="Address that sends", type="url", required=True, help="May have places: {to}, {text}."),
    Setting(name="method", label="Method", type="choice", default="POST", choices=("POST", "GET")),
    Setting(name="format", label="What is sent", type="choice", default="form", choices=("form", "json")),
    Setting(name="fields", label="Fields of the form", type="table", help="A line each, such as message = {text}."),
    Setting(name="body", label="JSON document", type="document", help="With places in its strings."),
    Setting(name="headers", label="Headers", type="table", help="Secrets as {secret.NAME}."),
    Setting(name="basic_user", label="User (Basic)"),
    Setting(name="basic_password", label="Password (Basic)", help="As a place: {secret.NAME}."),
)
_ANSWERS = (
    Setting(name="answer_id", label="Where the provider's id is", required=True, help="E.g. entries.0.messageid."),
    Setting(name="success_path", label="Where it says whether it was taken"),
    Setting(name="success_values", label="What it says then", help="Several are parted by commas."),
    Setting(name="answer_status", label="Where the first status is"),
    Setting(name="answer_code", label="Where codes of errors are"),
    Setting(
        name="errors", label="What codes of errors mean", type="table", help="E.g. 411 = Rejected: No such number."
    ),
    Setting(name="check_url", label="Address to try the credentials at", type="url"),
)
_WEBHOOKS = (
    Setting(
        name="proof",
        label="How webhooks prove themselves",
        type="choice",
        choices=("hmac", "header", "path", "query"),
        help="Without one nothing is received.",
    ),
    Setting(name="proof_name", label="Header or parameter of the proof"),
    Setting(name="proof_prefix", label="What stands before the signature"),
    Setting(name="proof_encoding", label="How it is written", type="choice", default="hex", choices=("hex", "base64")),
    Setting(name="inbound", label="Where a message says what", type="table", help="id, from, text; to and time."),
    Setting(name="status", label="Where a receipt says what", type="table", help="id, status; message_id, code, time."),
    Setting(name="statuses", label="What its words mean", type="table", help="E.g. DELIVRD = delivered."),
    Setting(name="reply", label="What a webhook is answered"),
)
_LIMITS = (
    Setting(name="max_text", label="Longest text", type="number", default="900"),
    Setting(name="connect_timeout", label="Seconds to connect", type="number", default="5"),
    Setting(name="total_timeout", label="Seconds for an answer", type="number", default="15"),
)

FORM = AccountForm(
    channel=Channel.SMS,
    settings=(*_ASKING, *_ANSWERS, *_WEBHOOKS, *_LIMITS),
    secrets=(
        Secret(name="webhook_secret", label="Secret of the webhooks", help="What they prove themselves by."),
        Secret(name="webhook_secret_previous", label="Previous secret of the webhooks", help="Taken while it changes."),
    ),
    other_secrets=True,
    webhooks=("inbound", "status"),
)
