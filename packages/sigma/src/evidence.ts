/** A field that made a rule match, and what it held. */
export interface MatchedField {
  /** As the rule spells it; for a keyword, where in the event it was found. */
  readonly field: string;
  /** The value as text; at most 256 UTF-16 units, ending in `…` where it was longer. */
  readonly value: string;
}

/** What a detection shows of why its rule matched. */
export interface MatchEvidence {
  /** In the order of the rule's condition, each pair once; at most 20. */
  readonly fields: readonly MatchedField[];
  /** How many further pairs there were. */
  readonly omitted: number;
}

const maxFields = 20;
const maxValueLength = 256;

/** Takes what matched, in order, and gives it back bounded. */
export interface EvidenceSink {
  readonly add: (field: string, value: string) => void;
  readonly take: () => MatchEvidence;
}

export function createEvidenceSink(): EvidenceSink {
  const fields = new Map<string, MatchedField>();
  const omitted = new Set<string>();
  return {
    add: (field, value) => {
      const key = JSON.stringify([field, value]);
      if (fields.has(key)) return;
      if (fields.size < maxFields) fields.set(key, { field, value: shorten(value) });
      else omitted.add(key);
    },
    take: () => ({ fields: [...fields.values()], omitted: omitted.size }),
  };
}

/** Never cuts a surrogate pair in two, so that what is left is still valid text. */
function shorten(value: string): string {
  if (value.length <= maxValueLength) return value;
  const end = maxValueLength - 1;
  const splitsPair = (value.codePointAt(end - 1) ?? 0) > 0xffff;
  return `${value.slice(0, splitsPair ? end - 1 : end)}…`;
}
