/** Asks an engine for the configuration of the containers that it created. */
import {
  createdContainer,
  imageOf,
  inspectRecord,
  type NotInspected,
  notInspectedRecord,
} from '../../domain/docker-inspect.ts';
import { maxItemBytes } from '../../domain/rejection.ts';
import { type EngineClient } from './engine-client.ts';

export interface InspectorOptions {
  readonly client: EngineClient;
  readonly signal: AbortSignal;
  /** Takes a finished record; not called after an abort. */
  readonly onRecord: (record: Buffer, result: InspectResult, done: () => void) => void;
  /** Containers that wait at most. */
  readonly maxWaiting: number;
}

export type InspectResult = 'inspected' | NotInspected;

export interface Inspector {
  /** Never waits. `done` goes to onRecord with the record of this event. */
  offer(event: Buffer, done: () => void): void;
}

/** An engine answers an inspect within milliseconds; more at once would only slow it down. */
const atOnce = 4;

interface Task {
  readonly event: Buffer;
  readonly id: string;
  readonly done: () => void;
}

export function createInspector(options: InspectorOptions): Inspector {
  const { signal, onRecord, maxWaiting } = options;
  const waiting: Task[] = [];
  let running = 0;

  const run = async (task: Task): Promise<void> => {
    running += 1;
    const { record, result } = await inspect(task, options);
    running -= 1;
    if (signal.aborted) return;
    onRecord(record, result, task.done);
    next();
  };
  const next = (): void => {
    const task = running < atOnce ? waiting.shift() : undefined;
    if (task !== undefined) void run(task);
  };
  return {
    offer(event, done) {
      const id = createdContainer(event);
      if (id === undefined) done();
      else if (waiting.length >= maxWaiting) {
        onRecord(notInspectedRecord(event, 'queue-full'), 'queue-full', done);
      } else {
        waiting.push({ event, id, done });
        next();
      }
    },
  };
}

interface Inspected {
  readonly record: Buffer;
  readonly result: InspectResult;
}

async function inspect({ event, id }: Task, options: InspectorOptions): Promise<Inspected> {
  const not = (result: NotInspected): Inspected => ({
    record: notInspectedRecord(event, result),
    result,
  });
  try {
    const { status, body } = await ask(`/containers/${encodeURIComponent(id)}/json`, options);
    if (status === 404) return not('gone');
    if (status !== 200) return not('engine-error');
    if (body === undefined) return not('too-large');
    const record = inspectRecord(event, body, await imageAnswer(body, options));
    if (record === undefined) return not('engine-error');
    return record.length > maxItemBytes ? not('too-large') : { record, result: 'inspected' };
  } catch {
    return not('engine-error');
  }
}

/** The image may be gone although its container is there: then its digest is not known. */
async function imageAnswer(
  container: Buffer,
  options: InspectorOptions,
): Promise<Buffer | undefined> {
  const image = imageOf(container);
  if (image === undefined) return undefined;
  const answer = await ask(`/images/${encodeURIComponent(image)}/json`, options).catch(
    () => undefined,
  );
  return answer?.status === 200 ? answer.body : undefined;
}

function ask(path: string, { client, signal }: InspectorOptions): ReturnType<EngineClient['get']> {
  return client.get(path, { signal, maxBytes: maxItemBytes });
}
