/** Why a step of the plan gave nobody, in Persian (hub/routing: search, engine, commands); who was asked stands before it. */
import { known, type Lines } from './lines';
import { told } from './told';

const REASONS: Lines = [
  [/^none is set$/, 'تعیین نشده است'],
  [/^nobody wrote lately$/, 'به‌تازگی کسی ننوشته است'],
  [/^was asked already$/, 'پیش‌تر از او پرسیده شده است'],
  [/^did not become free in time$/, 'به‌موقع آزاد نشد'],
  [/^did not accept it in time$/, 'به‌موقع آن را نپذیرفت'],
  [/^was not reached$/, 'در دسترس نبود'],
  [/^did not answer in time$/, 'به‌موقع پاسخ نداد'],
  [/^is offline$/, 'متصل نیست'],
  [/^is away$/, 'دور از میز است'],
  [/^is full$/, 'ظرفیتش پر است'],
  [/^is gone$/, 'رفته است'],
  [/^is not there any more$/, 'دیگر نیست'],
  [/^declined it$/, 'آن را پس داد'],
  [/^had it and is full$/, 'گفت‌وگو با او بود و ظرفیتش پر است'],
  [/^had it and is not there$/, 'گفت‌وگو با او بود و اکنون نیست'],
];

export const passed = (reason: string): string | null =>
  known(REASONS, reason) ?? told(reason)?.replace(/\.$/, '') ?? null;
