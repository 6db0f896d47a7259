import { once } from "node:events";
import { Server } from "node:http";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { createEndpoint, html, liveSession, liveView, userSocket } from "holdfast";
import { serve } from "holdfast/node";
import { openBrowser } from "holdfast/testing";
import { expect, it, vi } from "vitest";
import { Gate, within } from "../support/wait.js";

const secret = "a secret of this test, long enough to be one";

it("a user socket whose id throws is refused and leaves nothing behind", async () => {
  const broken = userSocket({ connect: () => ({}), id: () => { throw new Error("on purpose"); }, channels: () => ({}) });
  const endpoint = createEndpoint({ secret, sockets: { "/chat": broken }, log() {} });
  const refused = await openBrowser(endpoint).handshake({ path: "/chat" });
  expect(refused).toHaveProperty("status", 500);
  expect(endpoint.connections).toBe(0);
});

it("a refused handshake with a half-open client does not hold the server", async () => {
  const endpoint = createEndpoint({ secret });
  const { port } = await serve(endpoint, { port: 0 });
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => {});
  client.write("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  await within(once(client, "data"), "the refusal");
  await within(endpoint.close(), "the server to close", 5_000).finally(() => client.destroy());
});

it("a handshake that is in progress while the server closes does not hold it", async () => {
  const gate = new Gate();
  const endpoint = createEndpoint({
    secret, routes: (app) => app.use("/live/*", async (_c, next) => { await gate.wait(); await next(); }),
  });
  const { port, url } = await serve(endpoint, { port: 0 });
  const client = connect({ port, host: "127.0.0.1" });
  client.on("error", () => {});
  client.write(`GET /live/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: ${new URL(url).host}\r\nOrigin: ${url}\r\nConnection: Upgrade\r\n`
    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  await within(gate.entered, "the handshake");
  const closed = endpoint.close();
  gate.open();
  await within(closed, "the server to close", 5_000).finally(() => client.destroy());
  expect(endpoint.connections).toBe(0);
});

it("a connection that cannot be accepted (no file descriptor left) does not end the process", async () => {
  const listen = vi.spyOn(Server.prototype, "listen");
  const log = vi.fn<() => void>();
  const endpoint = createEndpoint({ secret, log });
  await serve(endpoint, { port: 0 });
  const server = listen.mock.contexts[0] as Server;
  listen.mockRestore();
  for (let times = 0; times < 2; times++) server.emit("error", new Error("accept EMFILE"));
  expect(log).toHaveBeenCalledTimes(2);
  await endpoint.close();
});

it("a path that begins with // stays a path of this host", async () => {
  const seen: string[] = [];
  const Any = liveView.define({
    authorize: "public",
    mount: (_socket, { uri }) => void seen.push(uri.href),
    render: () => html`<p>any</p>`,
  });
  const endpoint = createEndpoint({ secret, log() {}, live: [liveSession("default", {}, (live) => live("/*", Any))] });
  for (const path of ["//evil.example/x", "//"]) {
    expect((await endpoint.app.request(`http://localhost${path}`)).status).toBe(200);
  }
  expect(seen).toEqual(["http://localhost//evil.example/x", "http://localhost//"]);
});

it("whatever it answers carries the security headers, with a server and without", async () => {
  const Page = liveView.define({ authorize: "public", render: () => html`<p>page</p>` });
  const publicDir = fileURLToPath(new URL("../../examples/gallery/public", import.meta.url));
  const endpoint = createEndpoint({ secret, publicDir, log() {}, live: [liveSession("default", {}, (live) => live("/", Page))] });
  const { url } = await serve(endpoint, { port: 0 });
  const answers: [path: string, status: number, method?: string][] = [
    ["/", 200], ["/nowhere", 404], ["/no.file", 404], ["/gallery.css", 200], ["/assets/holdfast/client.js", 200], ["/", 403, "POST"],
  ];
  for (const [path, status, method = "GET"] of answers) {
    for (const response of [await fetch(url + path, { method }), await endpoint.app.request(path, { method })]) {
      expect([path, response.status]).toEqual([path, status]);
      expect(response.headers.get("content-security-policy"), path).toContain("default-src 'self'");
      expect(response.headers.get("x-content-type-options"), path).toBe("nosniff");
      await response.text();
    }
  }
  await endpoint.close();
});
