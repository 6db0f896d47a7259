import type { EventRefusal } from "../telemetry/index.js";

/**
 * What to do about a refusal, by the message and reason under which it is logged. In development each is shown once. This is
 * the only table of such texts.
 */
const ADVICE: Readonly<Record<string, string>> & Readonly<Record<`event refused/${EventRefusal}`, string>> = {
  // events
  "event refused/unknown_event":
    "The view or component declares no event of this name: add it to `events`, and write phx-click=${on.name} instead of a string.",
  "event refused/unknown_component":
    "The page shows no component of this number: the client may be a moment behind. If it stays so, keep the component's id the same between renders.",
  "event refused/not_rendered":
    "The event did not stand in the page with these values: bind them where they are rendered, on.name({ id }); an event that a hook pushes " +
    "from elsewhere declares from: \"anywhere\". A root layout is on no view's page: bind it in the view or in the live session's `layout`. " +
    "Behind a reconnect to another node, what only the old page showed does not count either. A strict event counts only where the server " +
    "keeps what it wrote: in a stream's item put it into a live component.",
  "event refused/bad_payload":
    "What was sent does not fit the event's schema: see `issues`. Fields have the names of their inputs, and arrive as text: z.coerce.number().",
  "event refused/files_missing":
    "A form was submitted before its files were there. holdfast/client sends it again when they are; a file that stays has an error on the page.",
  "event refused/view_policy": "The view's `authorize` now refuses: what it reads has changed since the page was rendered.",
  "event refused/event_policy": "The event's `authorize` refuses: render its trigger only for users who may send it.",
  "event refused/session_ended": "The session ended before the event's turn came. Its client reconnects.",
  "field overruled":
    "A form sent a value for a hidden, read-only or disabled field that the page does not show. If client code fills the field in, give it a hook " +
    '(phx-hook) or put it into phx-update="ignore". If a recovered form must bring its own back, begin its name with _, or keep it in the URL.',
  "form not valid":
    "The form's schema refused what was submitted, so its handler did not run. The kit's fields show their errors; one of your own shows " +
    "draft.field(name).errors. A check box that stays \"true\" belongs to a schema that says nothing as Standard JSON Schema: wrap it.",
  // joins
  "join refused/stale":
    "The page's token belongs to another session, has expired, or was sealed with another secret: did the server start with a new one? The client reloads the page.",
  "join refused/unauthorized":
    "The URL is not a page of the live session that the page was rendered in, or its middleware refuses the user: from one live session to " +
    "another a link needs `href` instead of `navigate`.",
  "join refused/reload":
    "A policy refused, the view threw NotFound or Forbidden, or its parameters did not parse: see `why`. The client loads the page, which shows the error.",
  "patch refused":
    "The view's policy refused, handleParams threw, or its parameters did not parse: see `why`. The client loads the URL, and that page shows the error.",
  "view refused":
    "A handler threw NotFound, Forbidden or another StatusError: see `why`. The view ends, and its client joins again, which shows what its user may " +
    "see now. A handler that wants to say something instead catches it: socket.putFlash(\"error\", …).",
  "join refused/left": "The nested view's parent does not show it any more.",
  "upload refused/invalid_token":
    "The file's token belongs to another socket or has expired, or its entry is gone: cancelled, consumed, or its view has left. The client shows the error.",
  "upload refused/already_registered": "The file is already being sent: a token opens one channel once.",
  // pages
  "page refused/403": "A policy, a context or a check refused: see `why`.",
  "page refused/404": "No route matches, a context threw NotFound, or the view's `params` schema refused the URL: see `why`.",
  "page refused/413": "The body is longer than `limits.bodyBytes`, or has too many parts: raise `bodyLimits` for this path.",
  "page refused/429": "A rateLimit guards this route.",
  "page refused/503":
    "More pages were requested together than `limits.admissionsPerSession` and `limits.admissionsPerIp` admit in time, or `revocations` failed: " +
    "see `why`.",
  "answer cut/unread":
    "Clients have asked for more than they read, together `limits.unreadAnswerBytes`: slow ones, or an attacker. A proxy that buffers answers " +
    "reads them at once.",
  // requests
  "request refused/no CSRF token": "Put ${csrfField(c)} into the form, or send the page's csrf-token in the header x-csrf-token.",
  "request refused/the CSRF token is not this session's":
    "The form was rendered for another session: before a log-in or log-out in another tab, or by a cache between server and browser.",
  "request refused/the Origin is not the application's":
    "If browsers reach the application at this origin, say so: createEndpoint({ url }), or createEndpoint({ origins }) for a further one.",
  "handshake refused/the Origin is not the application's":
    "If browsers reach the application at this origin, say so: createEndpoint({ url }), or createEndpoint({ origins }) for a further one.",
  "handshake refused/no Origin":
    "Browsers send it with every websocket's handshake. For long poll Sec-Fetch-Site or the Referer says the same: leave referrer-policy as it " +
    "is. Another client must send the application's own Origin.",
  "request refused/no Origin":
    "A poll or a POST of long poll came from no page of the application: no Origin, no Sec-Fetch-Site, no Referer. Leave referrer-policy as it is.",
  // sockets
  "socket refused/address limit":
    "More sockets of one client than `limits.socketsPerIp`. Behind a proxy name it: createEndpoint({ trustProxy }).",
  "socket refused/disconnected":
    "Its session or id was disconnected while it connected. Its client tries again, and is then a socket like any other.",
  "socket refused/draining": "The node is told to end: see `endpoint.close`. A load balancer that tries the next node on a 503 hides it.",
  "socket refused/rate": "More handshakes at once than `limits.admissionsPerSession` and `limits.rejoinsPerIp` admit in time.",
  "socket closed/too many tabs":
    "The session has more tabs than `limits.socketsPerSession`: the one that was not used for longest made room.",
  "socket closed/idle": "Nothing came for `limits.idleMs`, not even a heartbeat: the client has gone, or its machine sleeps.",
  "socket closed/no join":
    "Nothing was joined within `limits.firstJoinMs`: does the page load the client's script, and does its view have an id?",
  "socket closed/session idle": "Its user did nothing for `limits.sessionIdleMs`.",
  "socket closed/session ended": "The session was logged out, revoked, or is older than `limits.sessionMaxAgeMs`.",
  "socket closed/session unchecked":
    "`revocations` or `sessions.check` failed, so nobody knows whether the session has ended. Its client reconnects, and gets 503 until they work.",
  "socket closed/too slow":
    "The client reads more slowly than the view sends: render less often, or raise `limits.outgoingSoftBytes`. Or all slow clients together hold " +
    "more than `limits.unsentBytes`.",
  "socket closed/frame too big":
    "A message was longer than `limits.textFrameBytes` (`anonymousTextFrameBytes` before log-in): files are uploads, long texts raise the limit.",
  "socket closed/malformed frame": "Something other than the phoenix client speaks on this socket.",
  "bytes over long poll":
    "A channel sent bytes to a client that polls. The npm client reads every polled message as JSON, so it throws on these: send JSON on channels " +
    "that must work over long poll.",
  // views
  "topic without handler": "`topics` names it, but `messages` has no handler of this name: published messages are ignored.",
  "event without handler":
    "A template names it, and neither the view nor its hooks declare it, so it is refused when it comes: write phx-click=${on.name}. A live " +
    "component's own events are in the `on` that its render is given.",
  "result ignored":
    "A handler returned an object that is neither reply(…) nor a redirect, or a callback returned any: nothing is done with it. Assigns are set by a " +
    "call, socket.assign({ count: 1 }); a redirect is returned as navigate(…), patch(…) or redirect(…); the callback of a timer, a task or `subscribe` " +
    "calls socket.pushNavigate(…) instead.",
  "root layout incomplete/no inner": "The root layout leaves out `inner`, which is the page: <body>${inner}</body>.",
  "root layout incomplete/no scripts":
    "The root layout loads no client, so nothing happens on the page: put ${scripts} into its <head>, or a script of your own that calls connect().",
  "root layout incomplete/no csrfToken":
    "The root layout leaves out the page's CSRF token, so its joins are refused: <meta name=\"csrf-token\" content=${csrfToken}>.",
  "layout without inner": "The live session's layout leaves out `inner`, which is the view: html`<main>${inner}</main>`.",
  "url blocked":
    "A URL of this scheme could run code, so the page has about:invalid#blocked instead. For something to happen at a click, bind an event or JS " +
    "commands: phx-click=${on.name}. If users enter the URL, accept only what begins with https:// or http://.",
  "redirect blocked":
    "The page's Content-Security-Policy lets its forms lead to this application alone, and the browser holds their redirects to that. Name the " +
    "site: createEndpoint({ csp: { formAction: [\"'self'\", \"https://pay.example\"] } }).",
  "handler without topic": "`messages` has this handler, but `topics` named no such source at mount: it is never called.",
};

/** The advice for a message with its details; undefined if there is none. */
export function adviceOn(
  message: string,
  { reason, status }: Readonly<Record<string, unknown>>,
): { code: string; fix: string } | undefined {
  for (const code of [`${message}/${String(reason)}`, `${message}/${String(status)}`, message]) {
    const fix = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
    if (fix !== undefined) return { code, fix };
  }
  return undefined;
}
