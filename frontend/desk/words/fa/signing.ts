import type { Words } from '../words.svelte';

export const signing: Words['signing'] = {
  title: 'ورود',
  lead: 'همهٔ گفت‌وگوهای مشتریان شما، در یک جا.',
  name: 'نام',
  password: 'گذرواژه',
  showPassword: 'نمایش گذرواژه',
  hidePassword: 'پنهان کردن گذرواژه',
  code: 'رمز یک‌بارمصرف',
  codeHelp: 'شش رقم از برنامهٔ روی تلفن شما.',
  submit: 'ورود',
  submitting: 'در حال ورود…',
  wrong: 'نام یا گذرواژه نادرست است.',
  wrongCode: 'این رمز نادرست است یا پیش‌تر به کار رفته. منتظر رمز بعدی بمانید.',
  tooMany: (seconds: string) => `تلاش‌های زیاد. ${seconds} دیگر دوباره بیازمایید.`,
  ended: 'از سامانه خارج شده‌اید. دوباره وارد شوید؛ آنچه نوشته بودید سر جایش است.',
  forgotten: 'گذرواژه را فراموش کرده‌اید؟ مدیر سامانه می‌تواند گذرواژهٔ تازه بدهد.',
};
