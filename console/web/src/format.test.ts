import assert from 'node:assert/strict';
import {test} from 'node:test';

import * as format from './format';

test('durations have one unit', () => {
  assert.equal(format.duration(0.4), '0 s');
  assert.equal(format.duration(59.9), '59 s');
  assert.equal(format.duration(60), '1 min');
  assert.equal(format.duration(3600 * 30), '30 h');
  assert.equal(format.duration(86_400 * 3.5), '3 d');
});

test('sizes are in powers of 1024', () => {
  assert.equal(format.bytes(0), '0 B');
  assert.equal(format.bytes(1023), '1023 B');
  assert.equal(format.bytes(1536), '1.5 KiB');
  assert.equal(format.bytes(300 * 1024 * 1024), '300 MiB');
});

test('a change is against something', () => {
  assert.equal(format.change(5, 0), null);
  assert.equal(format.change(5, 5)?.direction, 'same');
  assert.deepEqual(format.change(5, 10), {text: '50%', direction: 'down'});
  assert.deepEqual(format.change(15, 10), {text: '50%', direction: 'up'});
  assert.deepEqual(format.change(200, 10), {text: '20×', direction: 'up'});
});

test('what is empty has a name', () => {
  assert.equal(format.dimensionValue('referrer', ''), 'Direct');
  assert.equal(format.dimensionValue('os', ''), '(none)');
  assert.equal(format.dimensionValue('country', 'SE'), 'Sweden');
  assert.equal(format.dimensionValue('country', 'x'), 'x');
  assert.equal(format.share(1, 0), '0%');
});

test('the start of a message is one harmless line', () => {
  const start = (text: string) => format.messageStart(Buffer.from(text, 'latin1').toString('base64'));
  assert.equal(start('plain'), 'plain');
  assert.equal(start(''), '');
  assert.equal(start('a\x1b[31m\r\n\x00b'), 'a·[31m···b');
  assert.equal(start('\xb5\x09<b>'), '\ufffd·<b>');
  assert.equal(start('\xe2\x80\xaex'), '·x');
  assert.equal(start('x'.repeat(1000)).length, 120);
});

test('a length has its two largest units', () => {
  assert.equal(format.clockDuration(0), '0 s');
  assert.equal(format.clockDuration(200), '3 min 20 s');
  assert.equal(format.clockDuration(3900), '1 h 5 min');
  assert.equal(format.clockDuration(120), '2 min');
});

test('what cannot be seen is seen', () => {
  assert.equal(format.visible('\u202egnp.exe'), '·gnp.exe');
  assert.equal(format.visible('Zoë 👩‍👩‍👧'), 'Zoë 👩‍👩‍👧');
});
