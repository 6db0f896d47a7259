import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { inTime } from "./in-time.js";

test("an answer that arrived while the event loop was held is in time, though the timer is read first", async () => {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const answerer = new Worker(`
    const { parentPort, workerData } = require("node:worker_threads");
    parentPort.once("message", () => {
      parentPort.postMessage("answer");
      Atomics.store(workerData, 0, 1);
      Atomics.notify(workerData, 0);
    });
    parentPort.postMessage("ready");`, { eval: true, workerData: flag });
  onTestFinished(() => void answerer.terminate());
  await once(answerer, "message");
  // Where timers come before what arrives.
  await new Promise(setImmediate);
  const asked = inTime(once(answerer, "message"), 5);
  answerer.postMessage("ask");
  // The event loop is held until the answer is there, and until the timer is due.
  Atomics.wait(flag, 0, 0);
  for (const until = performance.now() + 10; performance.now() < until;);
  expect(await asked).toEqual(["answer"]);
});

test("an answer that does not come is late, and says how long it was waited for", async () => {
  await expect(inTime(new Promise(() => {}), 5)).rejects.toThrow("Redis has not answered within 5 ms");
});
