/** Calls whose response has not come. */
import { type Described } from './call.ts';

export interface OpenCall extends Described {
  readonly key: string;
  /** The journal's segment that has its request, or an earlier one. `members` are empty once it has been told of. */
  readonly segment: number;
}

export interface OpenCalls {
  /** @returns calls that have to be told of now, since more would be held than is allowed */
  add(call: OpenCall): readonly OpenCall[];
  /**
   * The call that a response belongs to. Of several equal ones it is the last: an older one may be of an
   * engine that ended, and what is told of equal calls differs in their times only.
   */
  take(key: string): OpenCall | undefined;
  /** Calls that came before this time and have not been told of; from now on they count as told. */
  due(before: bigint): readonly OpenCall[];
  /** Takes a call for one that has been told of. */
  markTold(callId: string): void;
  /** The oldest segment that has the request of a call that was not told of; Infinity without one. */
  oldestSegment(): number;
  readonly count: number;
}

export interface OpenLimits {
  readonly calls: number;
  /** Of all calls that were not told of. */
  readonly bytes: number;
}

export function createOpenCalls(limits: OpenLimits): OpenCalls {
  /** By callId, in the order of arrival. */
  const untold = new Map<string, OpenCall>();
  const told = new Map<string, OpenCall>();
  const byKey = new Map<string, OpenCall[]>();
  let bytes = 0;

  const forget = (call: OpenCall): void => {
    const left = (byKey.get(call.key) ?? []).filter(({ callId }) => callId !== call.callId);
    if (left.length === 0) byKey.delete(call.key);
    else byKey.set(call.key, left);
    if (untold.delete(call.callId)) bytes -= call.members.length;
    told.delete(call.callId);
  };
  const markTold = (callId: string): void => {
    const call = untold.get(callId);
    if (call === undefined) return;
    untold.delete(callId);
    bytes -= call.members.length;
    // What a call says comes again with its response.
    const lighter = { ...call, members: Buffer.alloc(0) };
    told.set(callId, lighter);
    byKey.set(
      call.key,
      (byKey.get(call.key) ?? []).map((held) => (held === call ? lighter : held)),
    );
    for (const oldest of told.values()) {
      if (told.size <= limits.calls) break;
      forget(oldest);
    }
  };
  const tell = (calls: readonly OpenCall[]): readonly OpenCall[] => {
    for (const { callId } of calls) markTold(callId);
    return calls;
  };
  return {
    add(call) {
      untold.set(call.callId, call);
      byKey.set(call.key, [...(byKey.get(call.key) ?? []), call]);
      bytes += call.members.length;
      const surplus: OpenCall[] = [];
      for (const oldest of untold.values()) {
        if (untold.size <= limits.calls && bytes <= limits.bytes) break;
        surplus.push(...tell([oldest]));
      }
      return surplus;
    },
    take(key) {
      const call = byKey.get(key)?.at(-1);
      if (call !== undefined) forget(call);
      return call;
    },
    due: (before) => tell([...untold.values()].filter(({ nanos }) => nanos < before)),
    markTold,
    oldestSegment: () => Math.min(...[...untold.values()].map(({ segment }) => segment), Infinity),
    get count() {
      return untold.size + told.size;
    },
  };
}
