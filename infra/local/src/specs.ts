import { type EngineName } from './artifacts.ts';
import { KAFKA } from './kafka.ts';
import { OPENSEARCH } from './opensearch.ts';
import { REGISTRY } from './registry.ts';
import { type EngineSpec } from './spec.ts';

export const SPECS: Readonly<Record<EngineName, EngineSpec>> = {
  kafka: KAFKA,
  registry: REGISTRY,
  opensearch: OPENSEARCH,
};
