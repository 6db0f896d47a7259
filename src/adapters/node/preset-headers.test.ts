import { createServer, get, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { presetHeaders } from "./preset-headers.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const PRESETS = { "x-frame-options": "SAMEORIGIN", "cache-control": "private, no-cache" };

/** The headers of a response as they were sent, in lower case, without those of Node, and its status line. */
async function sent(respond: (outgoing: ServerResponse) => void): Promise<{ headers: string[]; message: string | undefined }> {
  const server = createServer((_request, outgoing) => {
    outgoing.sendDate = false;
    presetHeaders(outgoing, PRESETS);
    respond(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return new Promise((resolve, reject) => {
    get({ port: (server.address() as AddressInfo).port, agent: false }, (response) => {
      const { rawHeaders, statusMessage } = response.resume();
      const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name.toLowerCase()}: ${rawHeaders[i + 1]}`] : []));
      resolve({ headers: lines.filter((line) => !/^(?:connection|content-length|transfer-encoding):/.test(line)).sort(), message: statusMessage });
    }).on("error", reject);
  });
}

const both = ["cache-control: private, no-cache", "x-frame-options: SAMEORIGIN"];
const own = ["cache-control: no-store", "x-frame-options: SAMEORIGIN"];

test.each<[string, readonly string[], (outgoing: ServerResponse) => void]>([
  ["a head without headers", both, (outgoing) => outgoing.writeHead(200).end()],
  ["a head that Node writes itself", both, (outgoing) => outgoing.end("text")],
  ["a head that is flushed", both, (outgoing) => {
    outgoing.flushHeaders();
    outgoing.end();
  }],
  ["headers of other names", [...both, "x-own: 1"], (outgoing) => outgoing.writeHead(200, { "x-own": "1" }).end()],
  ["a header of the same name", own, (outgoing) => outgoing.writeHead(200, { "cache-control": "no-store" }).end()],
  ["the same name in another case", own, (outgoing) => outgoing.writeHead(200, { "Cache-Control": "no-store" }).end()],
  ["the same name behind a status message", own, (outgoing) => outgoing.writeHead(200, "Fine", { "cache-control": "no-store" }).end()],
  ["the same name in a list", own, (outgoing) => outgoing.writeHead(200, ["Cache-Control", "no-store"]).end()],
  ["the same name set before", own, (outgoing) => outgoing.setHeader("Cache-Control", "no-store").end()],
  ["the same name set before the head", own, (outgoing) => outgoing.setHeader("Cache-Control", "no-store").writeHead(200, { "content-length": 0 }).end()],
])("%s", async (_what, expected, respond) => {
  expect((await sent(respond)).headers).toEqual(expected);
});

test("a status message stays", async () => {
  expect(await sent((outgoing) => outgoing.writeHead(200, "Fine").end())).toEqual({ headers: both, message: "Fine" });
});
