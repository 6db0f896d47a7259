import { afterEach, beforeEach, expect, it } from "vitest";
import { RedisServer } from "../support/redis-server.js";
import { NodeProcess } from "./node-process.js";
import { eventually } from "./support.js";

let server: RedisServer;
let nodes: NodeProcess[];
beforeEach(async () => {
  server = await RedisServer.start();
  nodes = await Promise.all([1, 2, 3].map(() => NodeProcess.start(server.url)));
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.kill()));
  await server.stop();
});

/** Waits until each node's list is this. */
async function allSee(people: readonly string[]): Promise<void> {
  for (const node of nodes) {
    await eventually(`${node.id} sees ${people.join()}`, async () => JSON.stringify(await node.ask("present room")) === JSON.stringify(people));
  }
}

it("all processes know who is there; the people of one that is killed leave, and those of a new one come", async () => {
  for (const [index, node] of nodes.entries()) await node.ask(`track room user${index}`);
  await allSee(["user0", "user1", "user2"]);
  await nodes.pop()!.kill();
  const began = performance.now();
  await allSee(["user0", "user1"]);
  // Only its silence reveals it, and not earlier.
  expect(performance.now() - began).toBeLessThan(10_000);
  const late = await NodeProcess.start(server.url);
  nodes.push(late);
  expect(await late.ask("present room")).toEqual(["user0", "user1"]);
  await late.ask("track room user9");
  await allSee(["user0", "user1", "user9"]);
});

it("the people of a process that was paused for long are back when it resumes, and it knows who came and went", async () => {
  for (const [index, node] of nodes.entries()) await node.ask(`track room user${index}`);
  await allSee(["user0", "user1", "user2"]);
  const stopped = nodes.pop()!;
  stopped.signal("SIGSTOP");
  await allSee(["user0", "user1"]);
  await nodes[0]!.ask("track room user7");
  await nodes.pop()!.kill();
  await allSee(["user0", "user7"]);
  stopped.signal("SIGCONT");
  nodes.push(stopped);
  await allSee(["user0", "user2", "user7"]);
});

it("when the database was away everybody is still there, or is again", async () => {
  for (const [index, node] of nodes.entries()) await node.ask(`track room user${index}`);
  await allSee(["user0", "user1", "user2"]);
  await server.kill();
  // Each node is alone and lists only its own people.
  await eventually("the others are gone", async () => (await nodes[0]!.ask<string[]>("present room")).length === 1);
  await server.begin();
  await allSee(["user0", "user1", "user2"]);
});
