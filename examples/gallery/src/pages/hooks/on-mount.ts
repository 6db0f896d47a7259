import { html, link, liveView, navigate, onMount, redirect } from "holdfast";
import { galleryPage } from "../../gallery-page.js";
import { galleryTrail } from "../../gallery-trail.js";

const ROOT = "/hooks/on-mount";

/** The view's own first hook: a user without a ticket is redirected, and nothing after it runs. */
const ticket = onMount(galleryTrail, (socket, { params }) => {
  if (params["ticket"] === "none") {
    socket.putFlash("error", "No ticket: the view’s first hook halted.");
    return redirect(`${ROOT}/refused`);
  }
  return { trail: [...socket.assigns.trail, "ticket"] };
});

/** Runs next, and reads the assign of the first one. */
const seat = onMount(ticket, (socket, { params }) => {
  if (params["seat"] === "taken") return navigate(`${ROOT}/refused?by=seat`);
  return { trail: [...socket.assigns.trail, "seat"], seatNumber: 12 };
});

/** Changes the socket and returns nothing, which continues too. */
const light = onMount(seat, (socket) => {
  socket.assign({ trail: [...socket.assigns.trail, "light"] });
});

/** The base of the application's views. */
const theatreView = liveView.expects(galleryTrail).use(ticket).use(seat).use(light);

const Theatre = theatreView.define({
  name: "Theatre",
  authorize: ({ seatNumber }) => seatNumber > 0,
  mount: (socket) => ({ trail: [...socket.assigns.trail, "mount"] }),
  handleParams: (socket) => socket.assign({ trail: [...socket.assigns.trail, "handleParams"] }),
  render: ({ trail, seatNumber }) => html`
    <p>In this order: <span id="trail">${trail.join(" → ")}</span>. Your seat: <b id="seat">${seatNumber}</b>.</p>
    <p class="row">${link({ navigate: `${ROOT}?ticket=none`, id: "no-ticket", inner: "Without a ticket" })}
      ${link({ navigate: `${ROOT}?seat=taken`, id: "no-seat", inner: "The seat is taken" })}</p>`,
});

const Refused = liveView.define({
  name: "Refused",
  authorize: "public",
  render: () => html`<p id="refused">Outside. ${link({ navigate: ROOT, id: "again", inner: "Try again" })}</p>`,
});

export const page = galleryPage({
  title: "On-mount hooks",
  path: ROOT,
  about: "Hooks run before mount, first the live session’s and then the view’s, in order, at the HTTP request and again at " +
    "the socket’s join. Each gives assigns to the later ones, or halts with a redirect, and then nothing after it " +
    "runs.",
  routes: [{ path: ROOT, view: Theatre }, { path: `${ROOT}/refused`, view: Refused }],
  url: import.meta.url,
});
