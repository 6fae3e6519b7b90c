/** Settings of an account as a person fills them in, and as the hub keeps them: texts by name. */
import type { AdapterKind, AdapterSetting } from '../../../hub/shapes/administration';

export type Texts = Record<string, string>;

/** Holds every setting that the form has no field for. */
export const OTHERS = '';

/** What stands in each field; a table is a line for each of its settings, `key = value`. */
export function filled(kind: AdapterKind, settings: Texts): Texts {
  const left = new Map(Object.entries(settings));
  const take = (name: string) => {
    const value = left.get(name) ?? '';
    left.delete(name);
    return value;
  };
  const table = (prefix: string) =>
    [...left.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => `${name.slice(prefix.length)} = ${take(name)}`)
      .join('\n');
  const single = kind.settings.filter((one) => one.type !== 'table');
  const several = kind.settings.filter((one) => one.type === 'table');
  return {
    ...Object.fromEntries(single.map((one) => [one.name, take(one.name)])),
    ...Object.fromEntries(several.map((one) => [one.name, table(`${one.name}.`)])),
    [OTHERS]: table(''),
  };
}

/** The settings that these fields are; what is empty is not set. */
export function settingsOf(kind: AdapterKind, values: Texts): Texts {
  const settings: Texts = {};
  for (const one of kind.settings) {
    const given = values[one.name] ?? '';
    if (one.type === 'table') for (const [key, value] of lines(given)) settings[`${one.name}.${key}`] = value;
    else if (given.trim()) settings[one.name] = given.trim();
  }
  for (const [key, value] of lines(values[OTHERS] ?? '')) settings[key] = value;
  return settings;
}

/** Those that must be filled in and are not. */
export function missing(kind: AdapterKind, values: Texts): AdapterSetting[] {
  return kind.settings.filter((one) => one.required && !(values[one.name] ?? '').trim());
}

/** A line of a table that is none, or null. */
export function badLine(text: string): string | null {
  return text.split('\n').find((line) => line.trim() && !/^\s*[^=\s][^=]*=/.test(line)) ?? null;
}

function lines(text: string): [string, string][] {
  return text.split('\n').flatMap((line) => {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
    return key?.trim() ? [[key.trim(), (value ?? '').trim()] as [string, string]] : [];
  });
}
