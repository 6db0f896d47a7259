import { expect, test, vi } from "vitest";
import { DEADLINE_MS } from "../../test/support/wait.js";
import { Mailbox, type MailboxHost } from "./mailbox.js";

class Host implements MailboxHost {
  readonly log: string[] = [];
  alive = true;
  held = 0;
  mayStart(): boolean {
    return this.alive;
  }
  inOwnContext(job: () => void): void {
    job();
  }
  settle(): void {
    this.log.push("settle");
  }
  crash(error: unknown): void {
    this.log.push(`crash ${String(error)}`);
  }
  overflow(waiting: number): void {
    this.log.push(`overflow at ${waiting}`);
  }
  queued(bytes: number): void {
    this.held += bytes;
  }
  /** A job that notes its name, and waits for a promise of its own if it is given one. */
  job(name: string, until?: Promise<void>): () => void | Promise<void> {
    return () => {
      this.log.push(name);
      return until;
    };
  }
  frame(name: string, until?: Promise<void>): { run: () => void | Promise<void>; refuse: () => void; bytes: number } {
    return { run: this.job(name, until), refuse: () => void this.log.push(`${name} refused`), bytes: 10 };
  }
}

function gate(): { open: () => void; closed: Promise<void> } {
  let open = (): void => {};
  const closed = new Promise<void>((resolve) => (open = resolve));
  return { open, closed };
}

test("jobs run one at a time in the order in which they came, frames and messages alike", async () => {
  const host = new Host();
  const box = new Mailbox(host, 10);
  const { open, closed } = gate();
  box.deliver(host.frame("a", closed));
  box.post(host.job("b"));
  box.deliver(host.frame("c"));
  expect(host.log).toEqual(["a"]);
  open();
  await box.settled();
  expect(host.log).toEqual(["a", "b", "settle", "c"]);
});

test("messages in a row share one settle, which is done before a frame behind them", async () => {
  const host = new Host();
  const box = new Mailbox(host, 10);
  const { open, closed } = gate();
  box.deliver(host.frame("first", closed));
  for (const name of ["x", "y", "z"]) box.post(host.job(name));
  box.deliver(host.frame("last"));
  open();
  await box.settled();
  expect(host.log).toEqual(["first", "x", "y", "z", "settle", "last"]);
});

test("a single message settles immediately", () => {
  const host = new Host();
  new Mailbox(host, 10).post(host.job("x"));
  expect(host.log).toEqual(["x", "settle"]);
});

test("frames that wait are counted in bytes, and no longer once they run or the mailbox ends", async () => {
  const host = new Host();
  const box = new Mailbox(host, 10);
  const { open, closed } = gate();
  box.deliver(host.frame("a", closed));
  box.deliver(host.frame("b", new Promise(() => {})));
  box.deliver(host.frame("c"));
  expect(host.held).toBe(20);
  open();
  await vi.waitFor(() => expect(host.log).toEqual(["a", "b"]), DEADLINE_MS);
  expect(host.held).toBe(10);
  box.end();
  expect(host.held).toBe(0);
});

test("a message beyond the bound is reported, and the others are still handled", async () => {
  const host = new Host();
  const box = new Mailbox(host, 2);
  const { open, closed } = gate();
  box.deliver(host.frame("busy", closed));
  for (const name of ["1", "2", "3"]) box.post(host.job(name));
  expect(host.log).toEqual(["busy", "overflow at 2"]);
  open();
  await box.settled();
  expect(host.log).toEqual(["busy", "overflow at 2", "1", "2", "settle"]);
});

test("whether a job may start is asked when it starts: a frame is refused with an answer, a message is dropped", async () => {
  const host = new Host();
  const box = new Mailbox(host, 10);
  const { open, closed } = gate();
  box.deliver(host.frame("a", closed));
  box.deliver(host.frame("b"));
  box.post(host.job("c"));
  host.alive = false;
  open();
  await box.settled();
  expect(host.log).toEqual(["a", "b refused"]);
});

test("a throw or a rejection is a crash, and nothing behind it runs once the mailbox has ended", async () => {
  const host = new Host();
  const box = new Mailbox(host, 10);
  host.crash = (error) => {
    host.log.push(`crash ${(error as Error).message}`);
    box.end();
  };
  box.deliver(host.frame("a", Promise.reject(new Error("late"))));
  box.deliver(host.frame("b"));
  await vi.waitFor(() => expect(host.log).toEqual(["a", "crash late"]), DEADLINE_MS);
  box.deliver(host.frame("c"));
  expect(host.log).toEqual(["a", "crash late"]);
});

test.each(["in the same tick", "behind a resolved promise"])("messages that send the next one %s let the event loop turn", async (how) => {
  const host = new Host();
  const box = new Mailbox(host, 10);
  let sent = 0;
  let stop = false;
  const again = (): void | Promise<void> => {
    sent++;
    if (!stop) box.post(again);
    return how === "in the same tick" ? undefined : Promise.resolve();
  };
  box.post(again);
  // Were the loop starved, this timer would never fire.
  await new Promise((resolve) => setTimeout(resolve, 30));
  stop = true;
  await box.settled();
  expect(sent).toBeGreaterThan(1);
});

test("who waits for a mailbox that ends is not left waiting", async () => {
  const host = new Host();
  const box = new Mailbox(host, 10);
  box.deliver(host.frame("a", new Promise(() => {})));
  const settled = box.settled();
  box.end();
  await settled;
});
