import assert from 'node:assert/strict';
import {test} from 'node:test';

import {readFilter, textOf} from './filters';

test('a condition is read as the console reads it', () => {
  for (const text of ['path=/a=b', 'path!=', 'path~=x?', 'host^=www.', 'properties.a b?',
                      'properties.seats>-1.5e3', 'project<4',
                      'user_id=ada', 'session_id!=s', 'text~=a b']) {
    const filter = readFilter(text);
    assert.ok(filter, text);
    assert.equal(textOf(filter), text);
  }
  assert.deepEqual(readFilter('properties.what?=x'),
                   {name: 'properties.what?', sign: '=', value: 'x'});
});

test('what the console would refuse is none', () => {
  for (const text of ['', 'path', 'shoe=4', '=x', 'properties.=x', 'path>', 'path<x', 'path!', 'text=x',
                      'text?', 'toString=x', 'id=x']) {
    assert.equal(readFilter(text), null, text);
  }
});
