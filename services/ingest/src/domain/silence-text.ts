/** What is told of silences. docs/notices.md has the rule. */
import { type Notice } from './notice.ts';
import { type Silence } from './silences.ts';
import { durationText } from './silent-after.ts';

/** @param at epoch milliseconds */
export function silentNotice(silence: Silence, at: number): Notice {
  const { source, from, wasHeard } = silence;
  const { name, kind, silentAfter } = source;
  const limit = silentAfter === 'never' ? durationText(at - from) : durationText(silentAfter);
  const since = wasHeard ? '' : ', nor ever since ingest was started';
  return {
    ...aboutSource(silence),
    action: 'source-silent',
    message: `${name} ${silenceOf(kind)} for ${limit}${since}. ${adviceOf(kind)}`,
    details: { silentAfter: limit, heard: wasHeard ? 'before' : 'never' },
  };
}

/** @param at epoch milliseconds */
export function resumedNotice(silence: Silence, at: number): Notice {
  const { from, source } = silence;
  return {
    ...aboutSource(silence),
    action: 'source-resumed',
    to: at * 1_000,
    message: `${source.name} is there again after ${durationText(at - from)} of silence. Look whether what it did meanwhile has come.`,
  };
}

function aboutSource({ source, from }: Silence): Pick<Notice, 'cluster' | 'subject' | 'from'> {
  const { cluster, kind: type, name } = source;
  return { cluster, subject: { type, name }, from: from * 1_000 };
}

function silenceOf(kind: string): string {
  return kind === 'docker-engine' ? 'did not answer' : 'has sent no event';
}

function adviceOf(kind: string): string {
  return kind === 'docker-engine'
    ? 'Look whether the engine runs, and whether ingest may reach it.'
    : 'Look whether the API server runs, still audits, and reaches ingest; where so little is the rule, set silentAfter.';
}
