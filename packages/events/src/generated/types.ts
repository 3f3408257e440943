// Generated from schemas/ by `npm run generate`. Do not edit.

/** Who acted, as the source names them. */
export interface Actor {
  /** User name; 'unknown' where the source has none. */
  readonly name: string;
  /** The source's own id of the user (a UID). */
  readonly id: null | string;
  /** Groups that the user acted with. */
  readonly groups: readonly string[];
}

/** An audit event with who, what, where and outcome in the field's common terms. */
export interface AuditEvent {
  /** event.id, as in AuditRecord. */
  readonly id: string;
  /** request.id, as in AuditRecord. */
  readonly requestId: string;
  /** Kind of system. */
  readonly source: Source;
  /** Cluster or engine. */
  readonly cluster: string;
  /** Live or replayed. */
  readonly origin: Origin;
  /** Webhook, log file or engine socket. */
  readonly delivery: Delivery;
  /** Managed service that exported the event: eks, gke or aks; null for one that came by itself. */
  readonly exporter: null | string;
  /** Event time. */
  readonly time: number;
  /** Ingest's clock when the event arrived. */
  readonly receivedAt: number;
  /** The broker's clock when the record was appended to audit.ingested. */
  readonly appendedAt: number;
  /** Partition of audit.ingested that holds the record. */
  readonly partition: number;
  /** Offset of the record in that partition. */
  readonly offset: number;
  /** The real actor: who authenticated. */
  readonly actor: Actor;
  /** Whom the actor impersonated; null without impersonation. */
  readonly effectiveActor: null | Actor;
  /** Kubernetes verb or Docker action. */
  readonly action: string;
  /** The object; null for requests about none (/version). */
  readonly object: null | ObjectReference;
  /** Success, failure or unknown. */
  readonly outcome: Outcome;
  /** Why: the authorizer's reason, else the response's message. */
  readonly reason: null | string;
  /** HTTP status of the response, or exit code of the process. */
  readonly statusCode: null | number;
  /** The address nearest to the server: the only one that a client cannot forge. */
  readonly sourceAddress: null | string;
  /** All addresses as the source lists them. */
  readonly sourceAddresses: readonly string[];
  /** User agent as the client sent it. */
  readonly userAgent: null | string;
  /** Container images named by the event. */
  readonly images: readonly string[];
  /** Set for Kubernetes events. */
  readonly kubernetes: null | KubernetesDetails;
  /** Set for Docker events. */
  readonly docker: null | DockerDetails;
  /** Set for notices of Auditstream itself. */
  readonly notice: null | NoticeDetails;
  /** What was taken out of the event, in the order of its bytes; at most 256. */
  readonly redactions: readonly Redaction[];
  /** How many values were taken out. */
  readonly redacted: number;
  /** Bytes of bodies that were replaced by their size, because the event was larger than 8 MiB; 0 where it is whole. */
  readonly truncatedBytes: number;
  /** The event's own bytes, as in AuditRecord. */
  readonly body: Buffer;
}

/** An audit event as ingest accepted it: its identity and its exact bytes. */
export interface AuditRecord {
  /** event.id: base32hex of the event time (64-bit microseconds) and 128 bits of SHA-256 over cluster and content. Two deliveries of one event have one id. */
  readonly id: string;
  /** request.id: equal in all stages of one request; the event's own id where the source has no requests. */
  readonly requestId: string;
  /** Kind of system. */
  readonly source: Source;
  /** Cluster or engine, as the credential or the configuration names it. */
  readonly cluster: string;
  /** Live or replayed. */
  readonly origin: Origin;
  /** Webhook, log file or engine socket. */
  readonly delivery: Delivery;
  /** Managed service that exported the event: eks, gke or aks; null for one that came by itself. */
  readonly exporter: null | string;
  /** Event time: stageTimestamp, or timeNano cut to microseconds. */
  readonly time: number;
  /** Ingest's clock when the event arrived. */
  readonly receivedAt: number;
  /** What was taken out of the event, in the order of its bytes; at most 256. */
  readonly redactions: readonly Redaction[];
  /** How many values were taken out. */
  readonly redacted: number;
  /** Bytes of bodies that were replaced by their size, because the event was larger than 8 MiB; 0 where it is whole. */
  readonly truncatedBytes: number;
  /** The event's own bytes: cut out of what arrived, never re-serialised. */
  readonly body: Buffer;
}

/** An item or record that can never be processed, and why. Nothing is dropped without one. */
export interface DeadLetter {
  /** Hash of the position for records. For items that never became one: a hash, under a secret key of the ingester, of where the item came from, so that an item that comes again has one letter and nobody can guess bytes by it; random where that is not known. */
  readonly id: string;
  /** Service that gave it up. */
  readonly service: string;
  /** Bounded code. */
  readonly reason: string;
  /** What was wrong, where, and what to do. */
  readonly message: string;
  /** The service's clock when it was rejected. */
  readonly rejectedAt: number;
  /** Size of the rejected bytes. */
  readonly size: number;
  /** Cluster, where known. */
  readonly cluster: null | string;
  /** Kind of system, where known. */
  readonly source: null | Source;
  /** Topic of the rejected record; null for items refused at ingest. */
  readonly topic: null | string;
  /** Its partition. */
  readonly partition: null | number;
  /** Its offset. */
  readonly offset: null | number;
  /** The record's value; null where it may hold what was not redacted. */
  readonly payload: null | Buffer;
  /** The item's exact bytes, sealed so that only the holders of sealedTo's private keys can read them; null without keys, or where they are too many. */
  readonly sealed: null | Buffer;
  /** How they are sealed: age-encryption.org/v1 (C2SP age). */
  readonly sealedFormat: null | string;
  /** The public keys that they are sealed to, as in age1… */
  readonly sealedTo: readonly string[];
}

/** The way by which an event reached ingest. */
export type Delivery = 'webhook' | 'file' | 'engine' | 'authorization' | 'export' | 'notice' | 'unknown';

/** What kind of rule found it. */
export type DetectionKind = 'rule' | 'correlation' | 'policy' | 'anomaly';

/** enforce pages people; shadow and test do not. */
export type DetectionMode = 'enforce' | 'shadow' | 'test';

/** Whether the events were live, late or replayed. */
export type DetectionOrigin = 'live' | 'late' | 'replay';

/** Where a detection stands: open until everything that can change it has been seen. */
export type DetectionState = 'open' | 'updated' | 'closed' | 'retracted';

/** What a rule found, with its evidence. The highest revision of an id counts. */
export interface Detection {
  /** Hash of rule and request (or of rule, group and window): the same for every replay. */
  readonly id: string;
  /** Twice the number of distinct requests, plus one once closed. */
  readonly revision: number;
  /** Hash of kind, rule, cluster and group: stable over windows and rule versions. */
  readonly dedupKey: string;
  /** Open or closed. */
  readonly state: DetectionState;
  /** Mode of the rule version. */
  readonly mode: DetectionMode;
  /** Live, late or replay. */
  readonly origin: DetectionOrigin;
  /** Kind of rule. */
  readonly kind: DetectionKind;
  /** Id of the rule. */
  readonly ruleId: string;
  /** Version of the rule that judged. */
  readonly ruleVersion: number;
  /** Title of the rule. */
  readonly title: string;
  /** Sigma level. */
  readonly level: string;
  /** Level as a number: informational 5, low 21, medium 47, high 73, critical 99. */
  readonly severity: number;
  /** Tags of the rule, ATT&CK techniques among them. */
  readonly tags: readonly string[];
  /** Cluster or engine. */
  readonly cluster: string;
  /** Kind of system. */
  readonly source: Source;
  /** The real actor. */
  readonly actor: Actor;
  /** Whom the actor impersonated. */
  readonly effectiveActor: null | Actor;
  /** Verb or action. */
  readonly action: string;
  /** The object. */
  readonly object: null | ObjectReference;
  /** Outcome of the action. */
  readonly outcome: Outcome;
  /** Address of the actor. */
  readonly sourceAddress: null | string;
  /** Beginning of the detection's bucket (a single request's: when it was received); decides its index. */
  readonly bucketTime: number;
  /** Time of the first event. */
  readonly firstTime: number;
  /** Time of the last event. */
  readonly lastTime: number;
  /** Distinct requests. */
  readonly requests: number;
  /** The events, at most the first and last 20. */
  readonly eventIds: readonly string[];
  /** The evidence. */
  readonly matched: readonly MatchedField[];
  /** The rule's false-positive notes. */
  readonly falsePositives: readonly string[];
  /** One sentence for people: who did what to what, where, and which rule it met. */
  readonly summary: string;
}

/** What only a call of Docker's API has, as the authorization plugin records it. */
export interface DockerCall {
  /** Equal in all events of one call. */
  readonly callId: string;
  /** complete, or open while there is no response. */
  readonly stage: string;
  /** HTTP method. */
  readonly method: string;
  /** Request URI as the client sent it, secrets aside. */
  readonly uri: string;
  /** Version of the API that the client asked for; null where it asked for none. */
  readonly apiVersion: null | string;
  /** How the user was authenticated: TLS; null on the unix socket. */
  readonly authentication: null | string;
  /** json, none, withheld, missing or unreadable: what the engine showed of the request's body. */
  readonly bodyState: string;
  /** Bytes of the request's body. */
  readonly bodySize: number;
  /** Scalars of the request's body as path=value, such as HostConfig.Privileged=true; at most 256. */
  readonly configuration: readonly string[];
  /** Command of an exec or a container, joined by blanks. */
  readonly commandLine: null | string;
  /** Id of what the call created. */
  readonly createdId: null | string;
  /** Time from the request to the response; null while there is none. */
  readonly durationNano: null | number;
}

/** With what a container was created, by an inspect that followed its create event. */
export interface DockerConfiguration {
  /** Why nothing is known: gone, engine-error, too-large or queue-full; null where it is. */
  readonly notInspected: null | string;
  /** Image: the digest of the image's configuration. */
  readonly imageId: null | string;
  /** RepoDigests of the image: what a registry knows it by. */
  readonly imageDigests: readonly string[];
  /** HostConfig.Privileged. */
  readonly privileged: null | boolean;
  /** HostConfig.CapAdd. */
  readonly capabilitiesAdded: readonly string[];
  /** HostConfig.CapDrop. */
  readonly capabilitiesDropped: readonly string[];
  /** HostConfig.SecurityOpt. */
  readonly securityOptions: readonly string[];
  /** HostConfig.Devices: paths on the host. */
  readonly devices: readonly string[];
  /** Mounts, each as type:source:destination:rw or :ro; the source of a volume is its name. */
  readonly mounts: readonly string[];
  /** HostConfig.NetworkMode. */
  readonly networkMode: null | string;
  /** HostConfig.PidMode. */
  readonly pidMode: null | string;
  /** HostConfig.IpcMode. */
  readonly ipcMode: null | string;
  /** Config.User; null where the image decides or it is root. */
  readonly user: null | string;
  /** Names of Config.Env; never values. */
  readonly environmentNames: readonly string[];
  /** HostConfig.RestartPolicy.Name. */
  readonly restartPolicy: null | string;
  /** Path and Args: what runs, joined by blanks. */
  readonly command: null | string;
}

/** What only events of Docker have. */
export interface DockerDetails {
  /** local or swarm; empty where the engine gives none. */
  readonly scope: string;
  /** timeNano in decimal, all 19 digits. */
  readonly timeNano: string;
  /** Actor.Attributes of the event. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Set for calls of the API, which the authorization plugin records. */
  readonly call: null | DockerCall;
  /** What a container was created with; null for every event but inspect. */
  readonly configuration: null | DockerConfiguration;
}

/** What only a Kubernetes audit event has. */
export interface KubernetesDetails {
  /** auditID; a client can choose it, so it identifies nothing by itself. */
  readonly auditId: string;
  /** RequestReceived, ResponseStarted, ResponseComplete or Panic. */
  readonly stage: string;
  /** None, Metadata, Request or RequestResponse. */
  readonly level: string;
  /** The request's URI as the client sent it. */
  readonly requestUri: string;
  /** requestReceivedTimestamp. */
  readonly requestReceivedAt: null | number;
  /** Annotations of the event. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A field that the rule looked at, with the value that made it match. */
export interface MatchedField {
  /** Field path as the rule spells it. */
  readonly field: string;
  /** The value, at most 256 characters. */
  readonly value: string;
}

/** What only a notice has: Auditstream tells of its sources or of itself. */
export interface NoticeDetails {
  /** Beginning of the time that it is about. */
  readonly from: null | number;
  /** Its end. */
  readonly to: null | number;
  /** Further facts. */
  readonly details: Readonly<Record<string, string>>;
}

/** What was acted on. */
export interface ObjectReference {
  /** Kubernetes resource (plural, lower case) or Docker object type. */
  readonly type: string;
  /** API group; null for the core group and for Docker. */
  readonly group: null | string;
  /** API version. */
  readonly version: null | string;
  /** Subresource, such as exec or status. */
  readonly subresource: null | string;
  /** Namespace; null for cluster-scoped objects and for Docker. */
  readonly namespace: null | string;
  /** Name; null where the request names none (list, create with generateName). */
  readonly name: null | string;
  /** Kubernetes UID or Docker object id. */
  readonly id: null | string;
}

/** Whether an event arrived as it happened, or was sent in again from a recording. Lateness ignores replays. */
export type Origin = 'live' | 'replay';

/** What became of the action: unknown where the source does not say. */
export type Outcome = 'success' | 'failure' | 'unknown';

/** What a removed value was: opaque where neither the value nor its name says more. */
export type RedactionKind = 'private_key' | 'cloud_key' | 'token' | 'password' | 'opaque';

/** A value that ingest took out of an event before anything else looked at it. */
export interface Redaction {
  /** Where it stood, as requestObject.spec.containers[0].env[1].value. */
  readonly path: string;
  /** What it was. */
  readonly kind: RedactionKind;
  /** Bytes that were removed, as they were spelled in the event. */
  readonly size: number;
}

/** One version of a rule. A version is never changed or removed; a later one supersedes it. */
export interface RuleVersion {
  /** The rule's own id (Sigma id). */
  readonly id: string;
  /** 1, 2, 3 …; counts from its append time plus one second. */
  readonly version: number;
  /** Title, for lists. */
  readonly title: string;
  /** Sigma level. */
  readonly level: string;
  /** Mode of its detections. */
  readonly mode: DetectionMode;
  /** False: this version switches the rule off. */
  readonly enabled: boolean;
  /** The rule as its author wrote it (Sigma YAML). */
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly digest: string;
  /** The pack it came with. */
  readonly pack: string;
  /** Who published this version. */
  readonly author: string;
  /** Why. */
  readonly comment: string;
}

/** The kind of system whose audit trail an event belongs to. */
export type Source = 'kubernetes' | 'docker' | 'auditstream' | 'unknown';
