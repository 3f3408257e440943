/** The step of the plugin: what the engine tells becomes lines of the journal. */
import { type Telemetry } from '@auditstream/runtime/telemetry';
import { routeOf } from './domain/actions.ts';
import { callLine, type Describe, describeCall, openLine, requestLine } from './domain/call.ts';
import { type Gap, gapFields, gapLine, gapOf, mergedGap } from './domain/gap.ts';
import {
  MessageError,
  readRequest,
  readResponse,
  type RequestMessage,
  type ResponseMessage,
} from './domain/message.ts';
import { type OpenCall, type OpenCalls } from './domain/open-calls.ts';
import { targetOf } from './domain/target.ts';
import { type Journal } from './journal-port.ts';

export interface RecorderPorts {
  readonly journal: Journal;
  readonly open: OpenCalls;
  /** Calls of before the start for which `open` has no room. */
  readonly surplus: readonly OpenCall[];
  /** Nanoseconds since 1970; never the same twice. */
  readonly now: () => bigint;
  readonly describe: Describe;
  readonly reads: 'drop' | 'keep';
  readonly openNanos: bigint;
  readonly telemetry: Pick<Telemetry, 'count' | 'set' | 'log'>;
}

/** What is told the engine of a call, which it allows in any case. */
export type Verdict = 'recorded' | 'passed-over' | 'not-recorded';

export interface Recorder {
  /** Takes the body of AuthZReq. Never rejects. */
  readonly request: (bytes: Buffer) => Promise<Verdict>;
  /** Takes the body of AuthZRes. Never rejects. */
  readonly response: (bytes: Buffer) => Promise<Verdict>;
  /** Notes a call that was not looked at. */
  lose(): void;
  /** Writes the events of calls that have been open for too long, and what is lost. Never rejects. */
  catchUp(): Promise<void>;
}

/** docs/docker-authz.md is the contract. */
export function createRecorder(ports: RecorderPorts): Recorder {
  let lost: Gap | undefined;
  let surplus = ports.surplus;
  const writeEvent = async (line: Buffer, nanos: bigint): Promise<Verdict> => {
    try {
      await ports.journal.append(line);
      return 'recorded';
    } catch (error) {
      lost = mergedGap(lost, gapOf('unwritten', nanos));
      ports.telemetry.count('authz_lost_events_total', { reason: 'unwritten' });
      ports.telemetry.log.error({ error }, 'An API call is not on record.');
      return 'not-recorded';
    }
  };
  const tell = async (calls: readonly OpenCall[]): Promise<void> => {
    await Promise.all(calls.map(({ members, nanos }) => writeEvent(openLine(members), nanos)));
  };
  return {
    request: (bytes) =>
      watched('request', () => takeRequest(readRequest(bytes), tell, ports), ports),
    response: (bytes) =>
      watched('response', () => takeResponse(readResponse(bytes), writeEvent, ports), ports),
    lose() {
      lost = mergedGap(lost, gapOf('unwritten', ports.now()));
      ports.telemetry.count('authz_lost_events_total', { reason: 'unwritten' });
    },
    async catchUp() {
      const late = [...surplus, ...ports.open.due(ports.now() - ports.openNanos)];
      surplus = [];
      await tell(late);
      ports.telemetry.set('authz_open_calls', {}, ports.open.count);
      const gap = lost;
      lost = undefined;
      if (gap !== undefined && !(await toldOf(gap, ports))) lost = mergedGap(lost, gap);
    },
  };
}

/** @returns whether the gap is on record */
async function toldOf(gap: Gap, { journal, telemetry }: RecorderPorts): Promise<boolean> {
  try {
    await journal.append(gapLine(gap));
  } catch {
    return false;
  }
  telemetry.log.error(gapFields(gap), 'API calls are missing in the journal, which says so.');
  return true;
}

type Phase = 'request' | 'response';

/** Whatever goes wrong, the engine must go on. */
async function watched(
  phase: Phase,
  take: () => Promise<Verdict>,
  { telemetry }: RecorderPorts,
): Promise<Verdict> {
  const verdict = await Promise.resolve()
    .then(take)
    .catch((error: unknown) => {
      const code = error instanceof MessageError ? error.code : 'internal';
      telemetry.log.error(
        { phase, code, error },
        'What the engine told of a call is not on record.',
      );
      return 'not-recorded' as const;
    });
  telemetry.count('authz_messages_total', { phase, verdict });
  return verdict;
}

async function takeRequest(
  message: RequestMessage,
  tell: (calls: readonly OpenCall[]) => Promise<void>,
  ports: RecorderPorts,
): Promise<Verdict> {
  if (isPassedOver(message, ports)) return 'passed-over';
  const { journal, open, telemetry } = ports;
  const described = describeCall(message, ports.now(), ports.describe);
  // Known before it is written: its response may come earlier, where a disk hangs.
  const surplus = open.add({ ...described, key: message.key, segment: journal.segment() });
  try {
    await Promise.all([journal.append(requestLine(message.key, described)), tell(surplus)]);
    return 'recorded';
  } catch (error) {
    // Its event may still be: the response repeats all of it.
    telemetry.log.warn({ error }, 'A request is not on record before its response.');
    return 'not-recorded';
  }
}

async function takeResponse(
  response: ResponseMessage,
  writeEvent: (line: Buffer, nanos: bigint) => Promise<Verdict>,
  ports: RecorderPorts,
): Promise<Verdict> {
  if (isPassedOver(response, ports)) return 'passed-over';
  const nanos = ports.now();
  const call = ports.open.take(response.key);
  const isWhole = call !== undefined && call.members.length > 0;
  const described = isWhole ? call : describeCall(response, call?.nanos ?? nanos, ports.describe);
  const line = callLine({ response, described, nanos, paired: call !== undefined });
  return writeEvent(line, nanos);
}

function isPassedOver({ method, uri }: RequestMessage, { reads }: RecorderPorts): boolean {
  return reads === 'drop' && routeOf(method, targetOf(uri).path).action.manner === 'look';
}
