import { html, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/errors/crash-loop";

const CrashLoop = liveView.define({
  name: "CrashLoop",
  params: z.object({ broken: z.enum(["mount", "message"]).optional() }),
  authorize: "public",
  mount(socket, { params: { broken } }) {
    // Over HTTP it succeeds, so the page is loaded again and again.
    if (broken === "mount" && socket.connected) throw new Error("mount throws each time");
    socket.send(() => {
      if (broken === "message") throw new Error("the first message throws each time");
    });
    return { broken };
  },
  render: ({ broken }) => html`
    <p id="state">${broken === undefined ? "All is well." : "This page is broken."}</p>
    <p class="row"><a id="break-mount" href="${ROOT}?broken=mount">A mount that always throws</a>
      <a id="break-message" href="${ROOT}?broken=message">A first message that always throws</a></p>`,
});

export const page = galleryPage({
  title: "A crash loop",
  path: ROOT,
  about: "A page that crashes each time its client comes back would come back for ever. After its budget, five crashes in " +
    "a minute, its client is sent to an error page that joins nothing, and a minute later the page may try again.",
  view: CrashLoop,
  url: import.meta.url,
});
