import type { Words } from '../words.svelte';

export const offers: Words['offers'] = {
  label: 'پیشنهاد به شما',
  offered: (name: string) => `${name} به شما پیشنهاد شد`,
  said: (name: string, key: string) => `${name} به شما پیشنهاد شد. برای پذیرفتن ${key} را بزنید.`,
  within: (seconds: string) => `تا ${seconds} ثانیهٔ دیگر`,
  waits: 'با برقراری ارتباط فرستاده می‌شود.',
  more: (_: number, shown: string) => `${shown} پیشنهاد دیگر هم هست.`,
  goneTo: (name: string, holder: string) => `${name} که به شما پیشنهاد شده بود اکنون با ${holder} است.`,
  why: 'به دو پیشنهاد پاسخ نداد',
  accept: 'پذیرفتن',
  decline: 'رد کردن',
  to: (name: string) => `پیشنهاد به ${name}`,
  toYou: 'پیشنهاد به شما',
  keys: { accept: 'پذیرفتن آنچه به شما پیشنهاد شده', decline: 'رد کردن آن' },
  youMissed: 'به دو پیشنهاد پاسخ ندادید؛ اکنون «دور از میز» هستید و چیزی به شما پیشنهاد نمی‌شود.',
  missed: (name: string) => `${name} به دو پیشنهاد پاسخ نداد و اکنون دور از میز است.`,
};
