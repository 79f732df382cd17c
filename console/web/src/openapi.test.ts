import assert from 'node:assert/strict';
import {test} from 'node:test';

import {curlOf, type OpenApi, routesOf, rowsOf, search, wordsOf} from './openapi';

const failure = {description: 'No'};
const api: OpenApi = {
  paths: {
    '/api/v1/stats/top': {
      get: {
        summary: 'The most frequent values', 'x-least-role': 'viewer',
        security: [{session: []}, {token: []}],
        parameters: [
          {name: 'dimension', in: 'query', description: '', required: true,
           schema: {anyOf: [{type: 'string', enum: ['path', 'name']}, {type: 'string', pattern: '^p\\.'}]}},
          {name: 'limit', in: 'query', description: '',
           schema: {type: 'integer', minimum: 1, maximum: 1000, default: 10}},
        ],
        responses: {
          200: {content: {'application/json': {schema: {title: 'Top', type: 'object', properties: {
            rows: {type: 'array', items: {$ref: '#/components/schemas/Node'}},
            note: {type: ['string', 'null'], 'x-optional': true, description: 'If any'},
          }}}}},
          401: failure, default: failure,
        },
      },
    },
    '/api/v1/things/{id}': {
      patch: {
        summary: 'Change it', 'x-least-role': 'admin', security: [{session: []}],
        parameters: [{name: 'id', in: 'path', description: '', required: true, schema: {type: 'string'}}],
        requestBody: {content: {'application/json': {schema: {
          type: 'object', required: ['role', 'names'], properties: {
            names: {type: 'array', items: {type: 'string', enum: ["it's"]}},
            role: {$ref: '#/components/schemas/Role'},
            size: {type: 'integer', minimum: 0},
          },
        }}}},
        responses: {204: {description: 'Done'}},
      },
    },
    '/api/v1/changes': {
      get: {summary: 'A stream', 'x-least-role': 'anyone', security: [], parameters: [],
            responses: {200: {content: {'text/event-stream': {schema: {type: 'string'}}}}}},
    },
  },
  components: {
    securitySchemes: {session: {name: 'penstock_session'}},
    schemas: {
      Role: {type: 'string', enum: ['viewer', 'admin']},
      Node: {type: 'object', properties: {
        value: {type: 'string', maxLength: 8}, below: {$ref: '#/components/schemas/Node'},
      }},
    },
  },
};
const [top, thing, changes] = routesOf(api);

test('each route has its anchor, its group, and who may ask', () => {
  assert.deepEqual([top!, thing!, changes!].map(({anchor, group, takesToken, isOpen}) =>
    [anchor, group, takesToken, isOpen]), [
    ['get-stats-top', 'Statistics', true, false],
    ['patch-things-id', 'Things', false, false],
    ['get-changes', 'Changes', false, true],
  ]);
  assert.deepEqual(top!.failures.map(({status}) => status), ['401', 'default']);
  assert.equal(thing!.answer, null);
});

test('schemas are told in words', () => {
  assert.equal(wordsOf(top!.operation.parameters[1]!.schema, api),
               'whole number, 1 to 1000, 10 where nothing is said');
  assert.equal(wordsOf(top!.operation.parameters[0]!.schema, api),
               'one of path, name; or text like ^p\\.');
  assert.equal(wordsOf({type: 'array', items: {$ref: '#/components/schemas/Role'}, maxItems: 3}, api),
               'list of one of viewer, admin, at most 3');
  assert.equal(wordsOf({type: ['string', 'null'], minLength: 2}, api),
               'text or null, at least 2 characters');
  assert.equal(wordsOf({type: 'boolean', default: false}, api),
               'true or false, false where nothing is said');
});

test('members are told with those below them, and a schema within itself ends', () => {
  assert.deepEqual(rowsOf(top!.answer!.schema, api, false).map(({depth, name, mark}) =>
    [depth, name, mark]), [
    [0, 'rows', ''], [1, 'value', ''], [1, 'below', ''], [0, 'note', 'optional'],
  ]);
  assert.deepEqual(rowsOf(thing!.body!, api, true).map(({name, mark}) => [name, mark]),
                   [['names', 'required'], ['role', 'required'], ['size', '']]);
});

test('a call has what it has to have, and is safe to paste', () => {
  assert.equal(curlOf(top!, api, 'http://[::1]:8'),
               'curl -s "http://[::1]:8/api/v1/stats/top?dimension=path" \\\n' +
               '  -H "Authorization: Bearer $TOKEN"');
  assert.equal(curlOf(thing!, api, 'https://console.example'),
               'curl -s -X PATCH "https://console.example/api/v1/things/$ID" \\\n' +
               '  -b "__Host-penstock_session=$SESSION" \\\n' +
               '  -H "X-CSRF-Token: $CSRF_TOKEN" \\\n' +
               "  -H 'Content-Type: application/json' \\\n" +
               `  -d '{"names":["it'\\''s"],"role":"viewer"}'`);
  assert.equal(curlOf(changes!, api, 'http://x'), 'curl -sN "http://x/api/v1/changes"');
});

test('all words have to be somewhere', () => {
  const found = (text: string) => search([top!, thing!, changes!], text).map(({anchor}) => anchor);
  assert.deepEqual(found('GET dimension'), ['get-stats-top']);
  assert.deepEqual(found('role things'), ['patch-things-id']);
  assert.deepEqual(found('nothing'), []);
  assert.equal(found(' ').length, 3);
});
