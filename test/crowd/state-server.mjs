// One number that changes, and pages that show it. Its parent says `set n` and is told when that is done.
import { createInterface } from "node:readline";
import { createEndpoint, html, liveSession, liveView, topic } from "holdfast";
import { serve } from "holdfast/node";

const changed = topic("changed");
let state = 0;

const State = liveView.define({
  name: "State",
  authorize: "public",
  topics: () => ({ changed }),
  mount: () => ({ shown: state }),
  messages: { changed: (socket, shown) => socket.assign({ shown }) },
  render: ({ shown }) => html`<p>${shown}</p>`,
});

const endpoint = createEndpoint({
  secret: "a secret of these tests, long enough", live: [liveSession("default", {}, (live) => live("/", State))], log() {},
  // All clients have one address, and each of them a session of its own.
  limits: { socketsPerIp: Infinity, admissionsPerIp: Infinity, rejoinsPerIp: Infinity },
});
console.log((await serve(endpoint, { port: 0 })).url);
createInterface({ input: process.stdin }).on("line", (line) => {
  state = Number(line.slice("set ".length));
  endpoint.broadcast(changed, state);
  console.log("done");
});
