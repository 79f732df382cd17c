import assert from 'node:assert/strict';
import {test} from 'node:test';

import {csvOf} from './csv';

test('cells are quoted where they must be, and numbers stay numbers', () => {
  assert.equal(csvOf([['Path', 'Events'], ['/a,"b"', 3], ['two\nlines', -1], ['', 0]]),
               'Path,Events\r\n"/a,""b""",3\r\n"two\nlines",-1\r\n,0\r\n');
});

test('no cell begins a formula', () => {
  for (const start of ['=', '+', '-', '@', '\t']) {
    assert.equal(csvOf([[`${start}1`]]), `'${start}1\r\n`);
  }
  assert.equal(csvOf([['=A1,"x"']]), `"'=A1,""x"""\r\n`);
  assert.equal(csvOf([['a=b']]), 'a=b\r\n');
});
