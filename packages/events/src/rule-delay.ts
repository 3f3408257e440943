/**
 * Milliseconds after its append time from which a rule version counts. An event appended later than that
 * cannot be fetched before the version can be read, so every process judges it by the same versions.
 */
export const ruleDelayMs = 1_000;
