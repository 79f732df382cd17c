import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  hrefOf, queryBefore, queryOf, type RangeQuery, readPlace, withFilter, withoutFilter,
} from './place';

test('the address without parameters is the last day, without filters', () => {
  const place = readPlace('');
  assert.equal(place.range.name, '24h');
  assert.deepEqual(place.filters, []);
  assert.equal(hrefOf(place), '/');
});

test('an address is read and written the same', () => {
  const href = '/?project=shop&range=7d&tz=utc&bots=only&compare=off&path=%2Fa+b%3Fc%26d&country=' +
      '&filter=path%5E%3D%2Fa&filter=properties.seats%3E3&filter=properties.plan%3F' +
      '&chart=table&metric=bounces&list-pages=name&event=0190';
  const place = readPlace(href.slice(1));
  assert.equal(place.range.seconds, 7 * 86_400);
  assert.deepEqual(place.filters, [
    {name: 'path', sign: '=', value: '/a b?c&d'},
    {name: 'country', sign: '=', value: ''},
    {name: 'path', sign: '^=', value: '/a'},
    {name: 'properties.seats', sign: '>', value: '3'},
    {name: 'properties.plan', sign: '?', value: ''},
  ]);
  assert.equal(place.tabs['pages'], 'name');
  assert.equal(hrefOf(place), href);
});

test('what is unknown is passed over', () => {
  const place = readPlace('?range=99y&shoe_size=44&list-pages=shoe_size&chart=pie&metric=size&tz=mars&bots=2' +
                          '&step=1s&from=5&to=4&filter=shoe%3D4&filter=path&filter=path%3Ex');
  assert.equal(hrefOf(place), '/');
  // And told, where it would change the numbers.
  assert.deepEqual(place.unread, [
    'range=99y', 'tz=mars', 'bots=2', 'step=1s', 'from=5', 'to=4', 'filter=shoe=4', 'filter=path', 'filter=path>x',
  ]);
  assert.deepEqual(readPlace('?range=12mo&tz=local&bots=0&step=day&filter=path%3F&sort=users').unread, []);
  assert.deepEqual(readPlace('?from=1&to=2&step=constructor').unread, ['step=constructor']);
});

test('a value that is chosen takes the place of the one before', () => {
  let place = withFilter(readPlace('?browser=Firefox&path=/a'), 'browser', 'Safari');
  assert.equal(place.filters.length, 2);
  place = withoutFilter(place, {name: 'path', sign: '=', value: '/a'});
  assert.equal(hrefOf(place), '/?browser=Safari');
});

test('the API is asked for the range and the filters', () => {
  assert.deepEqual(queryOf(readPlace('?range=1h&name=a%26b'), 1_800_000_000_000), {
    from: '1799996400000', to: '1800000060000', filter: ['name=a&b'], bots: '0',
  });
  const all = queryOf(readPlace('?bots=1&project=p'), 1_800_000_000_000);
  assert.equal(all.bots, undefined);
  assert.equal(all.project, 'p');
});

const ends = ({from, to}: RangeQuery) => [Number(from), Number(to)] as const;

test('a range is made of whole steps, the last of which is not over', () => {
  const place = readPlace('?range=24h');
  const now = 1_800_000_123_456;
  const [from, to] = ends(queryOf(place, now));
  assert.equal(from % 900_000, 0);
  assert.equal(to - from, 86_400_000 + 900_000);
  assert.ok(from + 86_400_000 <= now && now < to);
});

test('a question is the same until the next step begins', () => {
  const place = readPlace('?range=24h');
  const start = Math.floor(1_800_000_123_456 / 900_000) * 900_000;
  assert.deepEqual(queryOf(place, start), queryOf(place, start + 899_999));
  const [from, to] = ends(queryOf(place, start));
  assert.deepEqual(ends(queryOf(place, start + 900_000)), [from + 900_000, to + 900_000]);
});

test('a range is compared with the one before it, up to the same point', () => {
  const place = readPlace('?range=24h');
  const now = 1_800_000_123_456;
  const [from] = ends(queryOf(place, now));
  const [start, end] = ends(queryBefore(place, now));
  assert.equal(start, from - 86_400_000);
  assert.ok(end <= now - 86_400_000 && end > now - 86_400_000 - 43_200, `${end}`);
  assert.deepEqual(queryBefore(place, now), queryBefore(place, now + 1_000));
});

test('a range of one\'s own is in the address', () => {
  const place = readPlace('?from=1800000000&to=1800090000&step=day');
  assert.equal(place.range.name, 'custom');
  assert.deepEqual(ends(queryOf(place, 1_900_000_000_000)), [1_800_000_000_000, 1_800_090_000_000]);
  assert.deepEqual(ends(queryBefore(place, 1_900_000_000_000)),
                   [1_799_910_000_000, 1_800_000_000_000]);
  assert.equal(hrefOf(place), '/?from=1800000000&to=1800090000&step=day');
});
