import { createClient } from "redis";
import { afterAll, beforeAll } from "vitest";
import { createPubSub } from "../../src/pubsub/index.js";
import { redis } from "../../src/redis/index.js";
import { pubsubConformance } from "../support/pubsub-conformance.js";
import { RedisServer } from "../support/redis-server.js";
import { secret } from "./support.js";

let server: RedisServer;
let tests = 0;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

const clients = {
  "Redis": () => ({ url: server.url }),
  // As with an application's own client.
  "Redis and the protocol's second version": () => ({ client: createClient({ url: server.url, RESP: 2 }) }),
};

for (const [name, client] of Object.entries(clients)) {
  pubsubConformance({
    name: `a PubSub with ${name}`,
    nodes: "many",
    async open(options) {
      const pubsub = createPubSub(options);
      const node = redis({ ...client(), prefix: `test-${tests}` }).open({ node: pubsub.node, secret });
      await pubsub.connect(node.carrier);
      return pubsub;
    },
    async end() {
      tests++;
    },
  });
}
