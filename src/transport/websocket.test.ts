import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import type { Connection, Transport } from "../channel/index.js";
import { defaultLimits } from "../security/index.js";
import { WebSocketTransport } from "./websocket.js";

test("more than 16 KiB queued for one socket is sent immediately, and all of it arrives in order", async () => {
  const transport = new WebSocketTransport(defaultLimits);
  const texts = Array.from({ length: 40 }, (_, i) => String(i).padEnd(1000, "."));
  let writtenAtOnce = 0;
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    const open = (port: Transport): void => {
      const write = vi.spyOn(socket, "write");
      for (const text of texts) port.send(text);
      writtenAtOnce = write.mock.calls.length;
    };
    transport.accept(request, socket, head, { open, closed() {} } as Partial<Connection> as Connection);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: string[] = [];
  await new Promise<void>((resolve) => {
    ws.on("message", (data: Buffer) => {
      if (got.push(data.toString()) === texts.length) resolve();
    });
  });
  expect(got).toEqual(texts);
  // 17 frames of 1,004 bytes are the first that are more than 16 KiB; a slow machine sends more, not to let the first wait.
  expect(writtenAtOnce).toBeGreaterThanOrEqual(34);
  ws.terminate();
  server.close();
});
