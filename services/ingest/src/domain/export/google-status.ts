/** Codes of google.rpc.Code as HTTP statuses (google/rpc/code.proto, "HTTP Mapping"). */
const statuses: readonly number[] = [
  200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
];

/** @param code 0 to 16; anything else is unknown, which is 500 as well */
export function httpStatus(code: number): number {
  return statuses[code] ?? 500;
}
