/** Signing in. */
export const signing = {
  title: 'Sign in',
  lead: 'Every conversation of your customers, in one place.',
  name: 'Name',
  password: 'Password',
  showPassword: 'Show the password',
  hidePassword: 'Hide the password',
  code: 'Code of your authenticator',
  codeHelp: 'Six digits from the app on your phone.',
  submit: 'Sign in',
  submitting: 'Signing in…',
  wrong: 'The name or the password is wrong.',
  wrongCode: 'This code is wrong or was used already. Wait for the next one.',
  tooMany: (seconds: string) => `Too many tries. Try again in ${seconds}.`,
  ended: 'You were signed out. Sign in again; what you wrote is still here.',
  forgotten: 'Forgotten your password? An administrator can give you a new one.',
};
