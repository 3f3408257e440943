/** The part of Avro's schema language (Avro 1.11 specification, "Schema Declaration") that `schemas/` uses. */
export type AvroSchema = string | AvroUnion | AvroRecord | AvroEnum | AvroContainer;

export type AvroUnion = readonly AvroSchema[];

export interface AvroRecord {
  readonly type: 'record';
  readonly name: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly fields: readonly AvroField[];
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly doc?: string;
  readonly default?: unknown;
}

export interface AvroEnum {
  readonly type: 'enum';
  readonly name: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly symbols: readonly string[];
}

export type AvroContainer =
  | { readonly type: 'array'; readonly items: AvroSchema }
  | { readonly type: 'map'; readonly values: AvroSchema }
  | { readonly type: 'long' | 'int'; readonly logicalType: string };

export type NamedSchema = AvroRecord | AvroEnum;

export function isUnion(schema: AvroSchema): schema is AvroUnion {
  return Array.isArray(schema);
}

export function fullName(schema: NamedSchema): string {
  return schema.namespace === undefined ? schema.name : `${schema.namespace}.${schema.name}`;
}
