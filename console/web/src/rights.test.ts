import assert from 'node:assert/strict';
import {afterEach, test} from 'node:test';

import {highestRole, isLimited, mayDo, ofAll, openProject, ownProjects, roleIn, setRights} from './rights';

afterEach(() => setRights({role: 'none', projects: null}));

test('a role everywhere', () => {
  setRights({role: 'editor', projects: null});
  assert.equal(isLimited(), false);
  assert.equal(roleIn('shop'), 'editor');
  assert.equal(roleIn(''), 'editor');
  assert.equal(highestRole(), 'editor');
  assert.equal(ownProjects(), null);
  assert.equal(openProject('other'), 'other');
  assert.equal(openProject(''), '');
  assert.equal(ofAll('queue'), 'queue');
});

test('a role in each of some projects', () => {
  setRights({role: 'none', projects: [{project: 'blog', role: 'viewer'},
                                      {project: 'shop', role: 'admin'}]});
  assert.equal(isLimited(), true);
  assert.equal(roleIn('shop'), 'admin');
  assert.equal(roleIn('blog'), 'viewer');
  assert.equal(roleIn('other'), 'none');
  assert.equal(roleIn(''), 'none');
  assert.equal(highestRole(), 'admin');
  assert.deepEqual(ownProjects(), ['blog', 'shop']);
  assert.equal(openProject('shop'), 'shop');
  assert.equal(openProject('other'), 'blog', 'the first of them in place of one that is closed');
  assert.equal(openProject(''), 'blog', 'and of all');
  assert.equal(ofAll('queue'), null);
});

test('roles are in order', () => {
  assert.equal(mayDo('none', 'viewer'), false);
  assert.equal(mayDo('viewer', 'viewer'), true);
  assert.equal(mayDo('viewer', 'editor'), false);
  assert.equal(mayDo('admin', 'editor'), true);
});
