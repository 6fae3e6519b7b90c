import type { Words } from '../words.svelte';

export const search: Words['search'] = {
  title: 'جست‌وجو',
  label: 'جست‌وجو در مشتریان و پیام‌ها',
  placeholder: 'نام، شماره یا واژه‌هایی از پیام',
  begin: 'جست‌وجو در مشتریان و پیام‌ها',
  beginText:
    'دست‌کم دو حرف بنویسید. واژه‌ها از آغازشان پیدا می‌شوند و حروف و ارقام فارسی و عربی یکسان به شمار می‌آیند.',
  found: (customers, messages) => `مشتریان: ${customers} · پیام‌ها: ${messages}`,
  customers: 'مشتریان',
  messages: 'پیام‌ها',
  allCustomers: 'نمایش همهٔ آن‌ها',
  more: 'نمایش پیام‌های بیشتر',
  nothing: 'چیزی پیدا نشد',
  nothingText: 'واژه‌های کمتری بنویسید، یا تنها آغازشان را.',
  failed: 'جست‌وجو انجام نشد',
  note: 'یادداشت',
  elsewhere: 'در گفت‌وگوی تیمی دیگر: پروندهٔ مشتری باز می‌شود',
};
