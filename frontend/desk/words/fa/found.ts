/**
 * What checks of the hub say, in Persian (hub/checks). Names, addresses and what providers and libraries say stay as
 * they are. A line that is not known here stays as the hub wrote it.
 */
import { known, type Lines } from './lines';

const LINES: Lines = [
  // database
  [/^(PostgreSQL \S+), embedded in (.+)$/, '$1، همراه سامانه، در $2'],
  [/^(PostgreSQL \S+), (.+)$/, '$1، $2'],
  [/^(PostgreSQL \S+) at (.+) is too old$/, '$1 در $2 بیش از حد قدیمی است'],
  [/^use PostgreSQL 15 or newer$/, 'PostgreSQL 15 یا تازه‌تر به کار ببرید'],
  [/^a question and its answer take ([\d.]+) ms$/, 'رفت‌وبرگشت یک پرسش %1 میلی‌ثانیه می‌برد'],
  [/^put the hub and its database nearer to each other$/, 'سامانه و پایگاه داده را به هم نزدیک‌تر کنید'],
  [/^its tables are at (.+)$/, 'جدول‌هایش در نسخهٔ $1 است'],
  [
    /^(\w+) is off: a crash can lose what was taken in$/,
    '$1 خاموش است: با یک خرابی شاید آنچه پذیرفته شده از دست برود',
  ],
  [/^set (.+) in postgresql\.conf$/, 'در postgresql.conf بنویسید $1'],
  [/^what is committed is on the disk \((.+)\)$/, 'آنچه ثبت می‌شود روی دیسک است ($1)'],
  [/^its clock agrees with ours$/, 'ساعتش با ساعت ما یکی است'],
  [/^its clock is ([\d.]+) s ahead of ours$/, 'ساعتش %1 ثانیه از ساعت ما جلوتر است'],
  [/^its clock is ([\d.]+) s behind ours$/, 'ساعتش %1 ثانیه از ساعت ما عقب‌تر است'],
  [
    /^run a time service \((.+?)\) on both machines.*$/,
    'روی هر دو دستگاه سرویس ساعت ($1) را راه بیندازید: مهلت‌ها با این ساعت‌ها سنجیده می‌شود',
  ],
  [/^(\d+) of (\d+) connections are in use$/, '%1 اتصال از %2 در کار است'],
  [
    /^raise max_connections, or run fewer processes$/,
    'max_connections را بالا ببرید، یا فرایندهای کمتری اجرا کنید',
  ],
  [/^PostgreSQL does not answer: (.+)$/, 'PostgreSQL پاسخ نمی‌دهد: $1'],
  // broker and Redis
  [
    /^embedded: for `hub up` alone; .*$/,
    'همراه سامانه: فقط برای `hub up`؛ `hub serve` و `hub work` بی HUB_AMQP_URL راه نمی‌افتند',
  ],
  [/^for `hub up` alone; .*$/, 'فقط برای `hub up`؛ `hub serve` و `hub work` بی HUB_REDIS_URL راه نمی‌افتند'],
  [
    /^embedded in the database; messages that wait or are in hand: (\d+)$/,
    'درون پایگاه داده؛ پیام‌های منتظر یا در دست: %1',
  ],
  [
    /^embedded, in the memory of the hub's process; nothing lives only there$/,
    'همراه سامانه، در حافظهٔ فرایند؛ هیچ چیز فقط آنجا نیست',
  ],
  [
    /^RabbitMQ at (.+?) does not let us in: it does not open this virtual host: .*$/,
    'RabbitMQ در $1 راه نمی‌دهد: این میزبان مجازی را باز نمی‌کند؛ یا نیست، یا این کاربر اجازه‌اش را ندارد، یا پر یا از کار افتاده است',
  ],
  [/^RabbitMQ at (.+?) does not let us in: (.+)$/, 'RabbitMQ در $1 راه نمی‌دهد: $2'],
  [/^RabbitMQ at (.+?) does not answer: (.+)$/, 'RabbitMQ در $1 پاسخ نمی‌دهد: $2'],
  [
    /^mend user, password and virtual host in HUB_AMQP_URL, or make them .*$/,
    'کاربر، رمز و میزبان مجازی را در HUB_AMQP_URL درست کنید، یا با `rabbitmqctl add_user`، `add_vhost` و `set_permissions` بسازیدشان؛ گزارش خود RabbitMQ بیشتر می‌گوید. تا آن زمان آنچه می‌رسد در صندوق موقت می‌ماند',
  ],
  [
    /^start it, or mend HUB_AMQP_URL; .*$/,
    'راهش بیندازید، یا HUB_AMQP_URL را درست کنید؛ تا آن زمان آنچه می‌رسد در صندوق موقت می‌ماند',
  ],
  [
    /^start it, or mend HUB_REDIS_URL; .*$/,
    'راهش بیندازید، یا HUB_REDIS_URL را درست کنید؛ تا آن زمان میزها دیرتر خبر می‌شوند و گفت‌وگویی از کسی گرفته نمی‌شود',
  ],
  [/^(RabbitMQ \S+) at (.+)$/, '$1 در $2'],
  [/^Redis at (.+)$/, 'Redis در $1'],
  [/^Redis does not answer: (.+)$/, 'Redis پاسخ نمی‌دهد: $1'],
  [/^it confirms nothing: a memory or disk alarm$/, 'چیزی را تأیید نمی‌کند: هشدار حافظه یا دیسک'],
  [
    /^see `rabbitmq-diagnostics alarms`; free what is short$/,
    '`rabbitmq-diagnostics alarms` را ببینید و جا باز کنید',
  ],
  [/^a publish and its confirm take ([\d.]+) ms$/, 'انتشار و تأییدش %1 میلی‌ثانیه می‌برد'],
  [/^look at its disk: every message is synced$/, 'دیسکش را ببینید: هر پیام روی دیسک نوشته می‌شود'],
  [
    /^put it nearer; after 200 ms the hub goes on without it$/,
    'نزدیک‌ترش کنید؛ پس از ۲۰۰ میلی‌ثانیه سامانه بی آن پیش می‌رود',
  ],
  [/^it needs no persistence: .*$/, 'ماندگاری لازم ندارد: آنچه در آن است خودبه‌خود از نو می‌آید'],
  [/^the queue (\S+) has other arguments than ours: (.+)$/, 'صف $1 تنظیم‌هایی جز تنظیم‌های ما دارد: $2'],
  [
    /^let the version that made it drain it, delete it, and start `hub work`$/,
    'بگذارید نسخه‌ای که آن را ساخته خالی‌اش کند، پاکش کنید و `hub work` را راه بیندازید',
  ],
  [
    /^(\d+) of our queues are not there yet; .*$/,
    '%1 صف ما هنوز نیست؛ `hub work` یا `hub up` آن‌ها را می‌سازد',
  ],
  [/^(\w+): (\d+) waiting, (\d+) of (\d+) shards have a consumer$/, '$1: %2 منتظر؛ %3 بخش از %4 گیرنده دارد'],
  [
    /^nobody works on it: run `hub work` or `(.+)`$/,
    'کسی روی آن کار نمی‌کند: `hub work` یا `$1` را اجرا کنید',
  ],
  // work
  [/^dead events: (.+)$/, 'رویدادهای مرده: $1'],
  [/^`hub dead list` says why; .*$/, '`hub dead list` می‌گوید چرا؛ سبب را درست کنید و سپس `hub dead retry`'],
  [/^no dead events$/, 'رویداد مرده‌ای نیست'],
  [/^no message of unknown outcome$/, 'پیامی با سرنوشت نامعلوم نیست'],
  [/^(\d+) messages? of unknown outcome: .*$/, '%1 پیام با سرنوشت نامعلوم: درخواست رفت و پاسخی نیامد'],
  [
    /^they are looked up at the provider by themselves; .*$/,
    'خودبه‌خود از ارائه‌دهنده پرسیده می‌شوند؛ اگر ماندند، تاریخچه‌شان را ببینید',
  ],
  [/^nobody waits in line$/, 'کسی در صف نیست'],
  [
    /^in line: (\d+) conversations?, the first for (\d+) min; (\d+) past their target$/,
    'در صف: %1 گفت‌وگو، نخستین از %2 دقیقه پیش؛ %3 از مهلت گذشته',
  ],
  [/^in line: (\d+) conversations?; (\d+) past their target$/, 'در صف: %1 گفت‌وگو؛ %2 از مهلت گذشته'],
  [
    /^are agents connected, available and below capacity\? .*$/,
    'آیا کارشناسان متصل و در دسترس‌اند و ظرفیت دارند؟ `hub agents list` نشان می‌دهد',
  ],
  [/^(\d+) things were due over a minute ago$/, 'موعد %1 کار بیش از یک دقیقه گذشته است'],
  [
    /^nobody does them: run `hub work` or `hub up`$/,
    'کسی انجامشان نمی‌دهد: `hub work` یا `hub up` را اجرا کنید',
  ],
  [/^nothing is late for its worker$/, 'کاری عقب نیفتاده است'],
  [/^(\w+): processes that work for it: (\d+)$/, '$1: فرایندهایی که برایش کار می‌کنند: %2'],
  // providers
  [/^no account is set up, so nothing can arrive$/, 'حسابی ساخته نشده، پس چیزی نمی‌رسد'],
  [
    /^make one at the desk or by `hub accounts add`, or try `hub demo`$/,
    'حسابی اینجا یا با `hub accounts add` بسازید، یا `hub demo` را امتحان کنید',
  ],
  [
    /^the Twilio account of the settings is made when .*$/,
    'حساب Twilio که در تنظیمات است در راه‌اندازی بعدی ساخته می‌شود',
  ],
  [/^(\S+) belongs to no team$/, '$1 به هیچ تیمی تعلق ندارد'],
  [
    /^with one team it is given to it at the next start; else set its team$/,
    'اگر یک تیم باشد در راه‌اندازی بعدی به آن داده می‌شود؛ وگرنه تیمش را تعیین کنید',
  ],
  [/^(\S+) cannot be used$/, '$1 را نمی‌توان به کار برد'],
  [
    /^(\S+) is switched off: nothing is sent or received by it$/,
    '$1 خاموش است: با آن چیزی فرستاده یا گرفته نمی‌شود',
  ],
  [/^switch it on again when it should be$/, 'وقتش که شد دوباره روشنش کنید'],
  [/^(\S+\/\S+): the provider did not answer within (\d+) s$/, '$1: ارائه‌دهنده در %2 ثانیه پاسخ نداد'],
  [
    /^(\S+\/\S+): The Twilio account “(.+)” is active, sending from (.+)\.$/,
    '$1: حساب Twilio «$2» فعال است و از $3 می‌فرستد',
  ],
  [
    /^The Twilio account “(.+)” is active, sending from (.+)\.$/,
    'حساب Twilio «$1» فعال است و از $2 می‌فرستد',
  ],
  [
    /^(\S+\/\S+): The provider takes the account's credentials, sending from (.+)\.$/,
    '$1: ارائه‌دهنده اطلاعات ورود حساب را می‌پذیرد؛ حساب از $2 می‌فرستد',
  ],
  [
    /^The provider takes the account's credentials, sending from (.+)\.$/,
    'ارائه‌دهنده اطلاعات ورود حساب را می‌پذیرد؛ حساب از $1 می‌فرستد',
  ],
  [/^the provider takes its messages again$/, 'ارائه‌دهنده دوباره پیام‌هایش را می‌پذیرد'],
  [/^see whether it is away$/, 'ببینید در دسترس هست یا نه'],
  [
    /^(\S+\/\S+): the adapter (\S+) failed with (\S+), in (.+)$/,
    '$1: رابط $2 با خطای $3 از کار افتاد، در $4',
  ],
  [/^whoever made that adapter can mend it$/, 'سازندهٔ آن رابط می‌تواند درستش کند'],
  [/^looking at it failed with (\S+), in (.+)$/, 'بررسی آن با خطای $1 ناتمام ماند، در $2'],
  [
    /^it uses the sandbox at (\S+): start .*$/,
    'از زمین بازی در $1 استفاده می‌کند: `hub demo` یا `hub sandbox` را راه بیندازید',
  ],
  [
    /^mend HUB_TWILIO_… and start again; if the provider is away, wait$/,
    'HUB_TWILIO_… را درست کنید و دوباره راه بیندازید؛ اگر ارائه‌دهنده در دسترس نیست، صبر کنید',
  ],
  [
    /^`hub accounts add --replace` mends it; if the provider is away, wait$/,
    'تنظیمات حساب را درست کنید؛ اگر ارائه‌دهنده در دسترس نیست، صبر کنید',
  ],
  [
    /^the templates of (\S+) were last read on (.+?): .*$/,
    'قالب‌های $1 آخرین بار در $2 خوانده شد: آنچه باید با قالب برود منتظر می‌ماند',
  ],
  [
    /^start `hub work read_templates`, .*$/,
    '`hub work read_templates` را راه بیندازید، یا ببینید چرا در گزارش templates_not_read آمده است',
  ],
  [
    /^webhooks come to (\S+), from a sandbox on this machine$/,
    'وب‌هوک‌ها به $1 می‌آیند، از زمین بازی همین دستگاه',
  ],
  [/^webhooks come to (\S+), in the clear$/, 'وب‌هوک‌ها بی رمزنگاری به $1 می‌آیند'],
  [/^webhooks come to (\S+)$/, 'وب‌هوک‌ها به $1 می‌آیند'],
  [/^providers cannot reach (\S+)$/, 'ارائه‌دهندگان به $1 نمی‌رسند'],
  [
    /^set HUB_PUBLIC_URL to the address the world knows, with https$/,
    'HUB_PUBLIC_URL را نشانی https بگذارید که از بیرون دیده می‌شود',
  ],
  [
    /^put TLS before the hub, and https:\/\/ into HUB_PUBLIC_URL$/,
    'جلوی سامانه TLS بگذارید و HUB_PUBLIC_URL را با https:// بنویسید',
  ],
  // people
  [/^there is no agent yet$/, 'هنوز کارشناسی نیست'],
  [/^`(hub agents add [^`]+)` makes (?:one|somebody)$/, 'با `$1` ساخته می‌شود'],
  [/^the team (.+) has no agent: what goes to it waits$/, 'تیم $1 کارشناسی ندارد: آنچه به آن برسد می‌ماند'],
  [/^`(hub agents add [^`]+)`, or PATCH (\S+)$/, '`$1`، یا در صفحهٔ کارشناسان'],
  [
    /^(.+) is in no team and owns no customer: nothing reaches her$/,
    '$1 در تیمی نیست و مسئول مشتری‌ای هم نیست: چیزی به او نمی‌رسد',
  ],
  [/^add her to a team$/, 'او را به تیمی بیفزایید'],
  [
    /^(.+) has neither password nor token, so she cannot sign in$/,
    '$1 نه گذرواژه دارد و نه توکن، پس نمی‌تواند وارد شود',
  ],
  [/^`(hub agents password .+)`$/, 'با `$1` به او گذرواژه بدهید'],
  [/^nobody can administer$/, 'کسی نیست که مدیریت کند'],
  [/^no administrator can sign in at the desk$/, 'هیچ مدیر سامانه‌ای نمی‌تواند وارد میز کار شود'],
  [/^(\d+) agents? in (\d+) teams?; (\d+) tokens? in force$/, '%1 کارشناس در %2 تیم؛ %3 توکن معتبر'],
  // data folder
  [/^(.+) cannot be written$/, 'در $1 نمی‌توان نوشت'],
  [
    /^give it to the hub's account, or choose another with HUB_DATA_DIR$/,
    'آن را به کاربر سامانه بدهید، یا با HUB_DATA_DIR پوشهٔ دیگری برگزینید',
  ],
  [/^(.+) can be written$/, 'در $1 می‌توان نوشت'],
  [/^(.+) will be made at the first start$/, '$1 در نخستین راه‌اندازی ساخته می‌شود'],
  [/^([\d.]+) GiB free there$/, '%1 گیگابایت آنجا آزاد است'],
  [/^free some space: .*$/, 'جا باز کنید: با کمتر از ۵۰ مگابایت، تا کارگزار نباشد چیزی پذیرفته نمی‌شود'],
  [/^free some space before it runs out$/, 'پیش از پر شدن جا باز کنید'],
  [/^(.+) can be read by others$/, 'دیگران $1 را می‌توانند بخوانند'],
  [/^chmod 600 (.+)$/, '`chmod 600 $1`'],
  [
    /^secret\.key is there, .*$/,
    'secret.key هست و فقط صاحبش آن را می‌خواند: از آن پشتیبان بگیرید، بی آن رازهای ذخیره‌شده باز نمی‌شوند',
  ],
  [
    /^the spool holds (\d+) file\(s\), (\d+) KiB: .*$/,
    'صندوق موقت %1 فایل، %2 کیلوبایت دارد: آنچه در نبود کارگزار پذیرفته شده',
  ],
  [/^it flows on by itself when the broker is back .*$/, 'با بازگشت کارگزار خودبه‌خود پیش می‌رود'],
  [/^the spool is empty$/, 'صندوق موقت خالی است'],
  // restores
  [
    /^HUB_SYNCHRONOUS_STANDBY is on, but .*$/,
    'HUB_SYNCHRONOUS_STANDBY روشن است، اما هیچ ثبتی منتظر نسخهٔ دوم نمی‌ماند: پس از جابه‌جایی شاید پیامی دو بار برود',
  ],
  [
    /^set synchronous_standby_names in postgresql\.conf, .*$/,
    'synchronous_standby_names را در postgresql.conf تعیین کنید، یا آن تنظیم را خاموش کنید',
  ],
  [
    /^`hub restored --list` names them: .*$/,
    '`hub restored --list` آن‌ها را نام می‌برد: گزارش ارائه‌دهنده را ببینید یا بپرسید، و آنچه نرسیده را دوباره بنویسید',
  ],
  // this process
  [/^this process takes in what arrives$/, 'این فرایند آنچه می‌رسد را می‌پذیرد'],
  [/^this process takes nothing in: (.+)$/, 'این فرایند چیزی نمی‌پذیرد: $1'],
  [
    /^this process takes in by its spool, for the broker is away: (?:RabbitMQ is away: )?it does not open this virtual host: .*$/,
    'کارگزار نیست و این فرایند در صندوق موقت می‌پذیرد: میزبان مجازی باز نمی‌شود؛ یا نیست، یا این کاربر اجازه‌اش را ندارد، یا پر یا از کار افتاده است',
  ],
  [
    /^this process takes in by its spool, for the broker is away: (.+)$/,
    'کارگزار نیست و این فرایند در صندوق موقت می‌پذیرد: $1',
  ],
  [/^start the broker, or mend HUB_AMQP_URL$/, 'کارگزار را راه بیندازید، یا HUB_AMQP_URL را درست کنید'],
  [
    /^start the broker, or mend HUB_AMQP_URL; nothing is lost meanwhile$/,
    'کارگزار را راه بیندازید، یا HUB_AMQP_URL را درست کنید؛ تا آن زمان چیزی از دست نمی‌رود',
  ],
  // a check that broke off
  [/^no answer within ([\d.]+) s$/, 'در %1 ثانیه پاسخی نیامد'],
  [/^is it overloaded\? Try again$/, 'شاید بارش زیاد است؛ دوباره بکوشید'],
  [/^the rest of this could not be looked at$/, 'بقیه‌اش دیده نشد'],
  [/^(\S+\/\S+): (.+)$/, '$1: $2'],
];

/** The line in Persian. */
export const found = (line: string): string | null => known(LINES, line);
