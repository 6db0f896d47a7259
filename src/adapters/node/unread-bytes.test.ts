import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { UnreadBytes } from "./unread-bytes.js";

/** More than the system takes for a connection. */
const BYTES = 16 * 2 ** 20;
const LIMIT = 3 * BYTES + BYTES / 2;

const ADDRESS = ({ req }: ServerResponse): string => String(req.headers["x-address"]);

let server: Server;
let unread: UnreadBytes;
let cut: string[];
let clients: Socket[];
/** Resolves with the next answer that is counted. */
let counted: (outgoing: ServerResponse) => void;
beforeEach(async () => {
  cut = [];
  clients = [];
  unread = new UnreadBytes(LIMIT, Infinity, ADDRESS, ({ address }) => cut.push(address));
  server = createServer((incoming, outgoing) => {
    unread.watch(outgoing);
    outgoing.end(Buffer.alloc(incoming.url === "/short" ? 100 : BYTES, "x"));
    counted(outgoing);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  for (const client of clients) client.destroy();
  server.closeAllConnections();
  server.close();
});

/** Asks from an address, and reads nothing. */
async function ask(address: string, path = "/"): Promise<{ client: Socket; outgoing: ServerResponse }> {
  const answered = new Promise<ServerResponse>((resolve) => (counted = resolve));
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause().on("error", () => {});
  clients.push(client);
  client.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Address: ${address}\r\n\r\n`);
  return { client, outgoing: await answered };
}

it("the address that holds most loses its oldest answer when the limit is reached", async () => {
  const first = [await ask("a"), await ask("a"), await ask("b")];
  await expect.poll(() => unread.bytes).toBeGreaterThan(2 * BYTES);
  expect(cut).toEqual([]);
  await ask("c");
  await expect.poll(() => cut).toEqual(["a"]);
  expect(first.map(({ outgoing }) => outgoing.destroyed)).toEqual([true, false, false]);
  // Each holds one now: the oldest of all.
  await ask("d");
  await expect.poll(() => cut.length).toBe(2);
  expect([cut, first[1]!.outgoing.destroyed, first[2]!.outgoing.destroyed]).toEqual([["a", "a"], true, false]);
  expect(unread.bytes).toBeLessThanOrEqual(LIMIT);
});

it("what is read, or whose connection has ended, is not counted any more, and a short answer never", async () => {
  const [one, two] = [await ask("a"), await ask("a"), await ask("a", "/short")];
  await expect.poll(() => unread.bytes).toBeGreaterThan(BYTES);
  one.client.resume();
  two.client.destroy();
  await expect.poll(() => unread.bytes).toBe(0);
  expect(cut).toEqual([]);
});

it("many answers are looked at before the time is up", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    for (let i = 0; i < 8; i++) await ask("a");
    // The eighth had not been handed over.
    expect(cut).toEqual(["a", "a", "a", "a"]);
  } finally {
    vi.useRealTimers();
  }
});

it("a single answer may be longer than the limit", async () => {
  unread = new UnreadBytes(1, Infinity, ADDRESS, ({ address }) => cut.push(address));
  const { client } = await ask("a");
  let received = 0;
  client.on("data", ({ length }: Buffer) => (received += length)).resume();
  await expect.poll(() => received).toBeGreaterThan(BYTES);
  expect(cut).toEqual([]);
});
