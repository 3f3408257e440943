/** What a call's URI says: version, path, parameters. */

export interface Target {
  /** Without a query and without the version, percent-decoded. */
  readonly path: string;
  /** `1.41`; empty where the client asks for none. */
  readonly apiVersion: string;
  readonly query: URLSearchParams;
}

/** Of an absolute URI only what follows the host counts, as for the engine. */
export function targetOf(uri: string): Target {
  const mark = uri.indexOf('?');
  const whole = decoded((mark < 0 ? uri : uri.slice(0, mark)).replace(/^[a-z]+:\/\/[^/]*/i, ''));
  const match = /^\/v(\d[\d.]*)(\/.*)$/s.exec(whole);
  return {
    path: match?.[2] ?? whole,
    apiVersion: match?.[1] ?? '',
    query: new URLSearchParams(mark < 0 ? '' : uri.slice(mark + 1)),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
