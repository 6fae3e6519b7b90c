/** What a browser can do about Web Push, and the key in the form it wants. */

export type Standing = 'asking' | 'missing' | 'insecure' | 'denied' | 'off' | 'no' | 'yes';

interface Able {
  isSecureContext: boolean;
  navigator: object;
  Notification?: { permission: NotificationPermission };
}

/** What stands against it in this browser, if anything. */
export function standingOf(window: Able): 'missing' | 'insecure' | 'denied' | null {
  if (!window.isSecureContext) return 'insecure';
  if (!('serviceWorker' in window.navigator && 'PushManager' in window && window.Notification))
    return 'missing';
  return window.Notification.permission === 'denied' ? 'denied' : null;
}

/** base64url (RFC 4648, 5) without padding. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (one) => one.charCodeAt(0));
}
