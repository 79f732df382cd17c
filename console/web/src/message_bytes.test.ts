import assert from 'node:assert/strict';
import {test} from 'node:test';

import {base64Of, bytesOf, hexOf, placeOfByte, textOf} from './message_bytes';

test('a message is text where all of it is', () => {
  assert.equal(textOf(bytesOf('e30=')), '{}');
  assert.equal(textOf(bytesOf('w6kK')), 'é\n');
  assert.equal(textOf(bytesOf('tQI=')), null);
  assert.equal(textOf(bytesOf('AGE=')), null);
  assert.equal(textOf(bytesOf('')), '');
  assert.equal(textOf(bytesOf(base64Of('é')))!, 'é');
});

test('bytes are shown sixteen a line', () => {
  const bytes = Uint8Array.from({length: 18}, (_, i) => i === 0 ? 0xb5 : 0x40 + i);
  assert.equal(hexOf(bytes),
               '00000000  b5 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f  .ABCDEFGHIJKLMNO\n' +
               `00000010  ${'50 51'.padEnd(47)}  PQ`);
  assert.equal(hexOf(bytes, 16).split('\n').length, 1);
  assert.equal(hexOf(new Uint8Array()), '');
});

test('a byte has its place in the text', () => {
  assert.equal(placeOfByte('{"é":x', 6), 5);
  assert.equal(placeOfByte('abc', 99), 3);
});
