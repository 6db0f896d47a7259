import { expect, test } from "vitest";
import { createQueue } from "../src/accounts/queue.js";

/** Jobs that end when the test says so. */
function jobs(queue: ReturnType<typeof createQueue>) {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const run = (id: number): Promise<number> => queue(async () => {
    started.push(id);
    await new Promise<void>((resolve) => void (ends[id] = resolve));
    if (id === 1) throw new Error("this one fails");
    return id;
  });
  return { started, run, end: (id: number) => ends[id]!() };
}

test("two run, two wait in their order, and the fifth is refused at once", async () => {
  const { started, run, end } = jobs(createQueue(2, 2, () => new Error("busy")));
  const results = [0, 1, 2, 3].map(run);
  await expect(run(4)).rejects.toThrow("busy");
  expect(started).toEqual([0, 1]);
  end(1);
  await expect(results[1]).rejects.toThrow("this one fails"); // and its place is free all the same
  end(0);
  await results[0];
  expect(started).toEqual([0, 1, 2, 3]);
  end(2);
  end(3);
  expect(await Promise.all([results[2], results[3]])).toEqual([2, 3]);
  const next = run(5);
  end(5);
  expect(await next).toBe(5);
});
