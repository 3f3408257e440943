/** What a removed value was: opaque where neither the value nor its name says more. */
export type RedactionKind = 'private_key' | 'cloud_key' | 'token' | 'password' | 'opaque';

/** A value that was taken out of an item. */
export interface Redaction {
  /** Where it stood, as requestObject.spec.containers[0].env[1].value. */
  readonly path: string;
  readonly kind: RedactionKind;
  /** Bytes that were removed, as they were spelled in the item. */
  readonly size: number;
}
