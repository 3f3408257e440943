/** Azure Monitor diagnostic settings: what arrives in an event hub and what is written to a storage account. */
import { type ScannedItem } from '@auditstream/item/json-scan';
import { objectMember, stringMember } from '../item-members.ts';
import { joined, skipped, unwrapped, type Unwrapped } from './export-format.ts';
import { bytesAt, elementsIn, objectIn, objectInText } from './json-values.ts';

/** Both may be switched on; `kube-audit-admin` is a part of the other, and the same event has the same id. */
const auditCategories: ReadonlySet<string> = new Set(['kube-audit', 'kube-audit-admin']);

/** A record, or an object that lists several under `records`. */
export function unwrapAzure(value: Buffer, exportedAs: string): Unwrapped {
  const item = objectIn(value);
  if (item === undefined) return unwrapped([value]);
  const records = bytesAt(item, 'records');
  if (records === undefined) return unwrapRecord(item, exportedAs);
  return joined(
    elementsIn(records).map((record) => {
      const one = objectIn(record);
      return one === undefined ? unwrapped([record]) : unwrapRecord(one, exportedAs);
    }),
  );
}

function unwrapRecord(record: ScannedItem, exportedAs: string): Unwrapped {
  const category = stringMember(record, 'category') ?? stringMember(record, 'Category');
  if (category === undefined || !auditCategories.has(category)) return skipped('not-audit', 1);
  const resource = stringMember(record, 'resourceId') ?? stringMember(record, 'ResourceId');
  if (!isCluster(resource, exportedAs)) return skipped('other-cluster', 1);
  const text = logOf(record);
  return unwrapped([text === undefined ? record.bytes : Buffer.from(text)]);
}

/** Azure writes resource ids in upper or lower case as it likes. */
function isCluster(resource: string | undefined, exportedAs: string): boolean {
  const id = resource?.toLowerCase();
  const name = exportedAs.toLowerCase();
  return id !== undefined && (id === name || id.endsWith(`/managedclusters/${name}`));
}

/** Some ways carry `properties` as text. */
function logOf(record: ScannedItem): string | undefined {
  const nested = stringMember(record, 'properties');
  const properties =
    nested === undefined ? objectMember(record, 'properties') : objectInText(Buffer.from(nested));
  return properties && stringMember(properties, 'log')?.trimEnd();
}
