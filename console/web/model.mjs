// Writes TypeScript types from openapi.json: the C++ tables of endpoints are the one source.
//
//   node model.mjs openapi.json model.ts
//
// A schema with a title becomes a type of that name, wherever it stands; the answers of all GET
// routes become GetAnswers. Every member of an answer is there unless its schema says x-optional.
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

function objectOf(schema) {
  if (!schema.properties) return 'Record<string, unknown>';
  const members = Object.entries(schema.properties).map(([name, member]) => {
    const isOptional = member['x-optional'] === true;
    return `${JSON.stringify(name)}${isOptional ? '?' : ''}: ${typeOf(member)};`;
  });
  return `{\n${members.map((line) => '  ' + line.replaceAll('\n', '\n  ')).join('\n')}\n}`;
}

function plainTypeOf(schema) {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
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
        return `Array<${typeOf(schema.items)}>`;
      case 'object':
        return objectOf(schema);
      default:
        throw new Error(`no type for ${JSON.stringify(schema)}`);
    }
  });
  return types.join(' | ');
}

function typeOf(schema) {
  const text = plainTypeOf(schema);
  return schema.title ? nameIt(schema.title, text) : text;
}

for (const [name, schema] of Object.entries(api.components.schemas)) nameIt(name, typeOf(schema));
const answers = [];
for (const [path, operations] of Object.entries(api.paths)) {
  for (const {parameters, responses} of Object.values(operations)) {
    for (const {schema} of parameters) typeOf(schema);
    const schema = responses['200']?.content?.['application/json']?.schema;
    if (schema) typeOf(schema);
  }
  const content = operations.get?.responses['200']?.content ?? {};
  for (const {schema} of Object.values(content)) typeOf(schema);  // Of streams too.
  const answer = content['application/json']?.schema;
  if (answer) answers.push(`  '${path.replace('/api/v1', '')}': ${typeOf(answer)};`);
}
writeFileSync(target, `// Written by console/web/model.mjs.
${[...named.values()].join('\n\n')}

export interface GetAnswers {
${answers.join('\n')}
}
export type GetPath = keyof GetAnswers;
`);
