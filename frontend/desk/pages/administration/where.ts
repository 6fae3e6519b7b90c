/** Which field of a form a problem names: `$.teams[0]` is `teams`. Null: none of them. */
export function fieldOf<F extends string>(where: string | null, fields: readonly F[]): F | null {
  const name = /^\$\.(\w+)/.exec(where ?? '')?.[1];
  return fields.find((field) => field === name) ?? null;
}
