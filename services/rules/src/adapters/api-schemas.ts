/** The shapes of the API's answers, as JSON Schema: fastify serialises by them, the description shows them. */

const text = { type: 'string' } as const;

const versionProperties = {
  id: { ...text, description: "The rule's id." },
  version: { type: 'integer', minimum: 1 },
  title: text,
  level: { type: 'string', enum: ['informational', 'low', 'medium', 'high', 'critical'] },
  mode: { type: 'string', enum: ['enforce', 'shadow', 'test'] },
  enabled: { type: 'boolean', description: 'False: this version switches the rule off.' },
  digest: { ...text, description: 'SHA-256 of the text, hex.' },
  pack: { ...text, description: 'The pack it came with.' },
  author: { ...text, description: 'Who published this version.' },
  comment: { ...text, description: 'Why.' },
  publishedAt: {
    type: 'string',
    format: 'date-time',
    description: 'When the version was appended to audit.rules; it counts from one second later.',
  },
} as const;

const summary = {
  type: 'object',
  required: Object.keys(versionProperties),
  properties: versionProperties,
} as const;

const fullProperties = {
  ...versionProperties,
  text: { ...text, description: 'The rule as its author wrote it (Sigma, YAML).' },
} as const;

const full = {
  type: 'object',
  required: Object.keys(fullProperties),
  properties: fullProperties,
} as const;

const error = {
  type: 'object',
  description: 'What was wrong.',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', enum: ['rule-not-found', 'not-found', 'bad-request', 'internal'] },
    message: text,
  },
} as const;

/** GET /v1/rules */
export const listRulesSchema = {
  operationId: 'listRules',
  summary: 'The newest version of each rule, by id.',
  response: {
    200: {
      type: 'object',
      description: 'All rules, the switched-off ones too.',
      required: ['rules'],
      properties: { rules: { type: 'array', items: summary } },
    },
    '4xx': error,
    '5xx': error,
  },
} as const;

/** GET /v1/rules/{id} */
export const getRuleSchema = {
  operationId: 'getRule',
  summary: 'A rule with all its versions, newest first.',
  params: {
    type: 'object',
    required: ['id'],
    properties: { id: { ...text, description: "The rule's id." } },
  },
  response: {
    200: {
      ...full,
      description: 'The newest version, and all of them.',
      required: [...full.required, 'versions'],
      properties: { ...fullProperties, versions: { type: 'array', items: full } },
    },
    '4xx': error,
    '5xx': error,
  },
} as const;
