import { form, formTag, html, liveView } from "holdfast";
import { button, input } from "holdfast/components";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Login = z.object({ word: z.string().refine((word) => word === "open sesame", "That is not the word") });

const Posted = liveView.define({
  name: "Posted",
  authorize: "public",
  // Each call masks the token differently: kept as an assign, it is sent once.
  mount: (socket) => ({ login: form(Login), csrf: socket.csrfToken(), valid: false }),
  events: {
    // The live view has validated the form; now the browser posts it, and the response can set a cookie.
    check: { form: "login", handle: (socket) => socket.assign({ valid: true }) },
  },
  render: ({ login, csrf, valid }, on) => formTag({
    for: login, class: "hf-fields narrow", action: "/forms/posted", csrfToken: csrf, novalidate: true,
    "phx-change": on.check.change, "phx-submit": on.check.submit, "phx-trigger-action": valid,
    inner: html`
      ${input({ field: login.field("word"), label: "The word", help: "It is “open sesame”.", autocomplete: "off" })}
      ${button({ type: "submit", inner: "Enter", id: "enter" })}`,
  }),
});

export const page = galleryPage({
  title: "A form that the browser posts",
  path: "/forms/posted",
  about: "The view validates, and then lets the browser post the form to a plain route, which may set a cookie. " +
    "The session’s CSRF token comes from socket.csrfToken().",
  view: Posted,
  url: import.meta.url,
});
