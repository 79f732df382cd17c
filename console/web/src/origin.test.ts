import assert from 'node:assert/strict';
import {test} from 'node:test';

import {filled, guess, originIn} from './origin';

const intake = (listen: string[], tls_listen: string[] = []) =>
    [{name: 'penstock-ingest', listen, tls_listen}];

test('the intake is where it listens', () => {
  assert.equal(guess(intake(['127.0.0.1:8080']), 'box.example'), 'http://127.0.0.1:8080');
  assert.equal(guess(intake(['unix:/run/a', '10.0.0.7:80']), 'box.example'), 'http://10.0.0.7:80');
  assert.equal(guess([], 'box.example'), 'http://127.0.0.1:8080');
});

test('every address is the one that the console is reached by', () => {
  assert.equal(guess(intake(['0.0.0.0:8080']), 'box.example'), 'http://box.example:8080');
  assert.equal(guess(intake(['[::]:8080']), 'box.example'), 'http://box.example:8080');
});

test('TLS goes before plain, by name', () => {
  const both = intake(['127.0.0.1:8080'], ['0.0.0.0:443']);
  assert.equal(guess(both, 'box.example'), 'https://box.example');
  assert.equal(guess(intake([], ['[::]:8443']), 'box.example'), 'https://box.example:8443');
});

test('an address is scheme and host alone', () => {
  assert.equal(originIn(' https://Events.example.com/ '), 'https://events.example.com');
  assert.equal(originIn('http://10.0.0.7:8080'), 'http://10.0.0.7:8080');
  for (const text of ['', 'events.example.com', 'https://', 'https://a.example/path',
                      'ftp://a.example', 'https://u:p@a.example', 'javascript:alert(1)']) {
    assert.equal(originIn(text), null, text);
  }
});

test('texts are filled in with it', () => {
  assert.equal(filled("`{url: 'ORIGIN/v1', api: 'HOST/v1'}`", 'https://a.example'),
               "`{url: 'https://a.example/v1', api: 'a.example/v1'}`");
  assert.equal(filled('`https://KEY@HOST/42`', 'http://a.example:8080'),
               '`http://KEY@a.example:8080/42`');
  assert.equal(filled('`https://KEY@HOST/42`, the KEYS', 'https://a.example', 'pk_1'),
               '`https://pk_1@a.example/42`, the KEYS');
  const apart = '`Host HOSTNAME`, `Port PORT`';
  assert.equal(filled(apart, 'http://a.example:8080'), '`Host a.example`, `Port 8080`');
  assert.equal(filled(apart, 'https://a.example'), '`Host a.example`, `Port 443`');
  assert.equal(filled(apart, 'http://a.example'), '`Host a.example`, `Port 80`');
  assert.equal(filled(apart, 'https://[::1]'), '`Host [::1]`, `Port 443`');
  assert.equal(filled(apart, 'https://[::1]:8443'), '`Host [::1]`, `Port 8443`');
  assert.equal(filled('the ORIGINAL, `GHOST`', 'http://a.example'), 'the ORIGINAL, `GHOST`');
});
