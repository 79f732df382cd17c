// The console's API as functions whose types are made from openapi.json: a path that is none, a
// parameter that a route does not take, or a body without a member it needs is no TypeScript. Who
// sends, and what a failure becomes, is the caller's to say; so it serves other programs, too.
import type {Api} from 'model';

type Method = keyof Api;
type PathOf<M extends Method> = keyof Api[M] & string;
type Part<M extends Method, P extends PathOf<M>, K extends 'asked' | 'body' | 'answer'> =
    Api[M][P] extends Record<K, infer T> ? T : never;

export type GetPath = PathOf<'GET'>;
// What stands in the path's braces, and behind the question mark.
export type Asked<M extends Method, P extends PathOf<M>> = Part<M, P, 'asked'>;
export type Body<M extends Method, P extends PathOf<M>> = Part<M, P, 'body'>;
export type Answer<M extends Method, P extends PathOf<M>> = Part<M, P, 'answer'>;

// A, without what T does not know: also where it was spread into the object.
type Only<A, T> = A & Record<Exclude<keyof A, keyof T>, never>;

// Answers with what came, or rejects. `url` begins with /api/v1.
export type Send =
    (method: Method, url: string, body?: unknown, signal?: AbortSignal) => Promise<unknown>;

// A path with its braces filled and its parameters behind it, percent-encoded; what is undefined is
// left out, and each of several values is a parameter of its own. Throws a RangeError where a text
// for the path would lead to another one.
export function urlOf<M extends Method, P extends PathOf<M>, A extends Asked<M, P>>(
    _method: M, path: P, asked: Only<A, Asked<M, P>>): string {
  let filled: string = path;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries<unknown>(asked)) {
    const brace = `{${name}}`;
    if (path.includes(brace)) {
      if (/^\.{0,2}$/.test(String(value))) throw new RangeError(`“${value}” is no ${name}`);
      filled = filled.replace(brace, () => encodeURIComponent(String(value)));
    } else if (value !== undefined) {
      for (const one of [value].flat()) query.append(name, String(one));
    }
  }
  const text = query.toString();
  return `/api/v1${filled}${text && '?' + text}`;
}

export const clientOf = (send: Send) => ({
  get: async <P extends PathOf<'GET'>, A extends Asked<'GET', P>>(
      path: P, asked: Only<A, Asked<'GET', P>>, signal?: AbortSignal) =>
      await send('GET', urlOf('GET', path, asked), undefined, signal) as Answer<'GET', P>,
  post: async <P extends PathOf<'POST'>, A extends Asked<'POST', P>>(
      path: P, asked: Only<A, Asked<'POST', P>>, body: Body<'POST', P>) =>
      await send('POST', urlOf('POST', path, asked), body) as Answer<'POST', P>,
  patch: async <P extends PathOf<'PATCH'>, A extends Asked<'PATCH', P>>(
      path: P, asked: Only<A, Asked<'PATCH', P>>, body: Body<'PATCH', P>) =>
      await send('PATCH', urlOf('PATCH', path, asked), body) as Answer<'PATCH', P>,
  remove: async <P extends PathOf<'DELETE'>, A extends Asked<'DELETE', P>>(
      path: P, asked: Only<A, Asked<'DELETE', P>>) =>
      await send('DELETE', urlOf('DELETE', path, asked)) as Answer<'DELETE', P>,
});
