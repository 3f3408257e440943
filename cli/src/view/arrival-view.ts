/** What `source add` says of what arrived, or did not. */
import { type Arrival, type Tally } from '../sources/arrival.ts';
import { type WaitState } from '../sources/wait-for-events.ts';
import { printable } from './printable.ts';
import { renderTable } from './table.ts';

export function arrivalText(cluster: string, arrival: Arrival): string {
  const { events, examined, lag, rejected, withBodies, secretBodies } = arrival;
  const newest = examined < events ? ` (the newest ${examined} were looked at)` : '';
  return [
    `${events} events of ${cluster} have arrived${newest}.`,
    lag === null
      ? ''
      : `They came ${seconds(lag.median)} after they happened, ${seconds(lag.most)} at most.`,
    `From ${names(arrival.addresses)}, by ${names(arrival.userAgents)}.`,
    '',
    renderTable(
      ['EVENTS', 'WHAT'],
      arrival.actions.map(({ what, count }) => [String(count), what]),
    ),
    '',
    withBodies === 0
      ? 'None has a body: rules that look into pods and roles find nothing. Is it our audit policy?'
      : `${withBodies} are recorded with their bodies, as rules need them.`,
    secretBodies === 0
      ? 'None has the body of a secret, as it should be.'
      : `${secretBodies} are recorded with the bodies of secrets, config maps or tokens: their values are ` +
        'taken out here, but the audit policy should not ask for them. Use the one that comes along.',
    rejected.length === 0
      ? 'None was rejected.'
      : `Rejected: ${names(rejected)}; 'error.message' in audit-dead-letters says why.`,
  ]
    .filter((line, at, lines) => line !== '' || lines[at - 1] !== '')
    .join('\n');
}

function names(tallies: readonly Tally[]): string {
  return tallies.map(({ what, count }) => `${printable(what)} (${count})`).join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** One line while nothing has come. */
export function waitingText(cluster: string, state: WaitState): string {
  const waited = `waiting for the first event of ${cluster}: ${Math.round(state.waitedMs / 1_000)} s`;
  return [waited, ...remarks(state)].join('; ');
}

function remarks({ ingestAnswers, reload, refusals }: WaitState): readonly string[] {
  if (!ingestAnswers) return ['ingest does not answer'];
  const taken = { awaited: [], taken: [], refused: ['ingest refuses the sources file'] }[reload];
  return [...taken, ...[...refusals].map(([reason, count]) => `${count} refused: ${reason}`)];
}

const hints: Readonly<Record<string, string>> = {
  unauthorized:
    'A sender showed no known credential: is webhook-kubeconfig.yaml the newest one, and does its address ' +
    'begin with https? An API server sends no token otherwise. Was it started again since?',
  'wrong-cluster': 'A sender named another cluster in its path than its credential belongs to.',
  'credentials-disagree': 'A sender showed a token and a certificate of different sources.',
  'not-found': 'A sender asked for another path: it has to be /v1/kubernetes/CLUSTER/audit.',
  'not-an-event-list': 'A sender sent something else than a list of audit events.',
  'body-too-large': 'A batch was too large: set --audit-webhook-truncate-max-batch-size.',
  busy: 'The memory for deliveries was in use: the sender comes again.',
  unavailable: 'Neither Kafka nor the spool took it: see /readyz of ingest.',
};

const nobodyCame: readonly string[] = [
  'Nobody was refused, so the API server has not come, or its TLS handshake failed:',
  '  - did it start with the flags, and does it reach the address from its machine?',
  "  - does the kubeconfig hold what has signed ingest's certificate?",
  '  - apiserver_audit_error_total{plugin="webhook"} on its /metrics counts what it could not send,',
  '    and its own log says why.',
];

/** What to look at where nothing came. */
export function nothingText(cluster: string, state: WaitState): string {
  const { ingestAnswers, reload, refusals } = state;
  const head = `No event of ${cluster} has arrived in ${Math.round(state.waitedMs / 1_000)} s.`;
  if (!ingestAnswers) {
    return `${head}\nIngest does not answer: 'npx auditstream status' says what runs, 'up' starts it.`;
  }
  const known = {
    awaited: ['Ingest has not taken a changed sources file: does it read this one?'],
    taken: [],
    refused: ['Ingest refuses the sources file: its log has line and column.'],
  }[reload];
  const reasons = [...refusals].map(
    ([reason, count]) => `${reason} (${count}): ${hints[reason] ?? 'see docs/ingest.md.'}`,
  );
  return [head, ...known, ...(reasons.length === 0 ? nobodyCame : reasons)].join('\n');
}
