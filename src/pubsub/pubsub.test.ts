import { MemoryBus } from "../../test/support/memory-bus.js";
import { pubsubConformance } from "../../test/support/pubsub-conformance.js";
import { createPubSub } from "./index.js";

pubsubConformance({
  name: "a PubSub of one process",
  nodes: "one",
  open: async (options) => createPubSub(options),
  end: async () => {},
});

let bus = new MemoryBus();
pubsubConformance({
  name: "a PubSub with a carrier within the process",
  nodes: "many",
  async open(options) {
    const pubsub = createPubSub(options);
    await pubsub.connect(bus.carrier());
    return pubsub;
  },
  async end() {
    bus = new MemoryBus();
  },
});
