// The API's own description as people read it: its routes by groups, schemas in words, and a call of
// each by curl.

export interface Schema {
  $ref?: string;
  title?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  default?: unknown;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  'x-optional'?: boolean;
}

interface Content {
  description?: string;
  content?: Record<string, {schema: Schema}>;
}

export interface Parameter {
  name: string;
  in: string;
  description: string;
  required?: boolean;
  schema: Schema;
}

interface Operation {
  summary: string;
  'x-least-role': string;
  security: Record<string, unknown>[];
  parameters: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: {schemas: Record<string, Schema>, securitySchemes: {session: {name: string}}};
}

export interface ApiRoute {
  anchor: string;  // "get-events-id".
  group: string;
  method: string;
  path: string;
  operation: Operation;
  body: Schema | null;
  answer: {type: string, schema: Schema} | null;
  failures: {status: string, text: string}[];
  takesToken: boolean;
  isOpen: boolean;  // To anyone.
}

const kPrefix = '/api/v1';
// Of groups whose first part of the path is no word of its own.
const kGroupTitles: Record<string, string> = {
  'openapi.json': 'Description', stats: 'Statistics', tokens: 'API tokens', views: 'Saved views',
  audit: 'Audit log', session: 'Sign-in',
};

const titleOfGroup = (name: string) =>
    kGroupTitles[name] ?? name.charAt(0).toUpperCase() + name.slice(1);

export const anchorOf = (method: string, path: string) =>
    `${method} ${path.replace(kPrefix, '')}`.toLowerCase().replace(/[^a-z0-9]+/g, '-')
        .replace(/-$/, '');

export function routesOf(api: OpenApi): ApiRoute[] {
  return Object.entries(api.paths).flatMap(
      ([path, operations]) => Object.entries(operations).map(([method, operation]) => {
        const content = Object.entries(operation.responses['200']?.content ?? {})[0];
        return {
          anchor: anchorOf(method, path),
          group: titleOfGroup(path.slice(kPrefix.length).split('/')[1] ?? ''),
          method: method.toUpperCase(),
          path,
          operation,
          body: operation.requestBody?.content?.['application/json']?.schema ?? null,
          answer: content ? {type: content[0], schema: content[1].schema} : null,
          failures: Object.entries(operation.responses)
              .filter(([status]) => !status.startsWith('2'))
              .map(([status, {description = ''}]) => ({status, text: description}))
              .sort((a, b) => a.status < b.status ? -1 : 1),
          takesToken: operation.security.some((one) => 'token' in one),
          isOpen: operation.security.length === 0,
        };
      }));
}

// Routes that have all the words somewhere: in method, path, what they do, or a name of theirs.
export function search(routes: ApiRoute[], text: string): ApiRoute[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return routes.filter(({method, path, group, operation, body, answer}) => {
    const names = [...operation.parameters.map(({name}) => name), ...namesIn(body),
                   ...namesIn(answer?.schema ?? null)];
    const all = [method, path, group, operation.summary, operation['x-least-role'], ...names]
                    .join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

const namesIn = (schema: Schema | null): string[] =>
    [schema?.title ?? '', schema?.$ref?.split('/').at(-1) ?? '',
     ...Object.keys(schema?.properties ?? {})];

const kTypes: Record<string, string> = {
  string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false',
  object: 'object', array: 'list', null: 'null',
};

export function resolve(schema: Schema, api: OpenApi): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : api.components.schemas[name] ?? {};
}

const between = (least: number | undefined, most: number | undefined, unit = '') =>
    least === undefined && most === undefined ? '' :
    least === undefined ? `, at most ${most}${unit}` :
    most === undefined ? `, at least ${least}${unit}` :
                         `, ${least} to ${most}${unit}`;

// "whole number, 1 to 1000, 100 where nothing is said".
export function wordsOf(named: Schema, api: OpenApi): string {
  const schema = resolve(named, api);
  const byDefault =
      schema.default === undefined ? '' : `, ${String(schema.default)} where nothing is said`;
  if (schema.enum) return `one of ${schema.enum.map(String).join(', ')}${byDefault}`;
  if (schema.anyOf) return schema.anyOf.map((one) => wordsOf(one, api)).join('; or ') + byDefault;
  const parts = [schema.type ?? 'object'].flat().map((type) => {
    if (type === 'array') {
      return `list of ${wordsOf(schema.items ?? {}, api)}${between(undefined, schema.maxItems)}`;
    }
    if (type !== 'string') return kTypes[type] ?? type;
    return schema.format === 'date' ? 'date' :
        schema.pattern !== undefined ? `text like ${schema.pattern}` : 'text';
  });
  return parts.join(' or ') + between(schema.minimum, schema.maximum) +
      between(schema.minLength, schema.maxLength, ' characters') + byDefault;
}

export interface Row {
  depth: number;
  name: string;
  words: string;
  text: string;
  mark: 'required' | 'optional' | '';
}

const kDepthMax = 6;

// The members of an object, each with those of its own below it. Of an answer all members are there,
// of a body only those that are required have to be.
export function rowsOf(
    named: Schema, api: OpenApi, isBody: boolean, depth = 0, within: string[] = []): Row[] {
  const schema = resolve(named, api);
  const path = named.$ref ? [...within, named.$ref] : within;
  if (schema.items) return rowsOf(schema.items, api, isBody, depth, path);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const isRequired = schema.required?.includes(name);
    const row: Row = {
      depth, name, words: wordsOf(member, api), text: member.description ?? '',
      mark: isBody ? (isRequired ? 'required' : '') : member['x-optional'] ? 'optional' : '',
    };
    const isAgain = member.$ref !== undefined && path.includes(member.$ref);
    return isAgain || depth === kDepthMax ? [row] :
        [row, ...rowsOf(member, api, isBody, depth + 1, path)];
  });
}

// A value that the schema takes, to begin with.
function sampleOf(named: Schema, api: OpenApi): unknown {
  const schema = resolve(named, api);
  if (schema.anyOf) return sampleOf(schema.anyOf[0]!, api);
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  switch ([schema.type].flat()[0]) {
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [sampleOf(schema.items ?? {}, api)];
    case 'object': {
      const members = Object.entries(schema.properties ?? {});
      const some = members.filter(([name]) => schema.required?.includes(name));
      return Object.fromEntries((some.length > 0 ? some : members.slice(0, 1)).map(
          ([name, member]) => [name, sampleOf(member, api)]));
    }
  }
  return '…';
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

// A call by curl, with what it has to have. What the reader puts in is a variable of the shell.
export function curlOf(route: ApiRoute, api: OpenApi, origin: string): string {
  const query = new URLSearchParams();
  for (const {name, in: place, required, schema} of route.operation.parameters) {
    if (place === 'query' && required) query.append(name, String(sampleOf(schema, api)));
  }
  const url = origin + route.path.replace('{id}', '$ID');
  const lines = [`"${url}${query.toString() && `?${query}`}"`];
  if (route.takesToken) lines.push('-H "Authorization: Bearer $TOKEN"');
  if (!route.takesToken && !route.isOpen) {
    const {protocol, port} = new URL(origin);
    const name = api.components.securitySchemes.session.name + (port && `_${port}`);
    lines.push(`-b "${protocol === 'https:' ? '__Host-' : ''}${name}=$SESSION"`);
    if (route.method !== 'GET') lines.push('-H "X-CSRF-Token: $CSRF_TOKEN"');
  }
  if (route.body) {
    lines.push("-H 'Content-Type: application/json'",
               `-d ${quoted(JSON.stringify(sampleOf(route.body, api)))}`);
  }
  const isStream = route.answer?.type === 'text/event-stream';
  const method = route.method === 'GET' || (route.method === 'POST' && route.body) ? '' :
                                                                  ` -X ${route.method}`;
  return [`curl -s${isStream ? 'N' : ''}${method} ${lines[0]}`, ...lines.slice(1)].join(' \\\n  ');
}
