import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

type Headers = readonly (readonly [name: string, value: string])[];
type WriteHead = ServerResponse["writeHead"];

const PRESET = Symbol("preset headers");

interface PresetResponse extends ServerResponse {
  [PRESET]?: { readonly headers: Headers; readonly writeHead: WriteHead };
}

/**
 * Adds headers to a response, unless it sets them itself. They wait for its head and are passed to `writeHead` in one list: by
 * `setHeader` Node would look up, check and store each of them, which is a twentieth of a small page.
 *
 * @param headers their names in lower case
 */
export function presetHeaders(response: ServerResponse, headers: Headers): void {
  const preset = response as PresetResponse;
  preset[PRESET] = { headers, writeHead: preset.writeHead };
  preset.writeHead = writeHead as WriteHead;
}

// One function for all responses. Node calls it too, for a response that ends without a head.
function writeHead(this: PresetResponse, status: number, ...rest: [reason?: string | object, headers?: object]): ServerResponse {
  const { headers, writeHead } = this[PRESET]!;
  this.writeHead = writeHead;
  const own = rest.at(-1);
  // Headers that were set one by one make Node set all the others so.
  if (Array.isArray(own) || this.getHeaderNames().length > 0) {
    for (const [name, value] of headers) if (!this.hasHeader(name)) this.setHeader(name, value);
    return writeHead.call(this, status, ...(rest as []));
  }
  const reason = typeof rest[0] === "string" ? [rest[0]] : [];
  return writeHead.call(this, status, ...(reason as []), listed(headers, typeof own === "object" ? (own as OutgoingHttpHeaders) : {}));
}

/** The response's own headers behind the preset ones, each name followed by its value. */
function listed(headers: Headers, own: OutgoingHttpHeaders): never {
  const names = Object.keys(own);
  const taken = names.map((name) => name.toLowerCase());
  const list: unknown[] = [];
  for (const [name, value] of headers) if (!taken.includes(name)) list.push(name, value);
  for (const name of names) if (own[name] !== undefined) list.push(name, own[name]);
  return list as never;
}
