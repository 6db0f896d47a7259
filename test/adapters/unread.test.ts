// Clients that ask, and then read nothing of the answer.
import { connect, type Socket } from "node:net";
import type { ServerResponse } from "node:http";
import { createEndpoint, html, liveSession, liveView, type Endpoint } from "holdfast";
import { serve } from "holdfast/node";
import type { Context } from "hono";
import { afterEach, expect, it } from "vitest";
import { within } from "../support/wait.js";

const BYTES = 16 * 2 ** 20;
const sockets: Socket[] = [];
let endpoint: Endpoint | undefined;
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await endpoint?.close();
});

it("lose their connection after requestMs, and those who wait for us do not", async () => {
  let cut = (): void => {};
  const unread = new Promise<void>((resolve) => (cut = resolve));
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, live: [],
    // Node counts this from the connection's beginning too: a busy machine may need a while for the request itself.
    limits: { requestMs: 2000 },
    routes: (app) => {
      app.get("/large", (c: Context<{ Bindings: { outgoing: ServerResponse } }>) => {
        c.env.outgoing.once("close", () => cut());
        return c.text("x".repeat(BYTES));
      });
      // Both take longer than the unread answer is kept.
      app.get("/later", async (c) => {
        await unread;
        return c.text("later");
      });
      app.get("/stream", () => new Response(new ReadableStream<string>({
        async start(controller) {
          controller.enqueue("begun, ");
          await unread;
          controller.enqueue("ended");
          controller.close();
        },
      }).pipeThrough(new TextEncoderStream())));
    },
  });
  const { url, port } = await serve(endpoint, { port: 0 });
  const stalled = connect(port, "127.0.0.1").pause().on("error", () => {});
  sockets.push(stalled);
  const answers = Promise.all(["/later", "/stream"].map(async (path) => (await fetch(url + path)).text()));
  stalled.write("GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  expect(await within(answers, "the answers to those who waited")).toEqual(["later", "begun, ended"]);
  let received = 0;
  stalled.on("data", ({ length }: Buffer) => (received += length)).resume();
  await within(new Promise((resolve) => stalled.once("close", resolve)), "the close of the connection");
  expect(received).toBeLessThan(BYTES);
  expect((await (await fetch(`${url}/large`)).text()).length).toBe(BYTES);
});

it("of a stream lose their connection too, and one that fell behind and then waits for us does not", async () => {
  let cut = (): void => {};
  const unread = new Promise<void>((resolve) => (cut = resolve));
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", log() {}, live: [], limits: { requestMs: 1000 },
    routes: (app) => {
      app.get("/endless", () => new Response(new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)), cancel: () => cut(),
      })));
      app.get("/burst", () => new Response(new ReadableStream<Uint8Array>({
        async start(controller) {
          controller.enqueue(new Uint8Array(BYTES));
          await unread;
          controller.enqueue(new TextEncoder().encode("the end"));
          controller.close();
        },
      })));
    },
  });
  const { port } = await serve(endpoint, { port: 0 });
  const [behind, stalled] = ["/burst", "/endless"].map((path) => {
    const socket = connect(port, "127.0.0.1").pause().on("error", () => {});
    sockets.push(socket);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    return socket;
  });
  let received = "";
  const ended = new Promise<void>((resolve) => behind!.on("data", (data: Buffer) => {
    received = (received + data.toString("latin1")).slice(-100);
    if (received.includes("the end")) resolve();
  }));
  // It falls behind before it reads.
  setTimeout(() => behind!.resume(), 300);
  await within(unread, "the end of the stream that nobody reads");
  stalled!.resume();
  await within(ended, "the rest of the other");
});

it("hold no more than unreadAnswerBytes together, and who reads is served", async () => {
  const cut: unknown[] = [];
  const limit = 3 * BYTES;
  const text = "x".repeat(BYTES);
  const Large = liveView.define({ name: "large", authorize: "public", mount: () => ({}), render: () => html`<p>${text}</p>` });
  endpoint = createEndpoint({
    secret: "a secret of this test, long enough to be one", live: [liveSession("default", {}, (live) => live("/", Large))],
    log: (message, details) => void (message === "answer cut" && cut.push(details)), limits: { unreadAnswerBytes: limit },
  });
  const { url, port } = await serve(endpoint, { port: 0 });
  const stalled = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").pause().on("error", () => {}));
  sockets.push(...stalled);
  for (const socket of stalled) socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  await expect.poll(() => cut.length).toBe(6);
  expect(cut[0]).toMatchObject({ address: "127.0.0.1", reason: "unread", limit, bytes: expect.any(Number) as number });
  expect((await (await fetch(url)).text()).length).toBeGreaterThan(BYTES);
});
