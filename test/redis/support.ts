import { createPubSub, type BackplaneNode, type PubSub } from "../../src/pubsub/index.js";
import { redis, type RedisOptions } from "../../src/redis/index.js";
import { DEADLINE_MS, within } from "../support/wait.js";

export const secret = "a secret of these tests, long enough";

/** A node of a test, with what it logged. */
export interface TestNode {
  readonly pubsub: PubSub;
  readonly shared: BackplaneNode;
  readonly log: string[];
}

/** Makes nodes and ends them. */
export class Nodes {
  readonly #open: TestNode[] = [];
  readonly #options: RedisOptions;

  constructor(options: RedisOptions) {
    this.#options = options;
  }

  /** Makes one that is not connected yet. */
  make({ secret: own = secret, outage, ...options }: RedisOptions & { readonly secret?: string; readonly outage?: "serve" } = {}): TestNode {
    const log: string[] = [];
    const pubsub = createPubSub({ onError: (error) => log.push(String(error)) });
    const shared = redis({ ...this.#options, ...options }).open({
      node: pubsub.node, secret: own, ...(outage !== undefined && { outage }),
      log: (message, details) => log.push(`${message} ${JSON.stringify(details, (_, value: unknown) => (value instanceof Error ? String(value) : value))}`),
    });
    const node = { pubsub, shared, log };
    this.#open.push(node);
    return node;
  }

  async join(options: Parameters<Nodes["make"]>[0] = {}): Promise<TestNode> {
    const node = this.make(options);
    await within(node.pubsub.connect(node.shared.carrier), "the node joins");
    return node;
  }

  async end(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(({ pubsub }) => pubsub.close()));
  }
}

/** Checks again and again until it is true. */
export async function eventually(what: string, so: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + DEADLINE_MS;
  while (!(await so())) {
    if (Date.now() > until) throw new Error(`it never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
