import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { DEV_SOCKET, DevSocket } from "./dev-socket.js";

test("a connection that is reset while its upgrade is refused ends nothing but itself", () => {
  const server = new EventEmitter();
  const socket = new DevSocket();
  socket.listen(server as never);
  const connection = new PassThrough();
  server.emit("upgrade", { url: `${DEV_SOCKET}?token=wrong`, headers: { origin: "http://evil.example", host: "localhost" } }, connection, Buffer.alloc(0));
  expect(connection.read()?.toString()).toMatch(/^HTTP\/1.1 403 /);
  expect(() => connection.emit("error", new Error("read ECONNRESET"))).not.toThrow();
  expect(connection.destroyed).toBe(true);
  socket.close();
});
