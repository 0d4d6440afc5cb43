import { printable } from '../../core/text/printable';

/** Text from outside as HTML text or attribute value: no markup, no control or bidirectional characters. */
export const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);

/** "27 Nov 2026, 12:14 UTC+1" in the machine's time zone, or in one that is `offset` minutes east of Greenwich. */
export function dateWithZone(date: Date, offset: number = -date.getTimezoneOffset()): string {
  const local = new Date(date.getTime() + offset * 60_000);
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const zone = offset === 0 ? 'UTC' : `UTC${offset < 0 ? '−' : '+'}${hours}${minutes ? `:${two(minutes)}` : ''}`;
  return `${local.getUTCDate()} ${months[local.getUTCMonth()]} ${local.getUTCFullYear()}, ${two(local.getUTCHours())}:${two(local.getUTCMinutes())} ${zone}`;
}
