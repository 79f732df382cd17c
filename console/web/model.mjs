// Writes TypeScript types from openapi.json: the C++ tables of endpoints are the one source.
//
//   node model.mjs openapi.json model.ts
//
// A schema with a title becomes a type of that name, wherever it stands. Every member of an answer
// is there unless its schema says x-optional; one of a body may be left out unless it is
// `required`.
// Api has a row for every route, by its method and its path: what it takes and what it answers, for
// src/client.ts.
import {readFileSync, writeFileSync} from 'node:fs';

const [, , source, target] = process.argv;
const api = JSON.parse(readFileSync(source, 'utf8'));
const named = new Map();  // By name, its declaration.

function nameIt(name, text) {
  const declaration = text.startsWith('{') ? `export interface ${name} ${text}` :
                                             `export type ${name} = ${text};`;
  const before = named.get(name);
  if (before !== undefined && before !== declaration) throw new Error(`two schemas named ${name}`);
  named.set(name, declaration);
  return name;
}

const indented = (text) => text.replaceAll('\n', '\n  ');
const linesOf = (members) => members.length === 0 ? '{}' :
    `{\n${members.map((line) => `  ${indented(line)};`).join('\n')}\n}`;

function objectOf(schema, isBody) {
  if (!schema.properties) return 'Record<string, unknown>';
  return linesOf(Object.entries(schema.properties).map(([name, member]) => {
    const isOptional = isBody ? !schema.required?.includes(name) : member['x-optional'] === true;
    return `${JSON.stringify(name)}${isOptional ? '?' : ''}: ${typeOf(member, isBody)}`;
  }));
}

function plainTypeOf(schema, isBody) {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(one, isBody)).join(' | ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const types = [schema.type].flat().map((type) => {
    switch (type) {
      case 'integer':
      case 'number':
        return 'number';
      case 'string':
      case 'boolean':
      case 'null':
        return type;
      case 'array':
        return `Array<${typeOf(schema.items, isBody)}>`;
      case 'object':
        return objectOf(schema, isBody);
      default:
        throw new Error(`no type for ${JSON.stringify(schema)}`);
    }
  });
  return types.join(' | ');
}

function typeOf(schema, isBody = false) {
  const text = plainTypeOf(schema, isBody);
  return schema.title ? nameIt(schema.title, text) : text;
}

// "properties.KEY" stands for any key; what is undefined is not sent.
function parameterOf({name, in: place, required, schema}) {
  if (place === 'path') return `${JSON.stringify(name)}: string | number`;
  const type = typeOf(schema);
  if (name.endsWith('.KEY')) {
    return `[key: \`${name.replace('KEY', '${string}')}\`]: ${type} | undefined`;
  }
  return `${JSON.stringify(name)}${required ? '' : '?'}: ${type}${required ? '' : ' | undefined'}`;
}

// An answer that is no JSON is read as a stream or a file, and its type only named.
function routeOf({parameters, requestBody, responses}) {
  const asked = parameters.filter((one) => one.in !== 'header').map(parameterOf);
  const body = requestBody?.content['application/json'].schema;
  const content = responses['200']?.content ?? {};
  for (const {schema} of Object.values(content)) typeOf(schema);
  const answer = content['application/json']?.schema;
  return linesOf([
    `asked: ${linesOf(asked)}`,
    `body: ${body ? typeOf(body, true) : 'undefined'}`,
    `answer: ${answer ? typeOf(answer) : 'undefined'}`,
  ]);
}

for (const [name, schema] of Object.entries(api.components.schemas)) nameIt(name, typeOf(schema));
const routes = {};
for (const [path, operations] of Object.entries(api.paths)) {
  for (const [method, operation] of Object.entries(operations)) {
    const rows = routes[method.toUpperCase()] ??= [];
    rows.push(`${JSON.stringify(path.replace('/api/v1', ''))}: ${routeOf(operation)}`);
  }
}
const methods = Object.entries(routes).map(([method, rows]) => `${method}: ${linesOf(rows)}`);
writeFileSync(target, `// Written by console/web/model.mjs.
${[...named.values()].join('\n\n')}

export interface Api ${linesOf(methods)}
`);
