import { asList, asObject, type JsonObject } from './json.ts';

const maxImages = 64;
const maxImageCharacters = 512;
const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/**
 * The container images that Kubernetes objects or patches of them name, in order, without repeats: those
 * of a Pod and of whatever has a pod template. Lists of objects name none.
 */
export function imagesIn(bodies: readonly unknown[]): readonly string[] {
  return distinctImages(bodies.flatMap((body) => [...imagesOfBody(body)]));
}

/** Image references without repeats and without what is too long to be one. */
export function distinctImages(images: readonly unknown[]): readonly string[] {
  const references = images.filter(isReference);
  return [...new Set(references)].slice(0, maxImages);
}

function isReference(image: unknown): image is string {
  return typeof image === 'string' && image !== '' && image.length <= maxImageCharacters;
}

function* imagesOfBody(body: unknown): Generator {
  if (Array.isArray(body)) {
    for (const operation of body) yield* imagesOfOperation(asObject(operation));
    return;
  }
  const object = asObject(body);
  if (object !== undefined) yield* imagesOfObject(object);
}

/** A Pod, a workload, a CronJob, a PodTemplate, or a merge patch of one of them. */
function* imagesOfObject(object: JsonObject): Generator {
  const spec = asObject(object['spec']);
  if (spec !== undefined) yield* imagesOfSpec(spec);
  yield* imagesOfTemplate(asObject(object['template']));
}

/** The spec of a Pod, of a workload or of a CronJob. */
function* imagesOfSpec(spec: JsonObject): Generator {
  for (const name of containerLists) yield* imagesOfContainers(spec[name]);
  yield* imagesOfTemplate(asObject(spec['template']));
  yield* imagesOfTemplate(asObject(spec['jobTemplate']));
}

/** A pod template, or a CronJob's template of jobs with a pod template in it. */
function* imagesOfTemplate(template: JsonObject | undefined): Generator {
  const spec = asObject(template?.['spec']);
  if (spec === undefined) return;
  for (const name of containerLists) yield* imagesOfContainers(spec[name]);
  yield* imagesOfTemplate(asObject(spec['template']));
}

function* imagesOfContainers(containers: unknown): Generator {
  for (const container of asList(containers)) yield asObject(container)?.['image'];
}

/**
 * One operation of a JSON patch (RFC 6902): its value is a container, a list of containers, a pod spec, a
 * template, or, at a path that ends in /image, an image.
 */
function* imagesOfOperation(operation: JsonObject | undefined): Generator {
  const { path, value } = operation ?? {};
  if (typeof path !== 'string') return;
  if (typeof value === 'string') {
    if (path.endsWith('/image')) yield value;
    return;
  }
  yield* imagesOfValue(path, value);
}

function* imagesOfValue(path: string, value: unknown): Generator {
  if (/\/(?:initC|c|ephemeralC)ontainers$/.test(path)) yield* imagesOfContainers(value);
  const object = asObject(value);
  if (object === undefined) return;
  if (/\/(?:initC|c|ephemeralC)ontainers\/(?:\d+|-)$/.test(path)) yield object['image'];
  else if (path.endsWith('/spec')) yield* imagesOfSpec(object);
  else if (/\/(?:t|jobT)emplate$/.test(path)) yield* imagesOfTemplate(object);
}
