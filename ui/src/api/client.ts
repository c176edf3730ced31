/** Requests to the API: signed in, protected against forged requests, with failures told in one way. */

import { boot } from "../boot";

/** The API refused or failed; `message` is for people, `fields` maps a place in the body to what is wrong there. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, message: string, fields: ReadonlyMap<string, string> = new Map()) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/** No answer: the server is down, or the network is. */
export class Unreachable extends Error {}

const SECRET = "auth";
const CLIENT = crypto.randomUUID?.() ?? String(Math.random());
let token: { value: string; until: number } | null = null;

export function signIn(secret: string): void {
  sessionStorage.setItem(SECRET, secret);
}

export function signOut(): void {
  sessionStorage.removeItem(SECRET);
}

/** What to send as `Authorization`, null if nobody has signed in. */
export function authorization(): string | null {
  const secret = sessionStorage.getItem(SECRET);
  if (secret === null) return null;
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(secret)))}`;
}

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export interface Options {
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** Ask the API; the answer's JSON. Throws `ApiError` and `Unreachable`. */
export async function api<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** As `api`, for answers that are no JSON. */
export async function send(method: Method, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { ...options.headers };
  const auth = authorization();
  if (auth !== null) headers["Authorization"] = auth;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (boot.csrf && method !== "GET") {
    headers["Prefect-Csrf-Client"] = CLIENT;
    headers["Prefect-Csrf-Token"] = await csrfToken(auth);
  }
  let response: Response;
  try {
    response = await fetch(boot.api + path, {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable("The server does not answer.");
  }
  if (response.ok) return response;
  if (response.status === 401) toLogin();
  throw await refusal(response);
}

/** Lead to the page that asks for the password; it leads back here. */
export function toLogin(): void {
  const login = `${boot.base}/login`;
  if (location.pathname === login) return;
  const place = location.pathname.slice(boot.base.length) + location.search + location.hash;
  history.pushState(null, "", `${login}?next=${encodeURIComponent(place)}`); // the router hears of it
}

async function csrfToken(auth: string | null): Promise<string> {
  if (token === null || token.until < Date.now()) {
    const headers: Record<string, string> = auth === null ? {} : { Authorization: auth };
    const response = await fetch(`${boot.api}/csrf-token?client=${CLIENT}`, { headers });
    const told = (await response.json()) as { token: string; expiration: string };
    token = { value: told.token, until: Date.parse(told.expiration) - 10_000 };
  }
  return token.value;
}

interface Detail {
  loc?: (string | number)[];
  msg?: string;
}

async function refusal(response: Response): Promise<ApiError> {
  const fields = new Map<string, string>();
  let message = `The server answered ${response.status}.`;
  try {
    const told = (await response.json()) as {
      detail?: string | Detail[];
      exception_message?: string;
      exception_detail?: Detail[];
    };
    const details = told.exception_detail ?? (Array.isArray(told.detail) ? told.detail : []);
    for (const each of details) fields.set((each.loc ?? []).slice(1).join("."), each.msg ?? "");
    const first = details[0];
    if (first) message = `${(first.loc ?? []).slice(1).join(".")}: ${first.msg ?? ""}`;
    else if (typeof told.detail === "string") message = told.detail;
    else if (told.exception_message) message = told.exception_message;
  } catch {
    // no JSON: the status says all that is known
  }
  return new ApiError(response.status, message, fields);
}
