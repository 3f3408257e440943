/**
 * Holds the promise that 99 of 100 answers of the webhook take less than a second at 12,000 events a second
 * over 8 connections, and prints what it saw. docs/testing.md says how to read it.
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bodies, createBodies } from './bodies.ts';
import { bareProducer } from './ceiling.ts';
import { engineAddresses, engineHandles } from '../support/engines.ts';
import { tokenOf } from '../support/webhook-source.ts';
import { quantile, spreadOf, spreadText } from './figures.ts';
import { type IngestProcess, startIngest } from './ingest-process.ts';
import { type LoadResult, sendPaced } from './paced-load.ts';

const eventsPerSecond = 12_000;
const batchSize = 400;
const connections = 8;
const p99LimitMs = 1_000;
/** Below this share of the pace, the load was another than promised for. */
const leastPace = 0.98;
/** Where kafkajs alone does less than this many times the pace, nothing that uses it could keep it. */
const leastCeiling = 1.5;
const cluster = 'bench';
const seconds = numberFrom('AUDITSTREAM_BENCH_SECONDS', 20);
const runs = numberFrom('AUDITSTREAM_BENCH_RUNS', 5);

interface Run {
  readonly pace: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Seconds of CPU in a second. */
  readonly cpu: number;
  readonly others: number;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const load = (): string => loadavg()[0]?.toFixed(1) ?? '?';

const ingest = await startIngest(cluster);
try {
  process.exitCode = await measure(ingest);
} finally {
  await ingest.stop();
}

async function measure(target: IngestProcess): Promise<0 | 1 | 2> {
  const bodies = createBodies(64, batchSize);
  describe(bodies);
  await once(target, bodies, { seconds: 5, batchesPerSecond: 10 });
  const ceilings: number[] = [];
  const most: number[] = [];
  const paced: Run[] = [];
  for (let run = 1; run <= runs; run += 1) {
    ceilings.push(await ceiling(bodies));
    most.push((await once(target, bodies, { seconds: 5, batchesPerSecond: Infinity })).pace);
    const result = await once(target, bodies, pacedFor(seconds));
    paced.push(result);
    say(`run ${run}: ${textOf(result)}; load average ${load()}`);
  }
  say('');
  tell('kafkajs alone, events/s', ceilings);
  tell('ingest, as many as it answers, events/s', most);
  tell(
    '  of what kafkajs alone does',
    most.map((rate, at) => rate / (ceilings[at] ?? 1)),
    2,
  );
  tell(
    'paced, events/s',
    paced.map(({ pace }) => pace),
  );
  tell(
    'answer p50, ms',
    paced.map(({ p50 }) => p50),
  );
  tell(
    'answer p99, ms',
    paced.map(({ p99 }) => p99),
  );
  tell(
    'answer max, ms',
    paced.map(({ max }) => max),
  );
  tell(
    "ingest's CPU, of one core",
    paced.map(({ cpu }) => cpu),
    2,
  );
  const away = await whileKafkaIsAway(target, bodies);
  return verdict(paced, away, spreadOf(ceilings).median);
}

/** Kafka is killed after a third of the time, and started again after two thirds. */
async function whileKafkaIsAway(target: IngestProcess, bodies: Bodies): Promise<Run> {
  const kafka = (await engineHandles()).engines.kafka;
  if (kafka === undefined) throw new Error('Kafka does not run.');
  const third = (seconds * 1_000) / 3;
  const outage = async (): Promise<void> => {
    await delay(third);
    await kafka.kill('SIGKILL');
    await delay(third);
    await kafka.restart();
  };
  const [result] = await Promise.all([once(target, bodies, pacedFor(seconds)), outage()]);
  const spooled = await target.metric('auditstream_ingest_spooled_records_total');
  say('');
  say(`Kafka killed and restarted: ${textOf(result)}; ${spooled} events by the spool`);
  const begun = Date.now();
  while ((await target.metric('auditstream_ingest_spool_records')) > 0) await delay(250);
  say(`the spool was empty ${((Date.now() - begun) / 1_000).toFixed(1)} s after the last answer`);
  return result;
}

function verdict(paced: readonly Run[], away: Run, ceilingRate: number): 0 | 1 | 2 {
  say('');
  const judged = [...paced, away];
  const holds = judged.every(({ p99, others, pace }) => {
    return p99 < p99LimitMs && others === 0 && pace >= eventsPerSecond * leastPace;
  });
  if (holds) {
    say('The promise holds, in every run.');
    return 0;
  }
  if (ceilingRate < eventsPerSecond * leastCeiling) {
    say(
      'Nothing can be said: this machine, or what else runs on it, is too slow for kafkajs alone.',
    );
    return 2;
  }
  say('The promise does not hold.');
  return 1;
}

function pacedFor(duration: number): Pace {
  return { seconds: duration, batchesPerSecond: eventsPerSecond / batchSize };
}

interface Pace {
  readonly seconds: number;
  readonly batchesPerSecond: number;
}

async function once(target: IngestProcess, bodies: Bodies, pace: Pace): Promise<Run> {
  const cpuBefore = await target.metric('process_cpu_seconds_total');
  const result = await sendPaced({
    ...{ url: target.url, token: tokenOf(cluster), bodies, connections },
    ...pace,
  });
  const cpuSeconds = (await target.metric('process_cpu_seconds_total')) - cpuBefore;
  return runOf(result, cpuSeconds);
}

function runOf({ answerMs, statuses, seconds: took }: LoadResult, cpuSeconds: number): Run {
  const others = [...statuses].reduce((sum, [status, n]) => (status === 200 ? sum : sum + n), 0);
  return {
    pace: (answerMs.length * batchSize) / took,
    p50: quantile(answerMs, 0.5),
    p99: quantile(answerMs, 0.99),
    max: quantile(answerMs, 1),
    cpu: cpuSeconds / took,
    others,
  };
}

async function ceiling({ items }: Bodies): Promise<number> {
  const { brokers } = engineAddresses();
  return bareProducer({ brokers, topic: 'audit.ingested', items, seconds: 5 });
}

function describe(bodies: Bodies): void {
  const model = cpus()[0]?.model ?? 'unknown';
  const memory = Math.round(totalmem() / 2 ** 30);
  say(
    `${cpus().length} cores (${model}), ${memory} GiB, Node ${process.version}; load average ${load()}`,
  );
  say(
    `${runs} runs of ${seconds} s: ${eventsPerSecond} events/s over ${connections} connections in batches ` +
      `of ${batchSize} (${Math.round(bodies.meanBytes / 1_000)} kB); sender, ingest, Kafka, registry and ` +
      'OpenSearch on this machine',
  );
  say('');
}

function textOf({ pace, p50, p99, max, cpu, others }: Run): string {
  const times = `p50 ${p50.toFixed(0)}, p99 ${p99.toFixed(0)}, max ${max.toFixed(0)} ms`;
  return `${pace.toFixed(0)} events/s, ${times}, CPU ${cpu.toFixed(2)}, ${others} answers other than 200`;
}

function tell(what: string, values: readonly number[], digits = 0): void {
  say(`${what.padEnd(42)} ${spreadText(spreadOf(values), digits)}`);
}

function numberFrom(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name} has to be a number above 0.`);
}
