// Calls to the console's own API: JSON, with a deadline, and the CSRF token where it is needed.

import type {GetAnswers, GetPath} from 'model';

import {Kept} from './kept';

const kDeadlineMs = 15_000;
// More questions than a page asks at a time.
const kKeptMax = 32;

let csrfToken = '';
// A new password ends all sessions, this one too, and its answer brings another: what is refused
// meanwhile says nothing.
const kReplaces = '/session/password';
let isReplaced = false;
// Answers that the console tags: it says 304 while they hold. Kept here and not in the browser's
// cache, which would have them on disk.
const kept = new Kept<unknown>(kKeptMax);

// Of another session: what the one before was told is forgotten.
export function setCsrfToken(token: string): void {
  csrfToken = token;
  isReplaced = false;
  kept.clear();
}

// An answer that was no success, or none at all (status 0).
export class ApiError extends Error {
  constructor(
      readonly status: number, readonly code: string, detail: string,
      readonly retryAfterS: number | null = null,
      readonly more: Record<string, unknown> = {}) {  // What else the answer says.
    super(detail);
  }
}

let onSessionEnded = () => {};

// Called where an answer says that nobody is signed in, whoever asked.
export function setOnSessionEnded(callback: () => void): void {
  onSessionEnded = callback;
}

async function call(
    method: string, path: string, body?: string, signal?: AbortSignal,
    known?: string): Promise<Response> {
  const asked = csrfToken;
  if (path === kReplaces) isReplaced = true;
  const headers: Record<string, string> = {};
  if (known !== undefined) headers['If-None-Match'] = known;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') headers['X-CSRF-Token'] = csrfToken;
  const deadline = AbortSignal.timeout(kDeadlineMs);
  const stop = new AbortController();
  const abort = () => stop.abort();
  deadline.addEventListener('abort', abort);
  signal?.addEventListener('abort', abort);
  let response: Response;
  try {
    response = await fetch('/api/v1' + path, {
      method,
      headers,
      body: body ?? null,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    });
  } catch {
    if (path === kReplaces) isReplaced = false;
    throw new ApiError(
        0, 'unreachable',
        deadline.aborted ? 'The console did not answer in time.' :
                           'The console cannot be reached.');
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  if (response.ok || (response.status === 304 && known !== undefined)) return response;
  const error = await errorOf(response);
  if (path === kReplaces) isReplaced = false;
  const isOurs = asked === csrfToken && !isReplaced;
  if (error.status === 401 && path !== '/session' && isOurs) onSessionEnded();
  throw error;
}

async function errorOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After'));
  try {
    const {error, detail, ...more} = await response.json();
    return new ApiError(response.status, error, detail, retryAfter || null, more);
  } catch {
    return new ApiError(response.status, 'unknown', `The console answered ${response.status}.`);
  }
}

// The answer of a GET route, without /api/v1; `query` begins with its question mark. The same object
// as before where the console says that nothing has changed.
export async function get<P extends GetPath>(
    path: P, query = '', signal?: AbortSignal): Promise<GetAnswers[P]> {
  const url = path + query;
  const known = kept.find(url);
  const response = await call('GET', url, undefined, signal, known?.tag);
  if (known !== undefined && response.status === 304) return known.answer as GetAnswers[P];
  const answer = await response.json();
  kept.put(url, response.headers.get('ETag'), answer);
  return answer;
}

// As the text that came, for what must not be read as JavaScript's numbers.
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return await (await call('GET', path, undefined, signal)).text();
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return await (await call('POST', path, JSON.stringify(body))).json();
}

export async function patch(path: string, body: unknown): Promise<void> {
  await patchText(path, JSON.stringify(body));
}

// The same with JSON as its text, for numbers that are none of JavaScript's.
export async function patchText(path: string, json: string): Promise<void> {
  await call('PATCH', path, json);
}

export async function remove(path: string): Promise<void> {
  await call('DELETE', path);
}
