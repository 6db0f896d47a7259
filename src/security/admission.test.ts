import { describe, expect, it } from "vitest";
import type { Lane, Waiting } from "./admission-queue.js";
import { Admission, type AdmissionLimits } from "./admission.js";
import { defaultLimits } from "./limits.js";
import { leastCpuTime } from "../../test/support/cpu.js";

/** Ten a second for each client, in both lanes, and two a second for each session. */
const LIMITS: AdmissionLimits = {
  admissionsPerSession: 2, admissionBurstPerSession: 2, admissionsPerIp: 10, admissionBurstPerIp: 3, rejoinsPerIp: 10, rejoinBurstPerIp: 3,
  admissionWaitMs: 1000,
};

/** An admission with a clock that goes where it is told, and what became of whom, when. */
class World {
  readonly admission: Admission<string>;
  readonly log: [name: string, what: string, at: number][] = [];
  now = 0;

  constructor(limits: Partial<AdmissionLimits> = {}) {
    this.admission = new Admission({ ...LIMITS, ...limits });
  }

  arrive(name: string, { network = "n", session = "s", lane = "new" }: { network?: string; session?: string; lane?: Lane } = {}): Waiting<string> | undefined {
    const answer = this.admission.arrive({ network, session, lane }, name, this.now);
    if (answer.admitted === "later") return answer.waiting;
    this.log.push([name, answer.admitted ? "in" : `refused for ${answer.retryAfterMs}`, this.now]);
    return undefined;
  }

  /** Settles whenever there is something to settle, until a time or until nobody waits. */
  run(until = Infinity): void {
    for (let at = this.admission.nextAt(this.now); at !== undefined && at <= until; at = this.admission.nextAt(this.now)) {
      this.now = at;
      const { admitted, refused } = this.admission.settle(at);
      if (admitted.length + refused.length === 0 && this.admission.nextAt(at) === at) throw new Error("it would spin");
      for (const { value } of admitted) this.log.push([value, "in", at]);
      for (const { value } of refused) this.log.push([value, "out", at]);
    }
    if (until !== Infinity) this.now = until;
  }

  of(what: string): string[] {
    return this.log.filter(([, became]) => became === what).map(([name]) => name);
  }
}

describe("Admission", () => {
  it("admits a burst immediately, and others at the rate, in order", () => {
    const world = new World();
    for (let n = 0; n < 6; n++) world.arrive(`${n}`, { session: `s${n}` });
    expect(world.of("in")).toEqual(["0", "1", "2"]);
    expect([world.admission.waiting, world.admission.nextAt(0)]).toEqual([3, 100]);
    world.run();
    expect(world.log.slice(3)).toEqual([["3", "in", 100], ["4", "in", 200], ["5", "in", 300]]);
    expect([world.admission.waiting, world.admission.nextAt(300)]).toEqual([0, undefined]);
  });

  it("keeps a session to its own rate, and lets the others of its client pass", () => {
    const world = new World({ admissionBurstPerIp: 100 });
    for (let n = 0; n < 4; n++) world.arrive(`greedy ${n}`, { session: "greedy" });
    for (let n = 0; n < 3; n++) world.arrive(`other ${n}`, { session: `o${n}` });
    world.run();
    expect(world.log).toEqual([
      ["greedy 0", "in", 0], ["greedy 1", "in", 0], ["other 0", "in", 0], ["other 1", "in", 0], ["other 2", "in", 0], ["greedy 2", "in", 500], ["greedy 3", "in", 1000],
    ]);
  });

  it("lets sessions take turns, however many one of them has waiting", () => {
    const world = new World({ admissionBurstPerIp: 1, admissionsPerSession: 100, admissionBurstPerSession: 100 });
    for (let n = 0; n < 5; n++) world.arrive(`a${n}`, { session: "a" });
    for (let n = 0; n < 3; n++) world.arrive(`b${n}`, { session: "b" });
    world.arrive("c0", { session: "c" });
    world.run();
    expect(world.of("in").join()).toBe("a0,a1,b0,c0,a2,b1,a3,b2,a4");
  });

  it("keeps no client waiting for another", () => {
    const world = new World({ admissionBurstPerSession: 1000, admissionsPerSession: 1000 });
    for (let n = 0; n < 10; n++) world.arrive(`crowd ${n}`, { network: "crowd", session: `s${n}` });
    world.arrive("alone", { network: "alone" });
    expect(world.of("in")).toEqual(["crowd 0", "crowd 1", "crowd 2", "alone"]);
  });

  it("has a separate lane for those who come back", () => {
    const world = new World();
    for (let n = 0; n < 10; n++) world.arrive(`new ${n}`, { session: `s${n}` });
    world.arrive("back", { session: "x", lane: "rejoin" });
    expect(world.of("in").at(-1)).toBe("back");
  });

  it("immediately refuses those who would wait too long, and says for how long", () => {
    const world = new World({ admissionsPerSession: 1000, admissionBurstPerSession: 1000 });
    for (let n = 0; n < 20; n++) world.arrive(`${n}`, { session: `s${n}` });
    const refused = world.log.filter(([, what]) => what.startsWith("refused"));
    expect([world.of("in").length, world.admission.waiting, refused.length]).toEqual([3, 10, 7]);
    expect(refused[0]).toEqual(["13", "refused for 1100", 0]);
    world.run();
    expect([world.of("in").length, world.of("out")]).toEqual([13, []]);
    expect(world.now).toBe(1000);
  });

  it("answers everybody in time, whatever comes in between", () => {
    let state = 5;
    const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
    const world = new World();
    const arrived = new Map<string, number>();
    for (let n = 0; n < 3000; n++) {
      world.run(world.now + random(30));
      arrived.set(`${n}`, world.now);
      world.arrive(`${n}`, { network: `n${random(3)}`, session: `s${random(12)}`, lane: random(2) === 0 ? "new" : "rejoin" });
    }
    world.run();
    expect(world.log.length).toBe(3000);
    for (const [name, , at] of world.log) expect(at - arrived.get(name)!).toBeLessThanOrEqual(LIMITS.admissionWaitMs);
    expect(world.of("in").length).toBeGreaterThan(500);
  });

  it("forgets who has left, and lets the next one in for it", () => {
    const world = new World({ admissionBurstPerIp: 1 });
    world.arrive("first", { session: "a" });
    const gone = world.arrive("gone", { session: "b" })!;
    world.arrive("next", { session: "c" });
    world.admission.leave(gone);
    world.admission.leave(gone);
    expect(world.admission.waiting).toBe(1);
    world.run();
    expect(world.log).toEqual([["first", "in", 0], ["next", "in", 100]]);
    world.admission.leave(gone);
    expect(world.admission.waiting).toBe(0);
  });

  it("lets everybody in without limits", () => {
    const none = { admissionsPerSession: Infinity, admissionsPerIp: Infinity, rejoinsPerIp: Infinity };
    const world = new World(none);
    for (let n = 0; n < 1000; n++) world.arrive(`${n}`);
    expect(world.of("in").length).toBe(1000);
  });

  it("remembers those of late only", () => {
    const world = new World();
    for (let n = 0; n < 20_000; n++) {
      world.now += 10;
      world.arrive(`${n}`, { network: `n${n}`, session: `s${n}` });
    }
    expect(world.admission.size).toBeLessThan(300);
  });

  it("has 5,000 clients of one address back in seconds, by the defaults, and quickly", () => {
    const took = leastCpuTime(3, () => {
      const world = new World(defaultLimits);
      for (let n = 0; n < 5000; n++) world.arrive(`${n}`, { session: `s${n}`, lane: "rejoin" });
      world.run();
      expect(new Set(world.of("in")).size).toBe(5000);
      expect(world.now).toBeLessThan(4000);
    });
    expect(took).toBeLessThan(5_000_000);
  });

  it("keeps one session from 1,625 mounts a second, by the defaults", () => {
    const world = new World(defaultLimits);
    for (let n = 0; n < 1625; n++) world.arrive(`${n}`);
    world.run(1000);
    expect(world.of("in").length).toBeLessThanOrEqual(120);
  });
});
