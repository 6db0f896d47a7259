// The twin of what is measured by the clock: bare `ws` sockets that get the same bytes. It answers the generator's requests
// with the least that lets it connect; there is no session, no view, no template and no diff.
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";

/** How long a broadcast's frame is: as long as Holdfast's was in the same round. */
const FEED_BYTES = Number(process.env["FEED_BYTES"] ?? 200);
const PAGE = `<!doctype html><meta name="csrf-token" content="t"><div id="phx-GOqOlzeuXYziFiAR" data-phx-main data-phx-session="s" data-phx-static="s"></div>`;

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
sockets.on("connection", (ws) => {
  ws.on("message", (data) => {
    const [joinRef, ref, topic] = JSON.parse((data as Buffer).toString()) as string[];
    ws.send(JSON.stringify([joinRef, ref, topic, "phx_reply", { status: "ok", response: {} }]));
  });
});

function broadcast(): void {
  const frame = (fill: string): string => JSON.stringify(["4", null, "lv:phx-GOqOlzeuXYziFiAR", "diff", { "0": fill }]);
  const text = frame("x".repeat(Math.max(0, FEED_BYTES - frame("").length)));
  for (const ws of sockets.clients) if (ws.readyState === WebSocket.OPEN) ws.send(text);
}

const stats = (): string => {
  const { rss, heapUsed } = process.memoryUsage();
  return JSON.stringify({ pid: process.pid, rss_kib: rss >> 10, heap_kib: heapUsed >> 10, inc: 0, mark: 0 });
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url!, "http://localhost");
  const from = performance.now();
  switch (pathname) {
    case "/bench/broadcast":
      broadcast();
      return response.end(JSON.stringify({ call_us: Math.round((performance.now() - from) * 1000) }));
    case "/bench/disconnect":
      for (const ws of sockets.clients) ws.close(1001, "disconnected");
      return response.end(JSON.stringify({ call_us: Math.round((performance.now() - from) * 1000), inc: 0, mark: 0 }));
    case "/bench/gc":
      globalThis.gc?.();
      return response.end(stats());
    case "/bench/stats":
    case "/bench/reset":
      return response.end(stats());
    default:
      response.setHeader("content-type", "text/html");
      return response.end(PAGE);
  }
});
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws));
});
server.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1", () => console.log("ready"));
