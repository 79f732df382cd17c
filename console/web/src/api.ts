// Calls to the console's own API: JSON, with a deadline, and the CSRF token where it is needed.

import {type Asked, clientOf, type GetPath, type Send, urlOf} from './client';
import {Kept} from './kept';

const kDeadlineMs = 15_000;
// More questions than a page asks at a time.
const kKeptMax = 32;

let csrfToken = '';
// A new password ends all sessions, this one too, and its answer brings another: what is refused
// meanwhile says nothing.
const kSession = '/api/v1/session';
const kReplaces = `${kSession}/password`;
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
    method: string, url: string, body?: string, signal?: AbortSignal,
    known?: string): Promise<Response> {
  const asked = csrfToken;
  if (url === kReplaces) isReplaced = true;
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
    response = await fetch(url, {
      method,
      headers,
      body: body ?? null,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    });
  } catch {
    if (url === kReplaces) isReplaced = false;
    throw new ApiError(
        0, 'unreachable',
        deadline.aborted ? 'The console did not answer in time.' :
                           'The console cannot be reached.');
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  if (response.ok || (response.status === 304 && known !== undefined)) return response;
  const error = await errorOf(response);
  if (url === kReplaces) isReplaced = false;
  const isOurs = asked === csrfToken && !isReplaced;
  if (error.status === 401 && url !== kSession && isOurs) onSessionEnded();
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

// The same object as before where the console says that nothing has changed.
async function getKept(url: string, signal?: AbortSignal): Promise<unknown> {
  const known = kept.find(url);
  const response = await call('GET', url, undefined, signal, known?.tag);
  if (known !== undefined && response.status === 304) return known.answer;
  const answer = await response.json();
  kept.put(url, response.headers.get('ETag'), answer);
  return answer;
}

const send: Send = async (method, url, body, signal) => {
  if (method === 'GET') return getKept(url, signal);
  const response = await call(method, url, body === undefined ? body : JSON.stringify(body));
  return response.status === 204 ? undefined : response.json();
};

export const {get, post, patch, remove} = clientOf(send);

// As the text that came, for what must not be read as JavaScript's numbers.
export async function getText<P extends GetPath>(
    path: P, asked: Asked<'GET', P>, signal?: AbortSignal): Promise<string> {
  return await (await call('GET', urlOf('GET', path, asked), undefined, signal)).text();
}

// With JSON as its text, for the same reason.
export async function patchEvent(id: string, json: string): Promise<void> {
  await call('PATCH', urlOf('PATCH', '/events/{id}', {id}), json);
}
