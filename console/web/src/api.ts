// Calls to the console's own API: JSON, with a deadline, and the CSRF token where it is needed.

const kDeadlineMs = 15_000;

let csrfToken = '';

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

// An answer that was no success, or none at all (status 0).
export class ApiError extends Error {
  constructor(
      readonly status: number, readonly code: string, detail: string,
      readonly retryAfterS: number | null = null) {
    super(detail);
  }
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal):
    Promise<T> {
  const headers: Record<string, string> = {};
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
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'same-origin',
      signal: stop.signal,
    });
  } catch {
    throw new ApiError(
        0, 'unreachable',
        deadline.aborted ? 'The console did not answer in time.' :
                           'The console cannot be reached.');
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  if (!response.ok) throw await errorOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function errorOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After'));
  try {
    const {error, detail} = await response.json();
    return new ApiError(response.status, error, detail, retryAfter || null);
  } catch {
    return new ApiError(response.status, 'unknown', `The console answered ${response.status}.`);
  }
}

export const get = <T>(path: string, signal?: AbortSignal) =>
    call<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body: unknown) => call<T>('POST', path, body);
export const remove = (path: string) => call<void>('DELETE', path);
