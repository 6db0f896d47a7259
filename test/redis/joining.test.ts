// How a process joins the other nodes without `serve`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { createEndpoint, topic, type Endpoint } from "holdfast";
import { attach, serve } from "holdfast/node";
import { redis } from "holdfast/redis";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { freePort } from "../support/free-port.js";
import { RedisServer } from "../support/redis-server.js";
import { within } from "../support/wait.js";
import { eventually, secret } from "./support.js";

const said = topic<{ text: string }>("said");

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

function endpoint(options: { readonly url?: string; readonly log?: (message: string, details: object) => void } = {}): Endpoint {
  const made = createEndpoint({
    secret, log: options.log ?? (() => {}), backplane: redis({ url: options.url ?? server.url, prefix: "joining" }),
  });
  onTestFinished(() => made.close());
  return made;
}

/** What an endpoint hears. */
function hearing({ pubsub }: Endpoint): string[] {
  const heard: string[] = [];
  pubsub.subscribe(said, ({ payload }) => heard.push(payload.text));
  return heard;
}

it("an endpoint without pages publishes to the others once it has joined, and is asked by their fence", async () => {
  const [page, worker] = [endpoint(), endpoint()];
  const heard = hearing(page);
  await within(Promise.all([page.join(), worker.join()]), "both join");
  await page.pubsub.ready();
  worker.broadcast(said, { text: "done" });
  await eventually("the page hears it", () => heard.length > 0);
  expect(heard).toEqual(["done"]);
  expect((await page.disconnect("users_socket:1")).nodes.toSorted()).toEqual([page.pubsub.node, worker.pubsub.node].toSorted());
});

it("a process that has not joined ends sockets and sessions everywhere all the same: it joins first", async () => {
  const [page, disconnecting, ending] = [endpoint(), endpoint(), endpoint()];
  await within(page.join(), "the page joins");
  const one = await within(disconnecting.disconnect("users_socket:1"), "disconnect");
  expect(one).toMatchObject({ nodes: expect.arrayContaining([page.pubsub.node, disconnecting.pubsub.node]), missing: [] });
  const all = await within(ending.endSessions("users_socket:1"), "endSessions");
  expect(all).toMatchObject({ nodes: expect.arrayContaining([page.pubsub.node, ending.pubsub.node]), missing: [] });
});

it("joining twice is joining once", async () => {
  const one = endpoint();
  await within(Promise.all([one.join(), one.join()]), "it joins");
  await within(one.join(), "it has joined");
  expect((await one.disconnect("users_socket:1")).nodes).toEqual([one.pubsub.node]);
});

it("an endpoint that is attached to a server joins by itself, and hears what others publish", async () => {
  const [attached, other] = [endpoint(), endpoint()];
  const heard = hearing(attached);
  const http = createServer();
  const { ready, detach } = attach(attached, http);
  onTestFinished(() => detach());
  await within(Promise.all([ready, other.join()]), "both join");
  other.broadcast(said, { text: "hello" });
  await eventually("the attached one hears it", () => heard.length > 0);
  expect(heard).toEqual(["hello"]);
});

it("a server whose attached endpoint cannot join emits why", async () => {
  const http = createServer();
  const failed = new Promise<Error>((resolve) => void http.once("error", resolve));
  const { ready, detach } = attach(endpoint({ url: `${server.url}/99` }), http);
  onTestFinished(() => detach());
  expect(await within(failed, "the server's error")).toMatchObject({ message: expect.stringContaining("DB index is out of range") });
  await within(ready, "the promise, which does not reject");
});

it("a process that has a backplane and never joins is told so, once", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const log = vi.fn<(message: string, details: object) => void>();
  endpoint({ log });
  const told = () => log.mock.calls.filter(([message]) => message.includes("has not joined the other nodes"));
  vi.advanceTimersByTime(14_000);
  expect(told()).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(told().map(([, details]) => details)).toEqual([{ fix: expect.stringContaining("endpoint.join()") }]);
});

it("a server that still waits for Redis ends at SIGTERM: as a container's first process it could only be killed", async () => {
  const program = `
    import { createEndpoint } from "holdfast";
    import { serve } from "holdfast/node";
    import { redis } from "holdfast/redis";
    const endpoint = createEndpoint({ secret: "${secret}", backplane: redis({ url: "redis://127.0.0.1:${await freePort()}" }), log: (said) => console.log(said) });
    await serve(endpoint, { port: 0, signals: true });`;
  const process_ = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void process_.kill("SIGKILL"));
  const exit = once(process_, "exit");
  for await (const line of createInterface({ input: process_.stdout })) if (line === "redis is away") break;
  process_.kill("SIGTERM");
  expect(await within(exit, "the end")).toEqual([0, null]);
});

it("a server that cannot begin leaves the signals as they were", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const before = process.listenerCount("SIGTERM");
  const { port } = taken.address() as AddressInfo;
  await expect(serve(endpoint(), { port, signals: true })).rejects.toThrow("EADDRINUSE");
  expect(process.listenerCount("SIGTERM")).toBe(before);
});
