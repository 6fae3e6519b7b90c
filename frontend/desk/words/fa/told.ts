/**
 * Sentences of the hub about what was decided, in Persian (hub/routing: decisions, commands, engine, search, refusals).
 * A sentence with a clause that is not known here stays as the hub wrote it.
 */
const CLAUSES: readonly [RegExp, string][] = [
  // who was asked, and why not
  [/^the owner (.+) did not become free in time$/i, 'مسئول مشتری، $1، به‌موقع آزاد نشد'],
  [/^the owner (.+) is offline$/i, 'مسئول مشتری، $1، متصل نیست'],
  [/^the owner (.+) is away$/i, 'مسئول مشتری، $1، دور از میز است'],
  [/^the owner (.+) is full$/i, 'ظرفیت مسئول مشتری، $1، پر است'],
  [/^(.+), who wrote last, did not become free in time$/, '$1 که آخرین بار نوشته بود به‌موقع آزاد نشد'],
  [/^(.+), who wrote last, is offline$/, '$1 که آخرین بار نوشته بود متصل نیست'],
  [/^(.+), who wrote last, is away$/, '$1 که آخرین بار نوشته بود دور از میز است'],
  [/^(.+), who wrote last, is full$/, 'ظرفیت $1 که آخرین بار نوشته بود پر است'],
  [/^(.+) had it and is full$/, 'با $1 بود که ظرفیتش پر است'],
  [/^(.+) had it and is not there$/, 'با $1 بود که نیست'],
  [/^(.+) did not answer in time$/, '$1 به‌موقع پاسخ نداد'],
  [/^(.+) is not there any more$/, '$1 دیگر نیست'],
  [/^(.+) is gone and the customer waits$/, '$1 نیست و مشتری منتظر است'],
  [/^(.+) is gone$/, '$1 رفته است'],
  [/^(.+) declined it$/, '$1 آن را نپذیرفت'],
  [/^(.+) did not accept it in time$/, '$1 به‌موقع آن را نپذیرفت'],
  [/^(.+) was not reached$/, '$1 در دسترس نبود'],
  // who got it
  [
    /^(.+), the owner, is free \((\d+) of (\d+)\) and is offered it$/,
    '$1، مسئول مشتری، آزاد است ($2 از $3) و به او پیشنهاد شد',
  ],
  [
    /^(.+), who wrote last, is free \((\d+) of (\d+)\) and is offered it$/,
    '$1 که آخرین بار نوشته بود آزاد است ($2 از $3) و به او پیشنهاد شد',
  ],
  [
    /^(.+) has the least load \((\d+) of (\d+)\) and is offered it$/,
    'بار کاری $1 از همه کمتر است ($2 از $3) و به او پیشنهاد شد',
  ],
  [/^(.+) became free \((\d+) of (\d+)\) and is offered it$/, '$1 آزاد شد ($2 از $3) و به او پیشنهاد شد'],
  [/^(.+), the owner, is free \((\d+) of (\d+)\)$/, '$1، مسئول مشتری، آزاد است ($2 از $3)'],
  [/^(.+), who wrote last, is free \((\d+) of (\d+)\)$/, '$1 که آخرین بار نوشته بود آزاد است ($2 از $3)'],
  [/^(.+) has the least load \((\d+) of (\d+)\)$/, 'بار کاری $1 از همه کمتر است ($2 از $3)'],
  [/^(.+) became free \((\d+) of (\d+)\)$/, '$1 آزاد شد ($2 از $3)'],
  [/^it was the first in line$/i, 'نخستین در صف بود'],
  // who waits for whom
  [/^it waits for the owner (.+), who is full$/i, 'منتظر مسئول مشتری، $1، است که ظرفیتش پر است'],
  [/^it waits for (.+), who wrote last and is full$/i, 'منتظر $1 است که آخرین بار نوشته بود و ظرفیتش پر است'],
  [/^it waits in line: no team is set for this account$/i, 'در صف است: برای این حساب تیمی تعیین نشده است'],
  [/^it waits in line: nobody of (.+) is there$/i, 'در صف است: کسی از $1 حاضر نیست'],
  [
    /^it waits in line: everybody of (.+) who is there was asked already$/i,
    'در صف است: از همهٔ حاضران $1 پرسیده شده است',
  ],
  [
    /^it waits in line: everybody of (.+) who is there is full or was asked already$/i,
    'در صف است: ظرفیت حاضران $1 پر است یا از آن‌ها پرسیده شده است',
  ],
  [/^it waits in line: everybody of (.+) who is there is full$/i, 'در صف است: ظرفیت همهٔ حاضران $1 پر است'],
  // what somebody did
  [/^(.+) accepted it$/, '$1 آن را پذیرفت'],
  [/^(.+) took it$/, '$1 آن را برداشت'],
  [/^(.+) has it already$/, 'از پیش با $1 است'],
  [/^(.+) assigned it to (.+)$/, '$1 آن را به $2 سپرد'],
  [/^(.+) handed it to (.+)$/, '$1 آن را به تیم $2 داد'],
  [/^(.+) resolved it$/, '$1 آن را پایان داد'],
  [/^(.+) snoozed it$/, '$1 آن را به تعویق انداخت'],
  [/^(.+) reopened it for (.+)$/, '$1 آن را برای $2 بازگشود'],
  [/^(.+) reopened it$/, '$1 آن را بازگشود'],
  [/^(.+) woke it before its time$/, '$1 آن را پیش از موعد برگرداند'],
  [/^(.+) woke it$/, '$1 آن را برگرداند'],
  [/^(.+) answered and closed it$/, '$1 پاسخ داد و آن را پایان داد'],
  [/^(.+) answered$/, '$1 پاسخ داد'],
  [/^(.+) wrote$/, '$1 نوشت'],
  [/^(.+) split off another matter$/, '$1 موضوع دیگری را از آن جدا کرد'],
  [/^(.+) split it from another$/, '$1 آن را از گفت‌وگوی دیگری جدا کرد'],
  [/^(.+) joined another into it$/, '$1 گفت‌وگوی دیگری را به آن پیوست'],
  [/^(.+) joined it into another$/, '$1 آن را به گفت‌وگوی دیگری پیوست'],
  [/^(.+) undid a split$/, '$1 جدا شدنی را برگرداند'],
  [/^(.+) undid a join$/, '$1 پیوستنی را برگرداند'],
  // what happened by itself
  [/^its time came$/i, 'موعدش رسید'],
  [/^it is open and back with (.+)$/i, 'باز شد و به $1 برگشت'],
  [/^the customer wrote again$/i, 'مشتری دوباره نوشت'],
  [/^it keeps its place in line$/i, 'جایش در صف محفوظ است'],
  [/^it stays with (.+)$/i, 'نزد $1 می‌ماند'],
  [/^it waits on the customer$/i, 'اکنون منتظر مشتری است'],
  [/^a later message waits$/i, 'پیام تازه‌تری منتظر پاسخ است'],
  [/^a note was written$/i, 'یادداشتی نوشته شد'],
  [/^it stays resolved$/i, 'پایان‌یافته می‌ماند'],
  [/^nobody wrote for a long time, so it is resolved$/i, 'مدتی کسی چیزی ننوشت، پس پایان یافت'],
  // why something cannot be done
  [/^(.+) accepted it first$/, '$1 پیش از شما آن را برداشت'],
  [/^it is offered to (.+) just now$/i, 'هم‌اکنون به $1 پیشنهاد شده است'],
  [/^(.+) has it$/, 'با $1 است'],
  [/^only an agent can accept a conversation$/i, 'فقط کارشناس می‌تواند گفت‌وگو را بردارد'],
  [/^it is not yours to decline$/i, 'این گفت‌وگو با شما نیست که پسش بدهید'],
  [/^nobody waits for an answer$/i, 'کسی منتظر پاسخ نیست'],
  [/^nobody holds it$/i, 'با کسی نیست'],
  [/^it is resolved already$/i, 'از پیش پایان یافته است'],
  [/^it is resolved$/i, 'پایان یافته است'],
  [/^it is snoozed already$/i, 'از پیش به تعویق افتاده است'],
  [/^it is open already$/i, 'از پیش باز است'],
  [/^the time to snooze until is over$/i, 'این زمان گذشته است'],
  [/^there is no such agent$/i, 'چنین کارشناسی نیست'],
  [/^there is no such team$/i, 'چنین تیمی نیست'],
  [/^there is no such conversation( to join)?$/i, 'چنین گفت‌وگویی نیست'],
  [/^it was joined into another conversation$/i, 'به گفت‌وگوی دیگری پیوسته است'],
  [/^some of these are not in this conversation$/i, 'برخی از این‌ها در این گفت‌وگو نیست'],
  [/^that would be all there is in it$/i, 'این همهٔ گفت‌وگوست؛ چیزی را در آن بگذارید'],
  [/^one of these has only just come in$/i, 'یکی از این‌ها تازه رسیده است؛ کمی بعد دوباره بکوشید'],
  [/^a conversation cannot be joined with itself$/i, 'گفت‌وگو به خودش نمی‌پیوندد'],
  [/^the two are with different customers$/i, 'این دو گفت‌وگو با مشتریان متفاوت است'],
  [/^nothing of the kind was done to this conversation$/i, 'چنین کاری با این گفت‌وگو نشده است'],
  [/^it was undone already$/i, 'از پیش برگردانده شده است'],
  [/^a later split or join stands on it$/i, 'کار تازه‌تری بر آن استوار است؛ نخست آن را برگردانید'],
  [/^she has an open conversation there, number (\d+)$/i, 'مشتری آنجا گفت‌وگوی باز دیگری دارد، شمارهٔ $1'],
];

/** Who has no name of her own. */
const NAMES: Record<string, string> = {
  'somebody of the organisation': 'کسی از سازمان',
  'the organisation': 'سازمان',
  'the customer': 'مشتری',
  'the team': 'تیم',
};

const persian = (text: string) => text.replace(/\d/g, (one) => String.fromCharCode(0x06f0 + Number(one)));

function clause(said: string): string | null {
  for (const [pattern, words] of CLAUSES) {
    const found = pattern.exec(said);
    if (found) return words.replace(/\$(\d)/g, (_, place: string) => part(found[Number(place)] ?? ''));
  }
  return null;
}

/** A name is kept apart from the sentence around it (first strong isolate); a number gets Persian digits. */
function part(said: string): string {
  if (/^\d+$/.test(said)) return persian(said);
  return `\u2068${NAMES[said.toLowerCase()] ?? said}\u2069`;
}

export function told(sentence: string): string | null {
  const said = sentence.replace(/\.$/, '').split('; ').map(clause);
  return said.every((one) => one !== null) ? `${said.join('؛ ')}.` : null;
}
