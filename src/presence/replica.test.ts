import { describe, expect, it } from "vitest";
import { HEARTBEAT_MS, Replica, SILENCE_MS } from "./replica.js";

describe("a replica", () => {
  const ref = (): (() => string) => {
    let refs = 0;
    return () => `r${refs++}`;
  };

  it("an update leaves and joins, as the client's Presence expects", () => {
    const replica = new Replica("a", ref());
    const { id, diffs } = replica.track("room", "ann", { at: 1 });
    expect(diffs.get("room")).toEqual({ joins: { ann: { metas: [{ at: 1, phx_ref: "r0" }] } }, leaves: {} });
    expect(replica.update(id, { at: 2 })!.diffs.get("room")).toEqual({
      joins: { ann: { metas: [{ at: 2, phx_ref: "r1", phx_ref_prev: "r0" }] } }, leaves: { ann: { metas: [{ at: 1, phx_ref: "r0" }] } },
    });
    expect(replica.untrack([id])!.diffs.get("room")).toEqual({
      joins: {}, leaves: { ann: { metas: [{ at: 2, phx_ref: "r1", phx_ref_prev: "r0" }] } },
    });
    expect([replica.update(id, {}), replica.untrack([id]), replica.list("room")]).toEqual([undefined, undefined, {}]);
  });

  it("the people of a silent node leave after a while, and those of a node that says goodbye immediately", () => {
    const [one, two, three] = ["1", "2", "3"].map((name) => new Replica(name, ref()));
    one!.receive("2", two!.track("room", "bob", {}).message!, 0);
    one!.receive("3", three!.track("room", "cat", {}).message!, 0);
    expect(one!.receive("3", { kind: "bye" }, 1).diffs.get("room")).toMatchObject({ joins: {}, leaves: { cat: { metas: [{}] } } });
    for (let now = 0; now <= SILENCE_MS; now += HEARTBEAT_MS) expect(one!.tick(now).diffs.size).toBe(0);
    expect(one!.tick(SILENCE_MS + 1).diffs.get("room")).toMatchObject({ leaves: { bob: { metas: [{}] } } });
    expect([one!.list("room"), [...one!.peers]]).toEqual([{}, []]);
  });

  it("the people of a node that is heard stay, however little it has to say", () => {
    const [one, two] = ["1", "2"].map((name) => new Replica(name, ref()));
    one!.receive("2", two!.track("room", "bob", {}).message!, 0);
    for (let now = HEARTBEAT_MS; now < 10 * SILENCE_MS; now += HEARTBEAT_MS) {
      expect(one!.receive("2", two!.tick(now).message!, now)).toEqual({ diffs: new Map() });
      expect(one!.tick(now).diffs.size).toBe(0);
    }
    expect(Object.keys(one!.list("room"))).toEqual(["bob"]);
  });

  it("that was asleep does not take the others for dead", () => {
    const [one, two] = ["1", "2"].map((name) => new Replica(name, ref()));
    one!.tick(0);
    one!.receive("2", two!.track("room", "bob", {}).message!, 10);
    expect(one!.tick(600_000).diffs.size).toBe(0);
    expect(Object.keys(one!.list("room"))).toEqual(["bob"]);
  });

  it("that missed many changes asks once, and takes the answer whole", () => {
    const [one, two] = ["1", "2"].map((name) => new Replica(name, ref()));
    const steps = ["a", "b", "c"].map((key) => two!.track("room", key, {}));
    two!.untrack([steps[0]!.id]);
    const asked = steps.slice(1).map(({ message }) => one!.receive("2", message!, 0));
    expect(asked.map(({ message, to }) => [message, to])).toEqual([[{ kind: "ask" }, "2"], [undefined, undefined]]);
    const answer = two!.receive("1", { kind: "ask" }, 0);
    expect(answer.to).toBe("1");
    const { diffs } = one!.receive("2", answer.message!, 1);
    expect(Object.keys(diffs.get("room")!.joins)).toEqual(["b", "c"]);
    // An older answer, and a change that is in it, come late.
    expect(one!.receive("2", steps[2]!.message!, 2).diffs.size).toBe(0);
    expect(one!.receive("2", { kind: "state", clock: 1, entries: [] }, 3).diffs.size).toBe(0);
    expect(Object.keys(one!.list("room"))).toEqual(["b", "c"]);
  });
});
