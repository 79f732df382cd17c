import assert from 'node:assert/strict';
import {test} from 'node:test';

import {elements, members, pretty} from './json_text';

test('numbers are as they came', () => {
  const numbers = ['844197938335842305', '-9223372036854775808', '1e400', '1.0', '-0',
                   '0.1000000000000000055511151231257827', '1E+2', '123456789012345678901234567890'];
  for (const number of numbers) {
    assert.equal(pretty(`{"order":${number}}`), `{\n  "order": ${number}\n}`);
    assert.equal(pretty(`{"a":[{"b":${number}}]}`),
                 `{\n  "a": [\n    {\n      "b": ${number}\n    }\n  ]\n}`);
    assert.equal(pretty(number), number);
  }
});

test('it looks as JSON.stringify has it where that loses nothing', () => {
  const values = [{}, [], {a: []}, {a: {}}, [1, [2, []], {}], {a: 'x,y:{z}[0]', b: null, c: true},
                  'a "quoted" \\ text', {'"': '\\'}, '', [[[]]]];
  for (const value of values) {
    assert.equal(pretty(JSON.stringify(value)), JSON.stringify(value, null, 2));
    assert.equal(pretty(JSON.stringify(value, null, 1)), JSON.stringify(value, null, 2));
  }
  assert.equal(pretty('"\\u00e9\\/"'), '"é/"');
});

test('what cannot be seen is escaped, and is still the same text', () => {
  const text = '\u202egnp.exe a\u00adb\u200bc \u{e0041} \u2028';
  const shown = pretty(JSON.stringify({[text]: text}));
  assert.ok(/^[ -~\n]*$/.test(shown), shown);
  assert.ok(shown.includes('\\u202egnp.exe a\\u00adb\\u200bc \\udb40\\udc41 \\u2028'), shown);
  assert.deepEqual(JSON.parse(shown), {[text]: text});
  assert.equal(pretty('"é 👩‍👩‍👧 ع"'), '"é 👩‍👩‍👧 ع"');
});

test('order and repetition stay', () => {
  assert.equal(pretty('{"b":1,"1":2,"b":3,"__proto__":4}'),
               '{\n  "b": 1,\n  "1": 2,\n  "b": 3,\n  "__proto__": 4\n}');
});

test('members have their text', () => {
  assert.deepEqual(members('{"id":"a,b","n": 844197938335842305 ,"p":{"x":[1,{"y":2}],"z":"}"},' +
                           '"e":{},"f":false}'),
                   [['id', '"a,b"'], ['n', '844197938335842305'],
                    ['p', '{"x":[1,{"y":2}],"z":"}"}'], ['e', '{}'], ['f', 'false']]);
  assert.deepEqual(members('{}'), []);
});

test('elements keep their text', () => {
  assert.deepEqual(elements('[{"a":[1,2]}, 1e400 ,"x,]",[]]'), ['{"a":[1,2]}', '1e400', '"x,]"', '[]']);
  assert.deepEqual(elements('[]'), []);
});
