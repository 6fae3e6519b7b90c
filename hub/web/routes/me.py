"""Signing in, and what is one's own."""

from hub.errors import Conflict, InputInvalid, NotAllowed, NotFound, Refused, WrongCredentials
from hub.organisation.signing import passwords
from hub.web import me, own, proving, pushes, signing
from hub.web.route import ALL, Route
from hub.web.shapes.common import PageOf
from hub.web.shapes.me import ME, PUSH_KEY, SIGN_IN, TOTP_SECRET

_NO_AGENT: NotAllowed = proving.no_agent()
_TOO_MANY: Refused = proving.too_many(8)
_BUSY: Refused = passwords.busy()
_WRONG = WrongCredentials("this is not your password", where="$.old", mend="an administrator can give you a new one")
_GUESSED = InputInvalid(
    "this password is among the first that anybody would guess", where="$.new", mend="take several words"
)
_NO_PASSWORD: Conflict = own.no_password()

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/sign-in",
        signing.sign_in,
        ALL,
        summary="Sign in",
        more=(
            "The answer sets the desk's cookie, which stands for you as a token does. With it, whatever changes "
            "something also needs `Origin`, which browsers send, and the header `X-Peyvand: desk`; a page that also "
            "sends `X-Peyvand-Agent`, her id, does nothing more once another signs in beside it. Without a code that "
            "is needed the problem is `code-needed`. Wrong ones make the next wait; the place where you have signed "
            "in before is not held up by what others try."
        ),
        open=True,
        body=signing.SigningIn(name="Mina", password="k7mp-x2wq-hn4t-8cdr"),  # noqa: S106 - an example
        gives={200: ME},
        refuses=(proving.wrong_credentials(), proving.code_needed(), proving.wrong_code(), _TOO_MANY, _BUSY),
    ),
    Route(
        "POST",
        "/sign-out",
        signing.sign_out,
        ALL,
        summary="Sign out",
        more="The cookie stands for nobody any more, and its live connection closes.",
        gives={204: None},
        refuses=(proving.no_sign_in(),),
    ),
    Route(
        "POST",
        "/sign-out-everywhere",
        signing.sign_out_everywhere,
        ALL,
        summary="Sign out everywhere",
        more="Every sign-in of yours ends; tokens stay.",
        gives={204: None},
        refuses=(_NO_AGENT,),
    ),
    Route("GET", "/me", me.me, ALL, summary="Who you are", more="By cookie or token.", gives={200: ME}),
    Route(
        "PATCH",
        "/me",
        me.change,
        ALL,
        summary="How you like the desk",
        more="`preferences` are the desk's own, at most 16 KiB. Those not named stay; `null` takes one away.",
        body=me.MyChange(language="fa"),
        gives={200: ME},
        refuses=(_NO_AGENT,),
    ),
    Route(
        "POST",
        "/me/password",
        own.change_password,
        ALL,
        summary="Change your password",
        more="10 to 200 characters. Your other sign-ins end.",
        body=own.PasswordChange(old="k7mp-x2wq-hn4t-8cdr", new="four words I can remember"),
        gives={204: None},
        refuses=(_NO_AGENT, _NO_PASSWORD, _WRONG, _GUESSED, _TOO_MANY, _BUSY),
    ),
    Route(
        "POST",
        "/me/totp",
        own.offer_totp,
        ALL,
        summary="Ask for codes when you sign in",
        more="Shows a secret for your authenticator app (RFC 6238), which is in force once you confirm it.",
        gives={200: TOTP_SECRET},
        refuses=(_NO_AGENT, _NO_PASSWORD, own.has_totp()),
    ),
    Route(
        "POST",
        "/me/totp/confirm",
        own.confirm_totp,
        ALL,
        summary="Confirm the secret by a code",
        body=own.ShownCode(code="123456"),
        gives={204: None},
        refuses=(_NO_AGENT, _NO_PASSWORD, own.no_totp(), proving.wrong_code()),
    ),
    Route(
        "POST",
        "/me/totp/remove",
        own.remove_totp,
        ALL,
        summary="Ask for no codes any more",
        body=own.PasswordSaid(password="four words I can remember"),  # noqa: S106 - an example
        gives={204: None},
        refuses=(_NO_AGENT, _NO_PASSWORD, _WRONG, _TOO_MANY, _BUSY),
    ),
    Route(
        "GET",
        "/me/sign-ins",
        me.sign_ins,
        ALL,
        summary="Where you are signed in",
        more="Newest first.",
        gives={200: PageOf(SIGN_IN)},
        refuses=(_NO_AGENT,),
    ),
    Route(
        "DELETE",
        "/me/sign-ins/{id}",
        me.end_sign_in,
        ALL,
        summary="Sign out elsewhere",
        gives={204: None},
        refuses=(_NO_AGENT, NotFound("there is no such sign-in of yours", where="id")),
    ),
    Route(
        "GET",
        "/push-key",
        pushes.key,
        ALL,
        summary="What a browser subscribes to notices with",
        more="The `applicationServerKey` of Web Push (RFC 8292); it stays the same.",
        gives={200: PUSH_KEY},
    ),
    Route(
        "PUT",
        "/me/push",
        pushes.subscribe,
        ALL,
        summary="Tell me while the desk is closed",
        more=(
            "Of this sign-in's browser, by Web Push: when a conversation becomes yours or its customer writes, at most "
            "once a minute for each, and while you have no live connection. It ends with the sign-in."
        ),
        body=pushes.Subscription(
            endpoint="https://fcm.googleapis.com/fcm/send/dpH5lCsTSSM:APA91bHqjZxM0VImWWqDRN7U0a3AycjUf4O",
            p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            auth="BTBZMqHH6r4Tts7J_aSIgg",
        ),
        gives={204: None},
        refuses=(proving.no_sign_in(), pushes.off(), pushes.foreign()),
    ),
    Route(
        "DELETE",
        "/me/push",
        pushes.unsubscribe,
        ALL,
        summary="Tell me nothing in this browser",
        gives={204: None},
        refuses=(proving.no_sign_in(), pushes.not_subscribed()),
    ),
)
