import { expect, it } from "vitest";
import { Chance } from "../../test/support/chance.js";
import { Subscriptions } from "./subscriptions.js";

type Connection = ConstructorParameters<typeof Subscriptions>[0];

/** A client that does what the test says, and notes what it is asked for. */
class Client {
  readonly had = new Set<string>();
  readonly log: string[] = [];
  /** Called before a command takes effect. */
  before: () => Promise<void> | void = () => {};

  async subscribe(channels: string[]): Promise<void> {
    this.log.push(`+${channels.join()}`);
    await this.before();
    for (const channel of channels) this.had.add(channel);
  }

  async unsubscribe(channels: string[]): Promise<void> {
    this.log.push(`-${channels.join()}`);
    await this.before();
    for (const channel of channels) this.had.delete(channel);
  }
}

function setUp(): { client: Client; use: (next: Client) => void; subscriptions: Subscriptions } {
  const connection = { client: new Client() };
  const subscriptions = new Subscriptions(connection as unknown as Connection, () => {}, () => {});
  return { client: connection.client, use: (next) => void (connection.client = next), subscriptions };
}

it("what changes in one turn is one command", async () => {
  const { client, subscriptions } = setUp();
  const ready = ["a", "b", "c"].map((channel) => subscriptions.add(channel));
  subscriptions.remove("b");
  await expect(Promise.allSettled(ready).then((all) => all.map(({ status }) => status))).resolves.toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(client.log).toEqual(["+a,c"]);
});

it("a channel is ready when the command is over, and for everybody who asks", async () => {
  const { client, subscriptions } = setUp();
  let over = false;
  client.before = () => new Promise((resolve) => setImmediate(() => {
    over = true;
    resolve();
  }));
  const first = subscriptions.add("a");
  expect(subscriptions.add("a")).toBe(first);
  await first;
  expect(over).toBe(true);
});

it("a command that fails is tried again", async () => {
  const { client, subscriptions } = setUp();
  let failures = 2;
  client.before = () => {
    if (failures-- > 0) throw new Error("the socket closed");
  };
  await subscriptions.add("a");
  expect(client.log).toEqual(["+a", "+a", "+a"]);
});

it("a channel that is removed and added during a command is subscribed in the end", async () => {
  const { client, subscriptions } = setUp();
  await subscriptions.add("a");
  let during = (): void => {};
  client.before = () => new Promise((resolve) => setImmediate(() => {
    during();
    during = () => {};
    resolve();
  }));
  let again: Promise<void> | undefined;
  during = () => (again = subscriptions.add("a"));
  subscriptions.remove("a");
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await again;
  expect(client.log).toEqual(["+a", "-a", "+a"]);
  expect([...client.had]).toEqual(["a"]);
});

it("another client is asked for everything again", async () => {
  const { use, subscriptions } = setUp();
  await Promise.all([subscriptions.add("a"), subscriptions.add("b")]);
  const next = new Client();
  use(next);
  subscriptions.revive();
  await subscriptions.add("c");
  expect([...next.had].toSorted()).toEqual(["a", "b", "c"]);
});

it("closing rejects all waiters", async () => {
  const { client, subscriptions } = setUp();
  client.before = () => new Promise(() => {});
  const waiting = subscriptions.add("a");
  subscriptions.close();
  await expect(waiting).rejects.toThrow("closed");
});

it("whatever happens in whatever order, in the end the wanted channels are subscribed", async () => {
  for (let seed = 0; seed < 100; seed++) {
    const chance = new Chance(seed);
    const { client, use, subscriptions } = setUp();
    let current = client;
    const wanted = new Set<string>();
    const waits = (): Promise<void> | void => {
      if (chance.maybe(0.5)) return new Promise((resolve) => setImmediate(resolve));
    };
    client.before = waits;
    for (let step = 0; step < 40; step++) {
      const channel = chance.one(["a", "b", "c", "d"]);
      if (chance.maybe(0.5)) {
        wanted.add(channel);
        void subscriptions.add(channel);
      } else {
        wanted.delete(channel);
        subscriptions.remove(channel);
      }
      if (chance.maybe(0.05)) {
        current = new Client();
        current.before = waits;
        use(current);
        subscriptions.revive();
      }
      if (chance.maybe(0.3)) await new Promise((resolve) => setImmediate(resolve));
    }
    // Commands that a lost client took with it are tried again after a while.
    await expect.poll(() => [...current.had].toSorted(), { message: `seed ${seed}`, timeout: 60_000 }).toEqual([...wanted].toSorted());
  }
});
