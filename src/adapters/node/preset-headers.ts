import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { cachedPrivately } from "../../endpoint/index.js";

type Headers = readonly (readonly [name: string, value: string])[];
type WriteHead = ServerResponse["writeHead"];

const PRESET = Symbol("preset headers");

interface Preset {
  headers: Headers;
  readonly cookies: string[];
  readonly writeHead: WriteHead;
}

interface PresetResponse extends ServerResponse {
  [PRESET]?: Preset;
}

/**
 * Adds headers to a response, unless it sets them itself. They wait for its head and are passed to `writeHead` in one list: by
 * `setHeader` Node would look up, check and store each of them, which is a twentieth of a small page.
 *
 * @param headers their names in lower case
 */
export function presetHeaders(response: ServerResponse, headers: Headers): void {
  presetOf(response).headers = headers;
}

/** Adds a cookie to those that a response sets itself. With one, no shared cache keeps the response. */
export function presetCookie(response: ServerResponse, cookie: string): void {
  presetOf(response).cookies.push(cookie);
}

function presetOf(response: PresetResponse): Preset {
  const known = response[PRESET];
  if (known !== undefined) return known;
  const preset: Preset = { headers: [], cookies: [], writeHead: response.writeHead };
  response[PRESET] = preset;
  response.writeHead = writeHead as WriteHead;
  return preset;
}

// One function for all responses. Node calls it too, for a response that ends without a head.
function writeHead(this: PresetResponse, status: number, ...rest: [reason?: string | object, headers?: object]): ServerResponse {
  const preset = this[PRESET]!;
  this.writeHead = preset.writeHead;
  const reason = (typeof rest[0] === "string" ? [rest[0]] : []) as [];
  const last = rest.at(-1);
  const own = typeof last === "object" ? (last as OutgoingHttpHeaders | readonly unknown[]) : {};
  if (!Array.isArray(own) && this.getHeaderNames().length === 0) {
    return preset.writeHead.call(this, status, ...reason, listed(preset, own as OutgoingHttpHeaders));
  }
  setEach(this, preset, Array.isArray(own) ? paired(own) : Object.entries(own));
  return preset.writeHead.call(this, status, ...reason);
}

/** Headers as Node writes them, each name followed by its value. */
interface HeaderList {
  readonly headers: Headers;
  readonly list: readonly string[];
  /** Where in the list each name's value stands. */
  readonly places: ReadonlyMap<string, number>;
}

let latest: HeaderList | undefined;

/** Nearly all responses have the same preset headers: an endpoint makes them once. */
function listOf(headers: Headers): HeaderList {
  if (latest?.headers === headers) return latest;
  const places = new Map(headers.map(([name], i) => [name, 2 * i + 1]));
  return (latest = { headers, list: headers.flat(), places });
}

/** The response's own headers in place of the preset ones, and behind them. */
function listed({ headers, cookies }: Preset, own: OutgoingHttpHeaders): OutgoingHttpHeader[] {
  const { list: preset, places } = listOf(headers);
  const list: OutgoingHttpHeader[] = preset.slice();
  let cached = places.get("cache-control");
  for (const name in own) {
    const value = own[name];
    if (value === undefined) continue;
    const lower = name.toLowerCase();
    const place = places.get(lower);
    if (place !== undefined) {
      list[place] = value;
      continue;
    }
    list.push(name, value);
    if (lower === "cache-control") cached = list.length - 1;
  }
  if (cookies.length === 0) return list;
  if (cached !== undefined) list[cached] = cachedPrivately(String(list[cached]));
  list.push("set-cookie", cookies);
  return list;
}

/** Headers that were set one by one make Node set all the others so. */
function setEach(response: ServerResponse, { headers, cookies }: Preset, own: readonly (readonly [string, unknown])[]): void {
  for (const [name, value] of own) {
    if (value === undefined) continue;
    if (name.toLowerCase() === "set-cookie") response.appendHeader(name, value as string | string[]);
    else response.setHeader(name, value as string);
  }
  for (const [name, value] of headers) if (!response.hasHeader(name)) response.setHeader(name, value);
  if (cookies.length === 0) return;
  const cached = response.getHeader("cache-control");
  if (cached !== undefined) response.setHeader("cache-control", cachedPrivately(String(cached)));
  response.appendHeader("set-cookie", cookies);
}

/** Node's list of names and values, in pairs. */
function paired(list: readonly unknown[]): [string, unknown][] {
  return Array.from({ length: list.length / 2 }, (_, i) => [String(list[2 * i]), list[2 * i + 1]]);
}
