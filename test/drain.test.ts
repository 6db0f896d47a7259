import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type NetConnectOpts } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpoint, html, liveSession, liveView, type Endpoint, type EndpointOptions } from "holdfast";
import { serve } from "holdfast/node";
import { openBrowser } from "holdfast/testing";
import { expect, onTestFinished, test } from "vitest";
import { Browser, type Page } from "./support/browser.js";
import { handshakeStatus, type RawSocket } from "./support/raw-socket.js";
import { Gate } from "./support/wait.js";

const Still = liveView.define({ authorize: "public", render: () => html`<p></p>` });

function endpointWith(limits: EndpointOptions["limits"] = {}, view = Still): Endpoint {
  return createEndpoint({
    secret: "a secret of the tests, and of no one else", live: [liveSession("default", {}, (live) => live("/", view))],
    health: true, limits, log: () => {},
  });
}

const open = (endpoint: Endpoint, pages: number) => Promise.all(Array.from({ length: pages }, () => openBrowser(endpoint).visit("/")));
const readiness = async (endpoint: Endpoint): Promise<number> => (await endpoint.app.request("/readyz")).status;

test("a draining endpoint closes a share of its sockets at a time, each with a code that brings its client back", async () => {
  const endpoint = endpointWith({ drainStepFraction: 0.4, drainStepMs: 1 });
  const pages = await open(endpoint, 5);
  const stillOpen = (): number => pages.filter((page) => page.closed === undefined).length;
  const draining = endpoint.close({ drain: true });
  expect(stillOpen()).toBe(3); // the first share of two, and not yet the next
  await draining;
  expect([stillOpen(), endpoint.connections]).toEqual([0, 0]);
  expect(new Set(pages.map((page) => page.closed?.code))).toEqual(new Set([1012]));
});

test("the clients of sockets that close together are told to come back one after the other", async () => {
  for (const how of [{}, { drain: true }]) {
    const endpoint = endpointWith({ drainStepFraction: 1 });
    const pages = await open(endpoint, 3);
    await endpoint.close(how);
    expect(pages.map((page) => page.closed?.reason).sort()).toEqual(["restart;0", "restart;1", "restart;2"]);
  }
});

test("in its grace time a node is not ready, and takes the clients that the load balancer still sends", async () => {
  const endpoint = endpointWith({ drainGraceMs: 3_600_000 });
  const { url } = await serve(endpoint, { port: 0 });
  const [before] = await open(endpoint, 1);
  const draining = endpoint.close({ drain: true });
  expect(await readiness(endpoint)).toBe(503);
  const [late] = await open(endpoint, 1);
  expect([before!.closed, late!.closed, await handshakeStatus(url)]).toEqual([undefined, undefined, 101]);
  // Whoever closes it without a drain does not wait.
  await Promise.all([endpoint.close(), draining]);
  expect([before!.closed?.code, late!.closed?.code]).toEqual([1012, 1012]);
});

test("behind its grace time a node refuses handshakes, and only they", async () => {
  const endpoint = endpointWith({ drainGraceMs: 5, drainStepFraction: 0.5, drainStepMs: 3_600_000, drainMaxMs: Infinity });
  const { url } = await serve(endpoint, { port: 0 });
  const pages = await open(endpoint, 2);
  const draining = endpoint.close({ drain: true });
  await expect.poll(() => pages.map((page) => page.closed?.code).toSorted()).toEqual([1012, undefined]);
  expect([await handshakeStatus(url), (await endpoint.app.request("/")).status, endpoint.connections]).toEqual([503, 200, 1]);
  await Promise.all([endpoint.close(), draining]);
});

/** A connection that has sent its handshake, and the status line that it is answered with. */
async function inLine(where: NetConnectOpts, host: string): Promise<{ knock: () => void; status: Promise<string | undefined> }> {
  const client = connect(where).on("error", () => {});
  onTestFinished(() => void client.destroy());
  await once(client, "connect");
  let answer = "";
  const status = new Promise<string | undefined>((resolve) => {
    client.on("data", (data: Buffer) => {
      answer += data.toString("latin1");
      if (!answer.includes("\r\n")) return;
      resolve(answer.split("\r\n", 1)[0]);
      client.destroy();
    }).once("close", () => resolve(undefined));
  });
  const lines = [
    "GET /live/websocket?vsn=2.0.0 HTTP/1.1", `Host: ${host}`, `Origin: http://${host}`, "Connection: Upgrade", "Upgrade: websocket",
    "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "",
  ];
  return { knock: () => void client.write(lines.join("\r\n")), status };
}

test.each(["a port", "a unix socket"])("who stands in line at %s when a drain begins is let in: the load balancer may have nobody else to ask", async (at) => {
  const host = "app.example";
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", url: `http://${host}`, live: [liveSession("default", {}, (live) => live("/", Still))],
    limits: { drainStepFraction: 1 }, log: () => {},
  });
  const folder = await mkdtemp(join(tmpdir(), "holdfast-drain-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "node");
  const where = at === "a port" ? { port: (await serve(endpoint, { port: 0 })).port, host: "127.0.0.1" } : await serve(endpoint, { path }).then(() => ({ path }));
  // They connect in one turn of the event loop, and Node accepts one of them per turn.
  const line = await Promise.all(Array.from({ length: 30 }, () => inLine(where, host)));
  for (const { knock } of line) knock();
  await endpoint.close({ drain: true });
  expect(new Set(await Promise.all(line.map(({ status }) => status)))).toEqual(new Set(["HTTP/1.1 101 Switching Protocols"]));
});

/** A page whose event waits at a gate, on a node that drains. */
async function atWork(limits: EndpointOptions["limits"]): Promise<{
  gate: Gate; aborted: () => boolean; handled: () => number; page: Page; socket: RawSocket; click: string; endpoint: Endpoint;
}> {
  const gate = new Gate();
  let handled = 0;
  let signal: AbortSignal | undefined;
  const Work = liveView.define({
    authorize: "public", mount: () => ({ done: false }),
    events: {
      work: {
        async handle(socket) {
          handled++;
          signal = socket.signal;
          await gate.wait();
          socket.assign({ done: true });
        },
      },
    },
    render: ({ done }, on) => html`<button phx-click=${on.work}>${done ? "done" : "work"}</button>`,
  });
  const endpoint = endpointWith({ drainStepFraction: 1, ...limits }, Work);
  const browser = new Browser((await serve(endpoint, { port: 0 })).url);
  onTestFinished(async () => {
    gate.open();
    browser.close();
    await endpoint.close();
  });
  const { page, socket } = await browser.open("/");
  const click = socket.sendEvent(page, "work");
  await gate.entered;
  return { gate, aborted: () => signal!.aborted, handled: () => handled, page, socket, click, endpoint };
}

test("events that are under way are answered before their socket closes, and what comes behind them is not read", async () => {
  const { gate, aborted, handled, page, socket, click, endpoint } = await atWork({});
  const draining = endpoint.close({ drain: true });
  const late = socket.sendEvent(page, "work");
  // When this is answered, what the socket has sent before it has arrived.
  expect(await handshakeStatus(page.url)).toBe(503);
  expect([socket.open, aborted()]).toEqual([true, false]);
  gate.open();
  expect((await socket.reply(click)).response).toEqual({ diff: { 1: "done" } });
  expect(await socket.code()).toBe(1012);
  await draining;
  expect([handled(), socket.frames.some(([, ref]) => ref === late)]).toEqual([1, false]);
});

test("an event that does not end is cut when the drain has taken its time", async () => {
  const { aborted, socket, click, endpoint } = await atWork({ drainMaxMs: 30 });
  await endpoint.close({ drain: true });
  expect([await socket.code(), aborted(), socket.frames.some(([, ref]) => ref === click)]).toEqual([1012, true, false]);
});
