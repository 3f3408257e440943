/** The bytes of a notice, as an item that ingest judges like any other. docs/notices.md is the contract. */
import { type Notice } from './notice.ts';

/** Characters, and the number of details. */
const limits = {
  message: 4_096,
  name: 1_024,
  detailName: 128,
  detail: 1_024,
  details: 32,
} as const;

/** @param micros when it is told, microseconds since 1970: its event time */
export function noticeItem(notice: Notice, micros: number): Buffer {
  const { action, subject, from, to, message, details } = notice;
  return Buffer.from(
    JSON.stringify({
      action,
      time: timeText(micros),
      subject: { type: clip(subject.type, limits.name), name: clip(subject.name, limits.name) },
      ...(from === undefined ? {} : { from: timeText(from) }),
      ...(to === undefined ? {} : { to: timeText(to) }),
      message: clip(message, limits.message),
      ...(details === undefined ? {} : { details: clipDetails(details) }),
    }),
  );
}

/** RFC 3339 in UTC, to the microsecond. */
function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}.${fraction}Z`;
}

function clipDetails(details: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(details).slice(0, limits.details);
  return Object.fromEntries(
    entries.map(([name, text]) => [clip(name, limits.detailName), clip(text, limits.detail)]),
  );
}

/** A surrogate pair is not cut in two: half of one is no UTF-8. */
function clip(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const isPairCut = /[\uD800-\uDBFF]/.test(text.charAt(characters - 2));
  return `${text.slice(0, characters - (isPairCut ? 2 : 1))}…`;
}
