// Upgrades of a development server: nothing hangs, and each listener takes its own.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createEndpoint } from "holdfast";
import { attach } from "holdfast/node";
import { expect, it } from "vitest";
import { DEV_SOCKET, DevSocket } from "../dist/dev/dev-socket.js";
import { handshakeStatus } from "./support/raw-socket.js";

it("an upgrade that neither the development socket nor the endpoint takes is answered at once", async () => {
  const endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", log() {}, limits: { requestMs: Infinity } });
  const server = createServer();
  const socket = new DevSocket();
  socket.listen(server);
  attach(endpoint, server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const paths = ["/nowhere", DEV_SOCKET, `${DEV_SOCKET}?token=wrong`, "/live/websocket"];
    expect(await Promise.all(paths.map((path) => handshakeStatus(base, { path, vsn: null })))).toEqual([404, 404, 403, 403]);
  } finally {
    socket.close();
    await endpoint.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
