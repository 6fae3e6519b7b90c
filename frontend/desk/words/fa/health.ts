import type { Words } from '../words.svelte';
import { found } from './found';

export const health: Words['health'] = {
  title: 'سلامت سامانه',
  lead: 'آنچه فرمان «hub doctor» می‌بیند، از دید همین فرایندی که این صفحه را می‌دهد.',
  look: 'دوباره ببین',
  looking: 'همهٔ اتصال‌ها آزموده می‌شوند…',
  at: (when) => `دیده‌شده ${when}`,
  version: (version) => `پیوند ${version}`,
  states: { ok: 'خوب', warning: 'جای نگاه', failed: 'کار نمی‌کند' },
  verdicts: {
    ok: 'همه‌چیز خوب است',
    warning: 'کار می‌کند؛ چیزی جای نگاه دارد',
    failed: 'چیزی کار نمی‌کند',
  },
  failures: (_, said) => `${said} مورد کار نمی‌کند`,
  warnings: (_, said) => `${said} مورد جای نگاه دارد`,
  checks: {
    database: 'پایگاه داده',
    broker: 'کارگزار پیام',
    redis: 'Redis',
    work: 'کارها',
    providers: 'ارائه‌دهندگان',
    people: 'افراد',
    data_folder: 'پوشهٔ داده',
    restores: 'بازیابی‌ها',
    web: 'همین فرایند',
  },
  nothing: 'چیزی برای گفتن نیست.',
  mend: 'چه باید کرد',
  links: {
    work: { to: '/administration/dead-events', label: 'به رویدادهای مرده' },
    providers: { to: '/administration/accounts', label: 'به حساب‌ها' },
    people: { to: '/administration/agents', label: 'به کارشناسان' },
  },
  told: found,
};
