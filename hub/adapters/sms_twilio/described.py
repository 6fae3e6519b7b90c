"""What a Twilio account is made of, for whoever fills it in."""

from hub.adapters.sms_twilio.form import FRAGMENT
from hub.adapters.sms_twilio.settings import API_URL
from hub.channel import AccountForm, Secret, Setting
from hub.model import Channel

FORM = AccountForm(
    channel=Channel.SMS,
    settings=(
        Setting(
            name="account_sid",
            label="Account SID",
            required=True,
            help="AC and 32 characters, as the console shows it.",
        ),
        Setting(
            name="numbers",
            label="Numbers",
            type="numbers",
            required=True,
            help="Which numbers are yours, e.g. +12025550100; whatsapp:+12025550100 for WhatsApp.",
        ),
        Setting(
            name="api_url",
            label="API address",
            type="url",
            default=API_URL,
            help="The sandbox's, to try it without Twilio.",
        ),
        Setting(name="connect_timeout", label="Seconds to connect", type="number", default="5"),
        Setting(name="total_timeout", label="Seconds for an answer", type="number", default="10"),
    ),
    secrets=(
        Secret(name="auth_token", label="Auth token", required=True, help="Beside the account SID in the console."),
        Secret(name="auth_token_previous", label="Previous auth token", help="Webhooks signed by it are taken, too."),
    ),
    webhooks=("inbound", "status"),
    again=FRAGMENT,
)
