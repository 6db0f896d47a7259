import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from "node:http";

/**
 * Gives a response headers that apply unless it has its own of the same name.
 *
 * They join the response as its head is written. `setHeader` would file each of them, under its name in lower case, and a page has
 * a dozen: filing them costs twice as much as writing the whole head.
 *
 * @param presets by names in lower case
 */
export function presetHeaders(outgoing: ServerResponse, presets: Readonly<Record<string, string>>): void {
  const { writeHead } = outgoing;
  outgoing.writeHead = (status: number, message?: string | Headers, headers?: Headers) => {
    outgoing.writeHead = writeHead;
    const own = typeof message === "string" ? headers : message;
    const all = Array.isArray(own) ? filed(outgoing, presets, own) : joined(outgoing, presets, own);
    return typeof message === "string" ? outgoing.writeHead(status, message, all) : outgoing.writeHead(status, all);
  };
}

/** The headers that a head is written with. */
type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

function joined(outgoing: ServerResponse, presets: Readonly<Record<string, string>>, own: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  const all: OutgoingHttpHeaders = { ...presets };
  for (const name of outgoing.getHeaderNames()) delete all[name];
  for (const name in own) {
    // A name counts in any case, and would otherwise be sent twice.
    const lower = name.toLowerCase();
    if (lower !== name) delete all[lower];
    all[name] = own[name];
  }
  return all;
}

/** A list's headers replace those that are filed, whatever their case. */
function filed(outgoing: ServerResponse, presets: Readonly<Record<string, string>>, own: OutgoingHttpHeader[]): OutgoingHttpHeader[] {
  for (const name in presets) if (!outgoing.hasHeader(name)) outgoing.setHeader(name, presets[name]!);
  return own;
}
