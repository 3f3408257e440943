/** Where the engines of a pipeline are reached. */
export interface EngineAddresses {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly openSearchUrl: string;
}

export type EngineChoice = 'local' | 'docker' | 'external';
