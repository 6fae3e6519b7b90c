/** What is refused in the administration alone, in Persian; loaded there (hub/web, hub/organisation, hub/bootstrap/making.py, hub/adapters). */
import type { Lines } from './lines';

export const ADMINISTRATION: Lines = [
  // agents, teams, tokens
  [/^there is an agent called (.+) already$/i, 'کارشناسی با نام $1 از پیش هست'],
  [/^there is a team called (.+) already$/i, 'تیمی با نام $1 از پیش هست'],
  [/^choose another name$/, 'نام دیگری بگذارید'],
  [/^(.+) is the last administrator$/, '$1 تنها مدیر سامانه است'],
  [/^make somebody else an administrator first$/, 'نخست کس دیگری را مدیر سامانه کنید'],
  [/^these are (\d+) skills$/, '%1 مهارت نوشته شده است'],
  [/^these are (\d+)$/, '%1 تا نوشته شده است'],
  [/^give at most (\d+)$/, 'حداکثر %1 تا بنویسید'],
  [/^(.+) still has .+$/, '$1 هنوز کارشناس، حساب یا گفت‌وگویی دارد'],
  [/^give them to another team first$/, 'نخست آن‌ها را به تیم دیگری بدهید'],
  [/^whose token is it\?$/, 'این توکن از آنِ کیست؟'],
  [/^give a time in the future, or none$/, 'زمانی در آینده برگزینید، یا هیچ زمانی'],
  [
    /^this token was made already and cannot be shown again$/i,
    'این توکن پیش‌تر ساخته شده است و دوباره نشان داده نمی‌شود',
  ],
  [/^revoke it and make another$/, 'باطلش کنید و توکن دیگری بسازید'],
  [/^there is no such token$/, 'چنین توکنی نیست'],
  // canned answers
  [/^there is no such canned answer$/, 'چنین پاسخ آماده‌ای نیست'],
  [/^somebody changed it meanwhile; it is at version \d+$/i, 'در این میان کسی آن را تغییر داده است'],
  [/^read it again, and change what is there now$/, 'متن کنونی را ببینید و همان را تغییر دهید'],
  [/^a shortcut has neither spaces nor control characters nor \/$/, 'میان‌بر فاصله و / ندارد'],
  [/^one word, such as `(\w+)`; .*$/, 'یک واژه بنویسید، مانند $1؛ / را خود میز کار پیش از آن می‌گذارد'],
  [
    /^there is an answer of this team and language with that shortcut already$/i,
    'برای همین تیم و همین زبان، پاسخی با این میان‌بر هست',
  ],
  [/^choose another shortcut, or change that answer$/, 'میان‌بر دیگری بگذارید، یا همان پاسخ را تغییر دهید'],
  [/^there is no merge field (.+)$/, '$1 وجود ندارد'],
  [/^those there are: (.+)$/, 'آنچه هست: $1'],
  // dead events
  [
    /^this one is not among the dead any more: (.+) retried it$/,
    'این یکی دیگر میان رویدادهای مرده نیست: $1 آن را دوباره سپرد',
  ],
  [
    /^this one is not among the dead any more: (.+) dropped it$/,
    'این یکی دیگر میان رویدادهای مرده نیست: $1 رهایش کرد',
  ],
  [/^(?:this one )?is not among the dead \(?any more\)?.*$/, 'این یکی دیگر میان رویدادهای مرده نیست'],
  [/^there is no such dead event$|^this is no number of a dead event$/, 'چنین رویداد مرده‌ای نیست'],
  [/^no worker is called (\S+) in this version$/, 'در این نسخه بخشی به نام $1 نیست'],
  [/^this version cannot read it .*$/, 'این نسخهٔ سامانه نمی‌تواند آن را بخواند'],
  [/^run the version that knows it, or drop it$/, 'نسخه‌ای را اجرا کنید که آن را می‌شناسد، یا رهایش کنید'],
];

/** Of a channel account. Names of settings stay. */
export const SETTINGS: Lines = [
  [/^there is no such account$/, 'چنین حسابی نیست'],
  [/^there is an account (\S+) already$/i, 'حسابی با نام $1 از پیش هست'],
  [/^choose another name, or change that one$/, 'نام دیگری بگذارید، یا همان را تغییر دهید'],
  [/^(\S+) is kept by the HUB_TWILIO_… settings$/, '$1 از تنظیم‌های \u2066HUB_TWILIO_…\u2069 سامانه می‌آید'],
  [/^change those, and start the hub again$/, 'همان‌ها را تغییر دهید و سامانه را دوباره راه بیندازید'],
  [/^its secrets would go to (\S+), where they did not go before$/, 'رازهایش به $1 می‌رود که پیش‌تر نمی‌رفت'],
  [/^enter them anew, .*$/, 'از نو واردشان کنید، تا فقط کسی که آن‌ها را می‌داند بتواند به آنجا بفرستد'],
  [/^GET \S+\/adapters says what belongs there$/, 'راهنمای هر خانه می‌گوید چه باید نوشت'],
  [/^there is no such adapter$/, 'چنین رابطی نیست'],
  [/^one of (.+)$/, 'یکی از این‌ها: $1'],
  [/^this is no name of an account$/, 'این نام برای حساب پذیرفته نیست'],
  [/^a-z, 0-9, _ and -, up to (\d+) characters$/, 'حرف کوچک لاتین، رقم، _ و - بنویسید، تا %1 نویسه'],
  // numbers
  [/^numbers is missing: .*$/, 'شماره‌ها خالی است: کدام‌ها از آنِ شماست؟'],
  [/^numbers: '(.*)': this is no phone number$/, '$1 شمارهٔ تلفن نیست'],
  [/^numbers: '(.*)': this phone number cannot exist$/, 'شماره‌ای مانند $1 ممکن نیست'],
  [/^numbers: (\S+): (.+)$/, 'شمارهٔ $1 پذیرفته نیست: $2'],
  [/^give it like (\+\d+), or name the country: .*$/, 'با کد کشور بنویسید، مانند $1'],
  [/^(\S+), or name the country: .*$/, 'با کد کشور بنویسید، مانند $1'],
  [/^numbers: (?:tel:)?(\S+) belongs to (\S+)$/, 'شمارهٔ $1 از آنِ حساب $2 است'],
  // what belongs in a setting
  [
    /^account_sid must be AC and 32 characters, .*$/,
    'شناسهٔ حساب با AC آغاز می‌شود و ۳۲ نویسهٔ دیگر دارد؛ کنسول Twilio نشانش می‌دهد',
  ],
  [/^auth_token is missing$/, 'توکن خالی است'],
  [/^Twilio's console shows it beside the account SID$/, 'در کنسول Twilio کنار شناسهٔ حساب است'],
  [
    /^(\w+) must begin with https:\/\/ or http:\/\/, not '(.*)'$/,
    '$1 باید با https://‎ یا http://‎ آغاز شود؛ اکنون $2 است',
  ],
  [
    /^(\w+) must begin with https:\/\/ or http:\/\/, not (.*)$/,
    '$1 باید با https://‎ یا http://‎ آغاز شود؛ اکنون $2 است',
  ],
  [/^(\w+) must begin with https:\/\/ or http:\/\/$/, '$1 باید با https://‎ یا http://‎ آغاز شود'],
  [
    /^(\w+) must begin with https:\/\/ or http:\/\/ and have its host without places$/,
    '$1 باید با https://‎ یا http://‎ آغاز شود و نام میزبانش جای خالی نداشته باشد',
  ],
  [
    /^(\w+) must be a number (?:of seconds )?over 0 and up to (\d+), not '?(.*?)'?$/,
    '$1 باید عددی بزرگ‌تر از ۰ و تا %2 باشد؛ اکنون $3 است',
  ],
  [/^(\S+) is no setting of (\w+)$/, '$1 از تنظیم‌های $2 نیست'],
  [/^(docs\/\S+) lists them$/, '$1 آن‌ها را نام می‌برد'],
  [/^url may have (\S+) behind its question mark only$/, 'در \u2066url\u2069 جای $1 فقط پس از علامت ? است'],
  [/^fields is missing: .*$/, '\u2066fields\u2069 خالی است: سطرهایش می‌گویند چه فرستاده شود'],
  [/^body is missing: .*$/, '\u2066body\u2069 خالی است: با قالب json همان فرستاده می‌شود'],
  [/^(\w+) must be (\S+) with format json$/, 'با قالب json، $1 باید $2 باشد'],
  [
    /^region must be a country's code such as IR, not '?(.*?)'?$/,
    '\u2066region\u2069 کد کشور است، مانند IR؛ اکنون $1 است',
  ],
  [/^region is missing: .*$/, '\u2066region\u2069 خالی است: برای شماره‌های داخلی کد کشور لازم است، مانند IR'],
  [/^(\w+) and (\w+) go together$/, '$1 و $2 با هم پر می‌شوند'],
  [/^headers has a name that no header can have$/, 'در \u2066headers\u2069 نامی هست که سرآیند نمی‌گیرد'],
  [
    /^answer_id is missing: .* e\.g\. (\S+)$/,
    '\u2066answer_id\u2069 خالی است: شناسهٔ پیام کجای پاسخ است؟ مانند $1',
  ],
  [/^answer_code is missing: .*$/, '\u2066answer_code\u2069 خالی است: کد خطا کجای پاسخ است؟'],
  [/^(\S+) has a place (\S+) that nothing fills$/, 'در $1 جای $2 با چیزی پر نمی‌شود'],
  [/^the account has no secret (\S+)$/, 'حساب رازی به نام $1 ندارد'],
  [/^headers may hold secrets and ids only$/, '\u2066headers\u2069 فقط راز و شناسه می‌گیرد'],
  [/^there are (.*)$/, 'آنچه هست: $1'],
  [/^nothing sends (\S+): put it into url, fields or body$/, 'جای $1 در هیچ‌کدام از url، fields و body نیست'],
  [
    /^proof is missing: .*$/,
    '\u2066proof\u2069 خالی است: وب‌هوک‌ها چگونه نشان می‌دهند که از ارائه‌دهنده‌اند؟',
  ],
  [/^the secret (\w+) is missing: .*$/, 'راز $1 خالی است: وب‌هوک‌ها خود را با آن نشان می‌دهند'],
  [/^proof_name is missing: .*$/, '\u2066proof_name\u2069 خالی است: کدام سرآیند یا پارامتر؟'],
  [
    /^webhook_secret must be 16 or more of .*$/,
    '\u2066webhook_secret\u2069 در نشانی می‌آید: دست‌کم ۱۶ نویسه از A-Z a-z 0-9 _ ~ -',
  ],
  [/^(\w+) must say where (.+?) (?:is|are)$/, '$1 باید بگوید این‌ها کجایند: $2'],
  [/^statuses is missing: .*$/, '\u2066statuses\u2069 خالی است: واژه‌های ارائه‌دهنده چه معنایی دارند؟'],
  [/^(\w+) may say (.*)$/, '$1 فقط این‌ها را می‌گیرد: $2'],
  [
    /^body must be a JSON document with places in its strings: (.*)$/,
    '\u2066body\u2069 باید سندی از JSON باشد: $1',
  ],
  [
    /^(\S+) must (?:be|begin with) one of (.*?), not '?(.*?)'?$/,
    '$1 باید یکی از این‌ها باشد: $2؛ اکنون $3 است',
  ],
  [/^(\w+) must be one of (.*)$/, '$1 باید یکی از این‌ها باشد: $2'],
  [/^(\w+) must be (\w+) or (\w+)$/, '$1 باید $2 یا $3 باشد'],
];
