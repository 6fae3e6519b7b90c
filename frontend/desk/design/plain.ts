/**
 * What somebody wrote, made safe to show: characters that steer the text around them (bidirectional overrides and
 * isolates, Unicode TR9) and those nobody sees become visible, so that no name can pose as another.
 * ZWNJ and ZWJ stay: Persian needs the first, emoji the second. So do the plain marks (LRM, RLM, ALM), which reach no
 * further than their neighbours, line ends and tabs.
 */
const STEERING =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

export function plain(text: string): string {
  return text.replace(STEERING, (one) => {
    const code = one.codePointAt(0) ?? 0;
    return code < 0x20
      ? String.fromCodePoint(0x2400 + code)
      : `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}
