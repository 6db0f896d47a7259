import { afterAll, beforeAll } from "vitest";
import { createPubSub } from "../../src/pubsub/index.js";
import { redis } from "../../src/redis/index.js";
import { pubsubConformance } from "../support/pubsub-conformance.js";
import { RedisServer } from "../support/redis-server.js";

const secret = "a secret of these tests, long enough";
let server: RedisServer;
let tests = 0;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

pubsubConformance({
  name: "a PubSub with Redis",
  nodes: "many",
  async open(options) {
    const pubsub = createPubSub(options);
    const node = redis({ url: server.url, prefix: `test-${tests}` }).open({ node: pubsub.node, secret });
    await pubsub.connect(node.carrier);
    return pubsub;
  },
  async end() {
    tests++;
  },
});
