"""What the desk says in each language, as far as whoever drives it must find it (``frontend/desk/words``)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Names by which somebody who cannot see the desk finds things on it."""

    language: str
    direction: str
    sign_in: str
    answer: str
    send: str
    send_now: str
    more: str
    cancel: str
    attached: str
    transfer: str
    resolve: str
    nothing_waits: str
    delivered: str
    lost: str
    take_back: str
    tried_again: str
    with_you: str
    open_it: str
    join: str
    join_it: str
    rearranged: str
    undo: str
    wall: str
    nobody_waits: str
    give: str
    presence_of: str
    available: str
    away: str
    offline: str
    all_in_time: str
    offered: str
    accept: str
    decline: str
    you_missed: str
    missed: str
    key_of_y: str
    single_keys: str
    open_news: str
    unread: str
    to_newest: str


EN = Words(
    language="en",
    direction="ltr",
    sign_in="Sign in",
    answer="Your answer",
    send="Send",
    send_now="Send now",
    more="More actions",
    cancel="Cancel",
    attached="Attached files",
    transfer="Transfer",
    resolve="Resolve",
    nothing_waits="Nothing is waiting for you",
    delivered="Delivered",
    lost="Connection lost",
    take_back="Take back",
    tried_again="No answer from the hub",
    with_you="With you",
    open_it="Open it",
    join="Join with another…",
    join_it="Join",
    rearranged="Splits and joins…",
    undo="Undo",
    wall="Wall",
    nobody_waits="Nobody is waiting",
    give="Give the conversation",
    presence_of="Presence of",
    available="Available",
    away="Away",
    offline="Offline",
    all_in_time="1 of 1 today",
    offered="Offered to you",
    accept="Accept",
    decline="Decline",
    you_missed="You let two offers pass",
    missed="\u2068{}\u2069 let two offers pass",
    key_of_y="y",
    single_keys="Keys of one letter",
    open_news="Open",
    unread="New",
    to_newest="To the newest",
)
FA = Words(
    language="fa",
    direction="rtl",
    sign_in="ورود",
    answer="پاسخ شما",
    send="ارسال",
    send_now="همین حالا بفرست",
    more="کارهای دیگر",
    cancel="انصراف",
    attached="پرونده‌های پیوست",
    transfer="انتقال",
    resolve="پایان",
    nothing_waits="چیزی منتظر شما نیست",
    delivered="رسید",
    lost="ارتباط قطع است",
    take_back="پس گرفتن",
    tried_again="سامانه پاسخ نداد",
    with_you="با شما",
    open_it="باز کردن",
    join="پیوستن به گفت‌وگوی دیگر…",
    join_it="پیوستن",
    rearranged="جدا کردن‌ها و پیوستن‌ها…",  # noqa: RUF001 - Persian
    undo="برگرداندن",
    wall="تابلو",
    nobody_waits="کسی منتظر نیست",
    give="سپردن گفت‌وگو",
    presence_of="حضور",
    available="در دسترس",
    away="دور از میز",
    offline="خارج از کار",
    all_in_time="امروز \u06f1 از \u06f1",
    offered="پیشنهاد به شما",
    accept="پذیرفتن",
    decline="رد کردن",
    you_missed="به دو پیشنهاد پاسخ ندادید",
    missed="\u2068{}\u2069 به دو پیشنهاد پاسخ نداد",
    key_of_y="غ",
    single_keys="کلیدهای تک‌حرفی",
    open_news="باز کردن",
    unread="تازه",
    to_newest="به تازه‌ترین پیام",
)
