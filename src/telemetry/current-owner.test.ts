import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { currentOwner, HookedOwner, OwnerRef, StoredOwner, type CurrentOwner } from "./current-owner.js";

const owner = (): OwnerRef => new OwnerRef({ name: "", crash() {} });

/** Each tells `seen` whose code runs at some moment, and ends when all moments have been. */
const moments: Record<string, (running: CurrentOwner, own: OwnerRef, seen: () => void) => Promise<unknown> | void> = {
  "outside of everything": (_running, _own, seen) => seen(),
  "at once": (running, own, seen) => running.run(own, seen),
  "behind it": (running, own, seen) => {
    running.run(own, () => {});
    seen();
  },
  "behind one that threw": (running, own, seen) => {
    expect(() => running.run(own, () => { throw new Error("boom"); })).toThrow("boom");
    seen();
  },
  "in another's": (running, own, seen) => running.run(owner(), () => running.run(own, seen)),
  "behind one in another's": (running, own, seen) => running.run(own, () => {
    running.run(owner(), () => {});
    seen();
  }),
  "behind an await": (running, own, seen) => running.run(own, async () => {
    await undefined;
    seen();
    await sleep(1);
    seen();
  }),
  "in a caller that awaits it": async (running, own, seen) => {
    await running.run(own, () => sleep(1));
    seen();
  },
  "in a promise that nobody awaits": async (running, own, seen) => {
    running.run(own, () => void Promise.resolve().then(seen));
    await sleep(1);
  },
  "in a timer, and in what it starts": (running, own, seen) => new Promise<void>((done) => {
    running.run(own, () => void setTimeout(() => {
      seen();
      setImmediate(() => process.nextTick(() => (seen(), done())));
    }, 1));
  }),
  "in a timer behind an await": (running, own, seen) => new Promise<void>((done) => {
    void running.run(own, async () => {
      await sleep(1);
      setTimeout(() => (seen(), done()), 1);
    });
  }),
  "in a callback of the system's": (running, own, seen) => new Promise<void>((done) => {
    running.run(own, () => readFile(import.meta.filename, () => (seen(), done())));
  }),
  "behind what two wait for": async (running, own, seen) => {
    const gate = new EventEmitter();
    const opened = once(gate, "open");
    const both = [own, owner()].map((each) => running.run(each, async () => {
      await opened;
      if (each === own) seen();
    }));
    gate.emit("open");
    await Promise.all(both);
  },
};

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe.each([["HookedOwner", new HookedOwner()], ["StoredOwner", new StoredOwner()]])("what %s began", (_name, current) => {
  it("does not keep an ended owner alive, and the code has no owner from then on", async () => {
    const seen: unknown[] = [];
    let fire = (): void => {};
    const begin = (): WeakRef<object> => {
      const view = { name: "", crash() {}, items: new Array<number>(1_000_000).fill(1) };
      const ref = new OwnerRef(view);
      // Something that lives longer, opened by the first who needed it.
      void current.run(ref, async () => {
        await new Promise<void>((resolve) => (fire = resolve));
        seen.push(current.get());
      });
      ref.release();
      return new WeakRef(view);
    };
    const ended = begin();
    await sleep(1);
    collect();
    expect(ended.deref()).toBeUndefined();
    fire();
    await sleep(1);
    expect(seen).toEqual([undefined]);
  });
});

describe("HookedOwner tracks the same owner as AsyncLocalStorage", () => {
  const own = owner();

  async function told(running: CurrentOwner, moment: (typeof moments)[string]): Promise<string[]> {
    const all: string[] = [];
    await moment(running, own, () => {
      const now = running.get();
      all.push(now === own.owner ? "its own" : now === undefined ? "nobody's" : "another's");
    });
    return all;
  }

  it.each(Object.entries(moments))("%s", async (_name, moment) => {
    const plain = await told(new StoredOwner(), moment);
    expect(plain.length).toBeGreaterThan(0);
    expect(await told(new HookedOwner(), moment)).toEqual(plain);
  });

  it("one of its own and another's moment differ, so that the table above says something", async () => {
    expect(await told(new HookedOwner(), moments["at once"]!)).toEqual(["its own"]);
    expect(await told(new HookedOwner(), moments["outside of everything"]!)).toEqual(["nobody's"]);
    expect(await told(new HookedOwner(), moments["in a timer, and in what it starts"]!)).toEqual(["its own", "its own"]);
  });
});

it("runs each of an owner's jobs as its code, and in no async context of the caller", async () => {
  const callers = new AsyncLocalStorage<string>();
  const own = owner();
  for (const job of ["the join", "the first event", "the second event"]) {
    const seen: unknown[] = [];
    const note = (): void => void seen.push(currentOwner.get(), callers.getStore());
    await callers.run("another user's request", () => new Promise<void>((done) => own.inOwnContext(() => {
      note();
      setTimeout(() => (note(), done()), 1);
    })));
    expect(seen, job).toEqual([own.owner, undefined, own.owner, undefined]);
  }
  expect(currentOwner.get()).toBeUndefined();
});
