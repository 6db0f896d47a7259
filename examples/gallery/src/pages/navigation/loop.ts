import { html, link, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/navigation/loop";

const Loop = liveView.define({
  name: "Loop",
  params: z.object({ step: z.coerce.number().int().default(0), until: z.coerce.number().int().default(0) }),
  authorize: "public",
  mount: () => ({ step: 0, endless: false }),
  handleParams(socket, { params: { step, until } }) {
    socket.assign({ step });
    if (socket.assigns.endless) return socket.pushPatch(`${ROOT}?step=${step + 1}`, { replace: true });
    if (step < until) socket.pushPatch(`${ROOT}?until=${until}&step=${step + 1}`, { replace: true });
  },
  events: {
    three: { handle: (socket) => socket.pushPatch(`${ROOT}?until=3`) },
    endless: {
      handle(socket) {
        socket.assign({ endless: true });
        socket.pushPatch(`${ROOT}?step=1`);
      },
    },
  },
  render: ({ step }, on) => html`
    <p>Step <b id="step">${step}</b></p>
    <p class="row"><button id="three" phx-click=${on.three}>Three patches in a row</button>
      <button id="endless" phx-click=${on.endless}>Patches without end</button>
      ${link({ patch: `${ROOT}?until=4`, id: "four", inner: "Four, by a link" })}</p>`,
});

export const page = galleryPage({
  title: "Patches in a row",
  path: ROOT,
  about: "handleParams may patch again, to normalize a URL. After twenty in a row it is a loop: the view crashes with an " +
    "error in the log, and its client joins again.",
  view: Loop,
  url: import.meta.url,
});
