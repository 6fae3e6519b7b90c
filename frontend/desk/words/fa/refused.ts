/**
 * What the hub refuses, and what to do about it, in Persian (hub/web, hub/routing). What a program would ask of the hub
 * is said as a person does it. A line that is not known here stays as the hub wrote it.
 */
import type { Words } from '../words.svelte';
import { known, type Lines } from './lines';
import { FORMS } from './refusedForms';
import { told } from './told';

const LINES: Lines = [
  // whatever was asked
  [
    /^a service this needs does not answer now; nothing was changed$/,
    'بخشی از سامانه که برای این کار لازم است اکنون پاسخ نمی‌دهد؛ چیزی تغییر نکرد',
  ],
  [/^try again in (\d+) seconds(; see \/readyz)?$/, '%1 ثانیهٔ دیگر دوباره بکوشید'],
  [/^try again in a few seconds$/, 'چند ثانیهٔ دیگر دوباره بکوشید'],
  [/^try again in a moment$/, 'کمی بعد دوباره بکوشید'],
  [/^something went wrong here that should not have$/, 'خطایی پیش آمد که نباید پیش می‌آمد'],
  [
    /^try again; if it stays so, look for (\S+) in the logs$/,
    'دوباره بکوشید؛ اگر باز چنین شد، این شناسه را به مدیر سامانه بدهید: $1',
  ],
  [/^there is nothing at this address$/, 'چیزی در این نشانی نیست'],
  [/^this address does not answer to this method$/, 'این کار در این نشانی شدنی نیست'],
  [
    /^see docs\/api\.md for the addresses there are$|^use one of those in the Allow header$/,
    'صفحه را دوباره بار کنید',
  ],
  [
    /^(?:the body is too large|this is more than an event may hold): .*?(\d+).*$/,
    'آنچه فرستادید بیش از اندازه بزرگ است: حداکثر %1 کیلوبایت پذیرفته می‌شود',
  ],
  [/^send less at once$/, 'هر بار کمتر بفرستید'],
  [/^there is no such field$|^this must be .+$|^this is missing; .+$/, 'آنچه فرستاده شد پذیرفته نیست'],
  [/^give (?:it|one of these words)\b.* (?:quotes|brackets)$/, 'صفحه را دوباره بار کنید و از نو بکوشید'],
  [/^a token of role \w+ may not do this$/, 'نقش شما اجازهٔ این کار را ندارد'],
  [/^it takes the role .+$/, 'از مدیر سامانه بخواهید'],
  [/^this sign-in has ended or expired$/, 'از سامانه خارج شده‌اید'],
  [/^sign in again$/, 'دوباره وارد شوید'],
  [
    /^another agent has signed in in this browser since this page was loaded$/,
    'پس از باز شدن این صفحه، کارشناس دیگری در همین مرورگر وارد شده است',
  ],
  [/^load the page again$/, 'صفحه را دوباره بار کنید'],
  [/^this comes from a page that is not the desk$/, 'این درخواست از صفحه‌ای جز میز کار آمده است'],
  [
    /^open the desk at the address that HUB_PUBLIC_URL names, .*$/,
    'میز کار را در نشانی‌ای باز کنید که \u2066HUB_PUBLIC_URL\u2069 می‌گوید',
  ],
  [/^look at the list again$/, 'فهرست را دوباره ببینید'],
  [/^GET \S+\/(?:accounts|dead-events|conversations) lists .*$/, 'فهرست را دوباره ببینید'],
  [/^GET \S+\/rearrangements lists what was$/, 'فهرست را دوباره ببینید'],
  [/^GET \S+\/agents lists them; it takes one who is active$/, 'کارشناسی برگزینید که فعال است'],
  [/^GET \S+\/agents lists them$|^give the agent's id$/, 'کارشناس دیگری برگزینید'],
  [/^GET \S+\/teams lists them$/, 'تیم دیگری برگزینید'],
  // a conversation
  [
    /^there is no such conversation, or it is not yours(?: to see)?$/,
    'چنین گفت‌وگویی نیست، یا دیدن آن با شما نیست',
  ],
  [/^look at the conversation as it stands now$/, 'گفت‌وگو را چنان‌که اکنون است ببینید'],
  // the clauses of decisions, here with their subject: nothing stands before them
  [/^(.+) accepted it first$/, '$1 پیش از شما این گفت‌وگو را برداشت'],
  [/^another team has it$/i, 'این گفت‌وگو با تیم دیگری است'],
  [/^(.+) has it$/, 'این گفت‌وگو با $1 است'],
  [/^nobody holds it$/i, 'این گفت‌وگو با کسی نیست'],
  [/^it is resolved$/i, 'این گفت‌وگو پایان یافته است'],
  [/^it is resolved already$/i, 'این گفت‌وگو از پیش پایان یافته است'],
  [/^it is snoozed already$/i, 'این گفت‌وگو از پیش به تعویق افتاده است'],
  [/^it is open already$/i, 'این گفت‌وگو از پیش باز است'],
  [/^it was joined into another conversation$/i, 'این گفت‌وگو به گفت‌وگوی دیگری پیوسته است'],
  [/^it was undone already$/i, 'این کار از پیش برگردانده شده است'],
  [/^ask a supervisor to write, or to assign it$/, 'از سرپرست بخواهید بنویسد، یا آن را به شما بسپارد'],
  [
    /^ask for it to be handed over, or a supervisor to assign it$/,
    'بخواهید آن را به شما بسپارد، یا از سرپرست بخواهید',
  ],
  [
    /^leave it to them, or ask a supervisor to assign it to you$/,
    'آن را به همکارتان واگذارید، یا از سرپرست بخواهید به شما بسپارد',
  ],
  [/^accept it first$/, 'نخست آن را بردارید'],
  [
    /^only its assignee can decline it, or whom it is offered$/,
    'فقط کسی که گفت‌وگو با اوست یا به او پیشنهاد شده می‌تواند آن را پس بدهد',
  ],
  [
    /^wait until they have answered, or ask a supervisor to assign it$/,
    'تا پاسخ او صبر کنید، یا از سرپرست بخواهید آن را بسپارد',
  ],
  [/^give an agent who is connected, or a team$/, 'کارشناسی برگزینید که متصل است، یا یک تیم'],
  [/^resolve it, or assign it to somebody$/, 'آن را پایان دهید، یا به کسی بسپارید'],
  [/^reopen it first$/, 'نخست آن را بازگشایی کنید'],
  [/^reopen it, then answer$/, 'آن را بازگشایی کنید، سپس پاسخ دهید'],
  [
    /^reopen it first; then it can be snoozed until another time$/,
    'نخست آن را بازگشایی کنید؛ سپس می‌توان تا زمان دیگری به تعویق انداخت',
  ],
  [
    /^nothing is left to do; reopen it if it is not done after all$/,
    'کاری نمانده است؛ اگر هنوز تمام نشده، آن را بازگشایی کنید',
  ],
  [/^nothing is left to do$/, 'کاری نمانده است'],
  [/^this time is over$/, 'این زمان گذشته است'],
  [/^give a time in the future$/, 'زمانی در آینده برگزینید'],
  [/^there is no such time in UTC$/, 'چنین زمانی نیست'],
  [/^give one before the year 9999$/, 'زمانی پیش از سال ۹۹۹۹ میلادی برگزینید'],
  [
    /^go on in the one it was joined into .*$|^\S+ in \S+, or undo the join$/,
    'در همان گفت‌وگو ادامه دهید، یا پیوستن را برگردانید',
  ],
  [/^GET \S+\/interactions lists what is in it$/, 'از میان آنچه اکنون در آن هست برگزینید'],
  [/^leave something in it$/, 'چیزی را در آن بگذارید'],
  [
    /^GET \S+\?customer=\S+ lists hers$|^give another conversation of hers$/,
    'گفت‌وگوی دیگری از همین مشتری برگزینید',
  ],
  [/^join conversations of one customer$/, 'فقط گفت‌وگوهای یک مشتری به هم می‌پیوندند'],
  [/^undo the later one first$/, 'نخست کار تازه‌تر را برگردانید'],
  // what is written to a customer
  [/^the text is empty$/, 'چیزی نوشته نشده است'],
  [/^write something$/, 'چیزی بنویسید'],
  [
    /^the text has (\d+) characters, at most (\d+) pass$/,
    'متن %1 نویسه دارد و حداکثر %2 نویسه پذیرفته می‌شود',
  ],
  [/^shorten it$/, 'کوتاهش کنید'],
  [/^the text holds a character that cannot be sent$/, 'در متن نویسه‌ای هست که فرستاده نمی‌شود'],
  [/^this holds a character that cannot be looked for$/, 'در آن نویسه‌ای هست که نمی‌توان جست'],
  [/^leave out NUL and lone surrogates$/, 'پاکش کنید؛ شاید با متنی که چسبانده‌اید آمده باشد'],
  [/^there is nothing to send$/, 'چیزی برای فرستادن نیست'],
  [/^give a text, files, or a template$/, 'متنی بنویسید، یا پرونده یا قالبی برگزینید'],
  [/^this is one of our own numbers$/, 'این یکی از شماره‌های خود ماست'],
  [/^give a customer's$/, 'شمارهٔ مشتری را بنویسید'],
  [/^(\S+) is none of our numbers$/, '$1 از شماره‌های ما نیست'],
  [/^which of our numbers shall it go out from\?$/, 'از کدام شمارهٔ ما فرستاده شود؟'],
  [/^ours: none yet; .*$/, 'هنوز شماره‌ای نداریم؛ مدیر سامانه می‌تواند حسابی بسازد'],
  [/^ours: (.+)$/, 'شماره‌های ما: $1'],
  [/^she cannot be written to this way$/, 'از این راه نمی‌توان به مشتری نوشت'],
  [/^GET \S+\/ways lists those there are$/, 'راه دیگری برگزینید'],
  [/^the account (\S+) cannot send now: it is not active$/i, 'حساب $1 خاموش است و نمی‌فرستد'],
  [/^the account (\S+) cannot send now: (.+)$/i, 'حساب $1 اکنون نمی‌فرستد: $2'],
  [/^`hub doctor` says how to mend it$/, 'مدیر سامانه چاره‌اش را در صفحهٔ سلامت سامانه می‌بیند'],
  [
    /^another team has an open conversation with her there$/i,
    'تیم دیگری آنجا گفت‌وگوی بازی با این مشتری دارد',
  ],
  [/^ask a supervisor to join the two$/, 'از سرپرست بخواهید این دو را به هم بپیوندد'],
  [/^answer there, or join the two: .*$/, 'همان‌جا پاسخ دهید، یا این دو را به هم بپیوندید'],
  [
    /^she has never written to this number here, so free text does not pass$/i,
    'مشتری هنوز به این شماره ننوشته است، پس متن آزاد پذیرفته نمی‌شود',
  ],
  [
    /^she last wrote over (\d+) hours ago, so free text does not pass$/i,
    'بیش از %1 ساعت از آخرین پیام مشتری گذشته است، پس متن آزاد پذیرفته نمی‌شود',
  ],
  [/^send an approved template; .*$/, 'با قالبی تأییدشده بنویسید'],
  [/^a template goes alone$/, 'قالب تنها فرستاده می‌شود'],
  [/^leave out `text` and `files`$/, 'متن و پرونده‌ها را بردارید'],
  [/^this account has no such template$/, 'این حساب چنین قالبی ندارد'],
  [/^GET \S+\/templates lists them; .*$/, 'قالب دیگری برگزینید؛ قالب تازه پس از چند دقیقه شناخته می‌شود'],
  [/^this template is not approved: (.+)$/i, 'این قالب تأییدشده نیست: $1'],
  [/^choose one that is approved$/, 'قالب تأییدشده‌ای برگزینید'],
  [/^these places of the template are not filled: (.+)$/, 'این جاهای قالب خالی است: $1'],
  [/^give a text for each$/, 'برای هر کدام متنی بنویسید'],
  [/^the template has no such place$/, 'قالب چنین جایی ندارد'],
  [/^its places: (.+)$/, 'جاهایش: $1'],
  [/^it has no places$/, 'هیچ جای خالی ندارد'],
  // files
  [/^(\d+) files; this channel takes none$/, 'این کانال پرونده نمی‌پذیرد'],
  [/^(\d+) files; this channel takes .*?(\d+)$/, '%1 پرونده: این کانال حداکثر %2 پرونده می‌پذیرد'],
  [/^send fewer$/, 'کمتر بفرستید'],
  [/^you have uploaded no such file in the last day$/, 'چنین پرونده‌ای در یک روز گذشته بار نکرده‌اید'],
  [/^upload it by POST .*$/, 'دوباره پیوستش کنید؛ پرونده یک روز می‌ماند'],
  [/^this is over the (\d+)(?: MB)? the channel takes$/, 'این از %1 مگابایتی که کانال می‌پذیرد بیشتر است'],
  [/^send smaller files$/, 'پرونده‌های کوچک‌تری بفرستید'],
  [/^the file is empty$/, 'پرونده خالی است'],
  [/^send its bytes as the body of the request$/, 'پروندهٔ دیگری برگزینید'],
  [/^the file is over (\d+) MB$/, 'پرونده بزرگ‌تر از %1 مگابایت است'],
  [/^send a smaller one$/, 'پروندهٔ کوچک‌تری بفرستید'],
  [/^the file did not come whole within ([\d.]+) seconds$/, 'پرونده در %1 ثانیه کامل نرسید'],
  [
    /^send it again, or a smaller one, by a better line$/,
    'دوباره بفرستید؛ اگر باز نرسید، پروندهٔ کوچک‌تر یا اتصال بهتری لازم است',
  ],
  [/^too many files are being uploaded at once$/, 'اکنون پرونده‌های زیادی با هم بار می‌شود'],
];

/** What only the administration meets: none before that is asked for. Where it does not come, the hub's words stay. */
let more: { ADMINISTRATION: Lines; SETTINGS: Lines } = { ADMINISTRATION: [], SETTINGS: [] };

const whole = (line: string) => known(LINES, line) ?? known(FORMS, line) ?? known(more.ADMINISTRATION, line);

/** A setting's faults come joined in one line, each a clause of its own. */
function settings(line: string): string | null {
  const said = line.split('; ').map((one) => known(more.SETTINGS, one));
  return said.every((one) => one !== null) ? said.join('؛ ') : null;
}

export const refused: Words['refused'] = {
  administration: () =>
    import('./refusedAdministration').then(
      ({ ADMINISTRATION, SETTINGS }) => void (more = { ADMINISTRATION, SETTINGS }),
      () => undefined,
    ),
  told: (line) => whole(line.replace(/\.$/, '')) ?? told(line) ?? settings(line),
};
