// A heavy user in its own process, so that reading a megabyte does not delay the process that measures. Repeats one action,
// each time so many milliseconds after the previous answer.
//   node heavy-client.js <base> <event|get|join> <milliseconds>
import "./end-with-parent.js";
import { get, openViews, sleep } from "./client.js";

const [base = "", what = "", every = ""] = process.argv.slice(2);
const pause = Number(every);

if (what === "get" || what === "join") {
  console.log("ready");
  for (;;) {
    if (what === "get") await get(base, "/heavy");
    else for (const view of await openViews(base, "/heavy", 1)) view.terminate();
    await sleep(pause);
  }
}

const [view] = await openViews(base, "/heavy", 1);
console.log("ready");
for (;;) {
  await view!.ask(what, {});
  await sleep(pause);
}
