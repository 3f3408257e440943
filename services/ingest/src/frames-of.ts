/** Where an error was thrown: its message is left out, since it may have a part of an event in it. */
export function framesOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [error.name, ...frames.slice(0, maxFrames)].join('\n');
}

const maxFrames = 8;
