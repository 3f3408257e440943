/** From the body of a request to what is handed to the step. */
import { JsonScanError } from '@auditstream/item/json-cursor';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { type Delivery } from '../../delivery.ts';
import { maxListItems, eventListSteps } from '../../domain/event-list.ts';
import { type Exported, sourceName, type WebhookSource } from '../../domain/sources.ts';
import { createTurns, inTurns, type Turns } from '../../turns.ts';
import { maxBodyBytes } from './http-body.ts';
import { Refusal } from './http-errors.ts';
import { createUnwrapExports, InflateError, type UnwrapExports } from '../unwrap-exports.ts';

/** What comes by a route, read as that route has it. */
export type ReadDelivery = (
  body: Buffer,
  source: WebhookSource,
  isLines: boolean,
) => Delivery | Promise<Delivery>;

/** @returns throws Refusal where the body is no list of events */
export function createListDelivery(turns: Turns = createTurns()): ReadDelivery {
  return async (body, source) => {
    const list = await inTurns(eventListSteps(body), turns);
    if (!list.ok) throw new Refusal('not-an-event-list', list.message);
    return { ...provenanceOf(source), way: 'webhook', items: list.items, oversized: [] };
  };
}

/** @returns reads exports; it tells what it passes over once for each source */
export function createExportDelivery(telemetry: Pick<Telemetry, 'count' | 'log'>): ReadDelivery {
  const known = new WeakMap<Exported, UnwrapExports>();
  const unwrapOf = (source: WebhookSource, exported: Exported): UnwrapExports => {
    const before = known.get(exported);
    if (before !== undefined) return before;
    const names = { ...exported, sourceName: sourceName(source) };
    const made = createUnwrapExports({ ...names, maxInflatedBytes: maxBodyBytes, telemetry });
    known.set(exported, made);
    return made;
  };
  return (body, source, isLines) => {
    const { exported } = source;
    if (exported === undefined) throw new Error('A source without exports came by their route.');
    const unwrap = unwrapOf(source, exported);
    const items = isLines ? unwrap.lines(linesOf(body, maxListItems)) : bodyItems(body, unwrap);
    const from = { ...provenanceOf(source), exporter: exported.format };
    return { ...from, way: 'export', items, oversized: [] };
  };
}

function provenanceOf(
  source: WebhookSource,
): Pick<Delivery, 'source' | 'sourceName' | 'cluster' | 'origin'> {
  const { cluster, origin } = source;
  return { source: 'kubernetes', sourceName: sourceName(source), cluster, origin };
}

function bodyItems(body: Buffer, unwrap: UnwrapExports): readonly Buffer[] {
  try {
    return unwrap.body(body);
  } catch (error) {
    if (error instanceof JsonScanError) {
      throw new Refusal('not-an-export', `The body is not JSON: ${error.message}.`);
    }
    if (error instanceof InflateError) throw new Refusal('not-an-export', error.message);
    throw error;
  }
}

const LINE_FEED = 0x0a;

/** Lines of white space only are none. @throws Refusal beyond `most` */
function linesOf(body: Buffer, most: number): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < body.length;) {
    const at = body.indexOf(LINE_FEED, start);
    const end = at === -1 ? body.length : at;
    const line = body.subarray(start, body[end - 1] === 0x0d && end > start ? end - 1 : end);
    if (line.some((byte) => byte > 0x20)) lines.push(line);
    if (lines.length > most) {
      const message = `The body has more than ${most} lines: send smaller ones.`;
      throw new Refusal('not-an-export', message);
    }
    start = end + 1;
  }
  return lines;
}
