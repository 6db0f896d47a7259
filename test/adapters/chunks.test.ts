// Bodies in chunks: their client chooses how long each is, and a handler must not pay for each.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createEndpoint, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { within } from "../support/wait.js";

let endpoint: Endpoint;
let client: Socket;
/** What the handler was given, piece by piece. */
let pieces: string[];
/** How its reading ended. */
let ended: Promise<string>;

beforeEach(async () => {
  pieces = [];
  let end!: (how: string) => void;
  ended = within(new Promise<string>((resolve) => (end = resolve)), "the end of the body");
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, csrfExempt: () => true,
    routes: (app) => app.post("/read", async (c) => {
      try {
        for await (const piece of c.req.raw.body!) pieces.push(Buffer.from(piece as Uint8Array).toString("latin1"));
        end("complete");
      } catch {
        end("cut off");
      }
      return c.text("read");
    }),
  });
  const { port } = await serve(endpoint, { port: 0 });
  client = connect(port, "127.0.0.1").on("error", () => {});
  await once(client, "connect");
  client.write(`POST /read HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`);
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const LAST = "0\r\n\r\n";
const text = "0123456789abcdef".repeat(60_000);

it("of one byte each reach the handler joined, and whole", async () => {
  const short = text.slice(0, 20_000);
  client.write([...short].map(chunk).join("") + LAST);
  expect(await ended).toBe("complete");
  expect(pieces.join("") === short).toBe(true);
  // As often as the connection was read: a few times for these 120,000 bytes.
  expect(pieces.length).toBeLessThan(500);
  expect(String((await once(client, "data"))[0])).toMatch(/^HTTP\/1\.1 200 /);
});

it("that come one by one are not held back", async () => {
  client.write(chunk("early"));
  await expect.poll(() => pieces, { timeout: 60_000 }).toEqual(["early"]);
  client.write(chunk("late") + LAST);
  expect(await ended).toBe("complete");
  expect(pieces).toEqual(["early", "late"]);
});

it("that are more than a stream buffers arrive whole", async () => {
  client.write(text.match(/[^]{1,1000}/g)!.map(chunk).join("") + LAST);
  expect(await ended).toBe("complete");
  expect(pieces.join("") === text).toBe(true);
});

it("of a client that has gone end the reading", async () => {
  client.write(chunk("half"));
  await expect.poll(() => pieces, { timeout: 60_000 }).toEqual(["half"]);
  client.end(chunk("more"));
  client.destroy();
  expect(await ended).toBe("cut off");
});
