// What a program that nobody compiled may pass: each is refused where it is passed, with what was expected, what came and the mend. Before,
// it was ignored, or a TypeError of the inside.
import { createServer } from "node:http";
import * as holdfast from "holdfast";
import * as node from "holdfast/node";
import * as components from "holdfast/components";
import * as hooks from "holdfast/hooks";
import * as otel from "holdfast/otel";
import * as backplanes from "holdfast/redis";
import * as jsx from "holdfast/jsx-runtime";
import * as kit from "holdfast/testing";
import * as vite from "holdfast/vite";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import * as client from "holdfast/client";
import * as checkedClient from "../dist/client/checked.js";

/** The package as JavaScript sees it: functions that take anything. */
type Untyped = Readonly<Record<string, ((...args: readonly unknown[]) => unknown) & { readonly [method: string]: (...args: readonly unknown[]) => unknown }>>;
const {
  createEndpoint, createPubSub, csrfField, definePaths, every, fileInput, form, keyed, liveComponent, liveSession, liveView, logIn, navigate, onMount, presence, rateLimit, readEnv,
  topic, upload, userSocket,
} = holdfast as unknown as Untyped;
const {
  assignAsync, asyncResult, callView, cspNonce, fileRevocations, formTag, link, liveRender, memo, memoryRevocations, onSpan, onTelemetry, patch, redirect, reply, spread,
  stream, streamAsync, toForm,
} = holdfast as unknown as Untyped;
const JS = holdfast.JS as unknown as Untyped[string];
const { button, input, table } = components as unknown as Untyped;
const { openTelemetry } = otel as unknown as Untyped;
const { defineHook, pageEvent } = hooks as unknown as Untyped;
const { attach, serve } = node as unknown as Untyped;
const { redis } = backplanes as unknown as Untyped;
const { attack, openBrowser } = kit as unknown as Untyped;

const secret = "a secret of the test, long enough to be one";
const define = (maker: unknown, definition: object): unknown => (maker as Untyped[string]).define!(definition);
const Cart = define(liveComponent!(), { render: () => holdfast.html`<p>Cart</p>` });
const View = liveView!.define!({ authorize: "public", render: () => holdfast.html`<p>Hello</p>` });
const contained = (container: unknown): unknown => liveView!.define!({ name: "Box", authorize: "public", container, render: () => holdfast.html`<p>Hello</p>` });
const endpoint = (options: object = {}): holdfast.Endpoint => {
  const made = createEndpoint!({ secret, log: () => {}, ...options }) as holdfast.Endpoint;
  onTestFinished(() => made.close());
  return made;
};
/** An event as `render` is given it. */
const anEvent = (): unknown => {
  const view = liveView!.define!({ authorize: "public", events: { save: { handle: () => undefined } }, render: () => holdfast.html`<p>Hello</p>` });
  return (view as { refs: { save: unknown } }).refs.save;
};
const chat = (): unknown => userSocket!({ connect: () => ({}), channels: (channel: Untyped[string]) => ({ lobby: channel({ join: () => ({}) }) }) });
const routed = (define: (live: (...args: readonly unknown[]) => void) => void): unknown => liveSession!("default", {}, define);

const WRONG: Readonly<Record<string, readonly [() => unknown, holdfast.ErrorCode, RegExp]>> = {
  "serve without an endpoint": [() => serve!(), "endpoint_config_invalid", /No endpoint was given.*got: +undefined.*createEndpoint/s],
  "serve with the Hono app": [() => serve!(endpoint().app), "endpoint_config_invalid", /got: +a Hono.*pass the endpoint itself/s],
  "serve with a promise": [() => serve!(Promise.resolve(endpoint())), "endpoint_config_invalid", /await it first/],
  "serve with a port for options": [() => serve!(endpoint(), 4000), "endpoint_config_invalid", /got: +4000.*serve\(endpoint, \{ port: 4000 \}\)/s],
  "serve with a port that is none": [() => serve!(endpoint(), { port: Number("abc") }), "endpoint_config_invalid", /a port: a whole number.*got: +NaN/s],
  "serve with a misspelt option": [() => serve!(endpoint(), { prot: 4000 }), "endpoint_config_invalid", /no option "prot".*write port/s],
  "attach without a server": [() => attach!(endpoint()), "endpoint_config_invalid", /a server of node:http/],
  "attach with its arguments swapped": [() => attach!(createServer(), endpoint()), "endpoint_config_invalid", /No endpoint was given/],
  "openBrowser with the Hono app": [() => openBrowser!(endpoint().app), "endpoint_config_invalid", /pass the endpoint itself/],
  "openBrowser with a misspelt option": [() => openBrowser!(endpoint(), { connectParam: {} }), "kit_expectation", /no option "connectParam".*write connectParams/s],
  "openBrowser that tells another thing of ids": [() => openBrowser!(endpoint(), { duplicateIds: "alow" }), "kit_expectation", /duplicateIds.*"throw" or "allow"/s],
  "a handshake with a misspelt option": [() => kit.openBrowser(endpoint()).handshake({ token: "7" } as never), "kit_expectation", /browser\.handshake has no option "token"/],
  "createEndpoint without options": [() => createEndpoint!(), "endpoint_config_invalid", /got: +undefined/],
  "a misspelt option": [() => endpoint({ lives: [] }), "endpoint_config_invalid", /no option "lives".*write live/s],
  "a view for a live session": [() => endpoint({ live: [View] }), "endpoint_config_invalid", /live\[0\].*got: +a LiveView.*liveSession\("default"/s],
  "a live session for a list of them": [() => endpoint({ live: routed(() => {}) }), "endpoint_config_invalid", /a list/],
  "a layout that is rendered already": [() => endpoint({ rootLayout: holdfast.html`<html lang="en"></html>` }), "endpoint_config_invalid", /rootLayout.*a function.*a Rendered/s],
  "a Hono app for routes": [() => endpoint({ routes: endpoint().app }), "endpoint_config_invalid", /routes.*a function/s],
  "a function for a PubSub": [() => endpoint({ pubsub: createPubSub }), "endpoint_config_invalid", /what createPubSub\(\) returns/],
  "a URL for a backplane": [() => endpoint({ backplane: "redis://127.0.0.1" }), "endpoint_config_invalid", /what redis\(…\) of holdfast\/redis returns.*a string.*backplane: redis\(\{ url/s],
  "a level for a log": [() => endpoint({ log: "info" }), "endpoint_config_invalid", /a function, or a logger/],
  "a misspelt limit": [() => endpoint({ limits: { eventsPerSec: 5 } }), "endpoint_config_invalid", /no limit "eventsPerSec".*write eventsPerSecond/s],
  "a limit in quotes": [() => endpoint({ limits: { eventsPerSecond: "5" } }), "endpoint_config_invalid", /a positive number.*got: +a string/s],
  "a misspelt directive": [() => endpoint({ csp: { scriptSource: [] } }), "endpoint_config_invalid", /csp has no directive "scriptSource".*write scriptSrc/s],
  "a word that resembles no option": [() => attack!(endpoint(), { principals: {}, topics: [] }), "kit_expectation", /no option "topics".*fix: +leave "topics" out/s],
  "form with a misspelt option": [() => form!(z.object({ tags: z.array(z.object({})) }), {}, { list: ["tags"] }), "view_definition_invalid", /form has no option "list".*write lists/s],
  "a presence of nobody": [() => presence!("room:1", { meta: {} }), "presence_misuse", /presence: key.*a text, or a number.*undefined/s],
  "a broadcast on a name": [() => (createPubSub!() as Untyped[string]).broadcast!("posts", {}), "pubsub_misuse", /what topic\(…\) returns.*a string/s],
  "a socket at a path without a slash": [() => endpoint({ sockets: { socket: chat() } }), "endpoint_config_invalid", /user socket's path.*sockets: \{ "\/socket": socket/s],
  "a socket at the address that clients open": [() => endpoint({ sockets: { "/chat/websocket": chat() } }), "endpoint_config_invalid", /sockets: \{ "\/chat": socket/],
  "a socket at the pages' path": [() => endpoint({ sockets: { "/live": chat() } }), "endpoint_config_invalid", /\/live is that of the live pages.*"\/socket"/s],
  "limits that are none": [() => endpoint({ limits: 5 }), "endpoint_config_invalid", /limits/],
  "origins that are a text": [() => endpoint({ origins: "http://a.example" }), "endpoint_config_invalid", /origins.*a list/s],
  "a check that is no function": [() => endpoint({ sessions: { check: true } }), "endpoint_config_invalid", /the function check/],
  "a store without its methods": [() => endpoint({ revocations: {} }), "endpoint_config_invalid", /a RevocationStore/],
  "disconnect without an id": [() => endpoint().disconnect(undefined as never), "socket_misuse", /endpoint\.disconnect.*a text.*undefined/s],
  "endSessions without an id": [() => endpoint().endSessions(undefined as never), "socket_misuse", /endpoint\.endSessions/],
  "liveSession without options": [() => liveSession!("user", () => {}), "live_session_invalid", /an object.*a function/s],
  "liveSession without routes": [() => liveSession!("user", {}), "live_session_invalid", /the last argument/],
  "a misspelt option of liveSession": [() => liveSession!("user", { onmount: [] }, () => {}), "live_session_invalid", /no option "onmount".*write onMount/s],
  "a function for a hook": [() => liveSession!("user", { onMount: () => ({}) }, () => {}), "live_session_invalid", /what onMount\(…\) returns/],
  "a route without a view": [() => routed((live) => live("/posts", undefined)), "route_invalid", /the view at \/posts.*what liveView\.define/s],
  "a route with its arguments swapped": [() => routed((live) => live(View, "/")), "route_invalid", /the path.*a LiveView/s],
  "a route whose action is no option": [() => routed((live) => live("/", View, "edit")), "route_invalid", /an object.*a string/s],
  "paths that are a list": [() => definePaths!(["/"]), "route_invalid", /definePaths/],
  "a path that is none": [() => definePaths!({ posts: 5 }), "route_invalid", /a text.*got: +5/s],
  "a path without its parameter": [() => (definePaths!({ post: "/posts/:id" }) as { post: (params: object) => string }).post({}), "route_invalid", /without its parameter id/],
  "null for a hook's events": [() => defineHook!("Chart", null), "view_definition_invalid", /defineHook.*an object.*null/s],
  "a misspelt part of a hook": [() => defineHook!("Chart", { push: {} }), "view_definition_invalid", /no option "push".*write pushes/s],
  "pushes that are a list": [() => defineHook!("Chart", { pushes: ["picked"] }), "view_definition_invalid", /pushes.*an object/s],
  "a page event without a name": [() => pageEvent!(), "view_definition_invalid", /pageEvent.*a text/s],
  "a live component without the call": [() => (holdfast.liveComponent as unknown as Untyped[string]).define!({}), "component_definition_invalid", /liveComponent<Props>\(\)/],
  "redis with a URL for options": [() => redis!("redis://127.0.0.1"), "endpoint_config_invalid", /redis\(\{ url/],
  "redis with a misspelt option": [() => redis!({ uri: "redis://127.0.0.1" }), "endpoint_config_invalid", /no option "uri".*write url/s],
  "redis with a client that is none": [() => redis!({ client: {} }), "endpoint_config_invalid", /a client of the package redis/],
  "createPubSub with a carrier": [() => createPubSub!("redis"), "pubsub_misuse", /an object.*a string/s],
  "subscribe without a listener": [() => holdfast.createPubSub().subscribe("posts", undefined as never), "pubsub_misuse", /the listener/],
  "subscribe without a topic": [() => holdfast.createPubSub().subscribe(undefined as never, () => {}), "pubsub_misuse", /the topic/],
  "broadcast on a text": [() => holdfast.createPubSub().broadcast("posts" as never, {}), "pubsub_misuse", /what topic\(…\) returns/],
  "publish a text": [() => holdfast.createPubSub().publish("posts" as never), "pubsub_misuse", /publish: the message.*the texts topic and event.*a string/s],
  "publish nothing": [() => holdfast.createPubSub().publish(undefined as never), "pubsub_misuse", /publish: the message.*undefined/s],
  "a request without options": [() => holdfast.createPubSub().request("drop", 1, undefined as never), "pubsub_misuse", /request: the object of options.*timeoutMs: 2_000/s],
  "a request without a time": [() => holdfast.createPubSub().request("drop", 1, {} as never), "pubsub_misuse", /timeoutMs.*ms, up to.*undefined/s],
  "a request with a misspelt option": [() => holdfast.createPubSub().request("drop", 1, { timeout: 5 } as never), "pubsub_misuse", /no option "timeout".*write timeoutMs/s],
  "a request that waits for ever": [() => holdfast.createPubSub().request("drop", 1, { timeoutMs: Infinity }), "pubsub_misuse", /ms, up to 2,147,483,647.*Infinity/s],
  "a request to a text": [() => holdfast.createPubSub().request("drop", 1, { timeoutMs: 5, to: "node" as never }), "pubsub_misuse", /to is not.*a list/s],
  "tell nothing": [() => holdfast.createPubSub().tell(undefined as never, 1), "pubsub_misuse", /tell: the name/],
  "answer without a handler": [() => holdfast.createPubSub().answer("drop", undefined as never), "pubsub_misuse", /answer: the handler.*a function/s],
  "connect to nothing": [() => holdfast.createPubSub().connect(undefined as never), "pubsub_misuse", /connect: the carrier.*backplane: redis/s],
  "a live link that posts": [() => link!({ method: "post", navigate: "/logout", inner: "Log out" }), "template_value_refused", /navigate has no method.*href beside method.*href: "\/logout"/s],
  "a link that deletes": [() => link!({ method: "delete", href: "/logout", inner: "Log out" }), "template_value_refused", /"post", or none.*got: +"delete"/s],
  "a link that posts without a token": [() => link!({ method: "post", href: "/logout", inner: "Log out" }), "template_value_refused", /csrfToken.*a text.*undefined.*socket\.csrfToken\(\)/s],
  "a link that posts nowhere": [() => link!({ method: "post", csrfToken: "a", inner: "Log out" }), "template_value_refused", /href.*a text.*undefined/s],
  "a topic without a name": [() => topic!(), "pubsub_misuse", /the name/],
  "upload with a list for options": [() => upload!([".png"]), "upload_misuse", /an object.*an array/s],
  "upload that accepts a text": [() => upload!({ accept: ".png" }), "upload_misuse", /accept.*a list/s],
  "upload with a misspelt option": [() => upload!({ maxEntry: 3 }), "upload_misuse", /write maxEntries/],
  "presence without options": [() => presence!("room"), "presence_misuse", /presence\(/],
  "presence with a misspelt option": [() => presence!("room", { key: "ada", metas: {} }), "presence_misuse", /write meta/],
  "form without a schema": [() => form!({ title: "" }), "view_definition_invalid", /a Standard Schema/],
  "a mount that is no function": [() => liveView!.define!({ authorize: "public", mount: { count: 0 }, render: () => "" }), "view_definition_invalid", /"mount" that is not a function.*an object with the key count/s],
  "topics that are no function": [() => liveView!.define!({ authorize: "public", topics: {}, render: () => "" }), "view_definition_invalid", /"topics" that is not a function/],
  "every without a time": [() => every!(), "view_definition_invalid", /milliseconds above 0.*undefined/s],
  "fileInput of what is no upload": [() => fileInput!([]), "upload_misuse", /an upload that mount returned/],
  "define without a definition": [() => liveView!.define!(), "view_definition_invalid", /the definition/],
  "use of a function that is no hook": [() => liveView!.use!(() => ({})), "view_definition_invalid", /what onMount\(…\) returns/],
  "onMount without a function": [() => onMount!({}), "view_definition_invalid", /a function/],
  "readEnv without a schema": [() => readEnv!({ PORT: String }), "env_invalid", /a Standard Schema/],
  "rateLimit per minute": [() => rateLimit!({ perMinute: 5 }), "endpoint_config_invalid", /no option "perMinute".*perSecond/s],
  "userSocket without connect": [() => userSocket!({ channels: () => ({}) }), "channel_definition_invalid", /connect/],
  "logIn without values": [() => logIn!({ get: () => undefined }), "session_misuse", /logIn: the object of values/],
  "csrfField without a request": [() => csrfField!(), "session_misuse", /Hono's Context/],
  "keyed of an object": [() => keyed!({}, String, String), "template_value_refused", /a list.*an object without keys/s],
  "keyed without a template": [() => keyed!([], String), "template_value_refused", /the template/],
  "link without props": [() => link!(), "template_value_refused", /link.*the object of props.*undefined.*link\(\{ navigate/s],
  "link that patches and navigates": [() => link!({ patch: "?page=2", navigate: "/posts", inner: "x" }), "template_value_refused", /one of navigate, patch and href.*navigate and patch.*keep one/s],
  "link of an unset patch that navigates": [() => { link!({ patch: undefined, navigate: "/posts", inner: "x" }); link!({}); }, "template_value_refused", /no destination/],
  "phx-click of a function": [() => holdfast.html`<button phx-click=${(() => 1) as never}></button>`.toString(), "template_value_refused", /got: +a function.*fix: +write the event's reference itself, on\.save/s],
  "formTag without a form": [() => formTag!({}), "template_value_refused", /formTag.*for .*a form, of form\(…\)/s],
  "asyncResult of no assign": [() => asyncResult!(undefined, {}), "template_value_refused", /an assign of assignAsync/],
  "button without props": [() => button!(), "template_value_refused", /button\(\{ inner/],
  "input without a field": [() => input!({ label: "Title" }), "template_value_refused", /input: field.*a field of a form.*undefined/s],
  "table without columns": [() => table!({ id: "posts", rows: [] }), "template_value_refused", /table: columns.*a list/s],
  "spread of nothing": [() => spread!(), "template_value_refused", /spread\(\{ title/],
  "toForm without values": [() => toForm!(), "template_value_refused", /toForm: the object of values/],
  "JS.push of a name": [() => JS!.push!("save"), "template_value_refused", /JS\.push: the event.*on\.save.*a string/s],
  "JS.push without an event": [() => JS!.push!(), "template_value_refused", /JS\.push\(on\.save\)/],
  "JS.show with a selector for options": [() => JS!.show!("#menu"), "template_value_refused", /JS\.show.*an object.*JS\.show\(\{ to/s],
  "JS.addClass without a name": [() => JS!.addClass!(undefined, {}), "template_value_refused", /JS\.addClass: the names/],
  "JS.concat of text": [() => JS!.concat!("x"), "template_value_refused", /the other commands/],
  "JS.push with LiveView's name of an option": [() => JS!.push!(anEvent(), { page_loading: true }), "template_value_refused", /JS\.push has no option "page_loading".*write pageLoading/s],
  "JS.push with a list of values": [() => JS!.push!(anEvent(), { value: [1] }), "template_value_refused", /JS\.push: value.*an object.*an array/s],
  "JS.show with a misspelt option": [() => JS!.show!({ too: "#menu" }), "template_value_refused", /JS\.show has no option "too".*write to/s],
  "JS.show in a misspelt scope": [() => JS!.show!({ to: { clossest: "ul" } }), "template_value_refused", /JS\.show: to.*\{ closest/s],
  "JS.hide with a time as text": [() => JS!.hide!({ time: "200" }), "template_value_refused", /JS\.hide: time.*a number/s],
  "JS.hide with two classes of a transition": [() => JS!.hide!({ transition: ["a", "b"] }), "template_value_refused", /transition.*three of them/s],
  "JS.toggle with a transition": [() => JS!.toggle!({ transition: "fade" }), "template_value_refused", /JS\.toggle has no option "transition".*in, out/s],
  "JS.toggleAttribute between one value": [() => JS!.toggleAttribute!("open", ["a"]), "template_value_refused", /the pair of values.*\[on, off\]/s],
  "JS.transition with four lists": [() => JS!.transition!(["a", "b", "c", "d"]), "template_value_refused", /JS\.transition: the classes/],
  "JS.dispatch with a list of details": [() => JS!.dispatch!("copied", { detail: [1] }), "template_value_refused", /JS\.dispatch: detail/],
  "JS.patch with a misspelt option": [() => JS!.patch!("/posts", { replaced: true }), "template_value_refused", /JS\.patch has no option "replaced".*write replace/s],
  "patch with a misspelt option": [() => patch!("/posts", { replaced: true }), "redirect_refused", /patch has no option "replaced".*write replace/s],
  "redirect with a status": [() => redirect!("/posts", { status: 301 }), "redirect_refused", /redirect has no option "status"/],
  "reply with a list": [() => reply!([1]), "socket_misuse", /the reply.*an object.*an array/s],
  "stream with LiveView's name of an option": [() => stream!([], { dom_id: String }), "stream_misuse", /stream has no option "dom_id".*write domId/s],
  "stream at a place that the client does not have": [() => stream!([], { at: -2 }), "stream_misuse", /at.*-1 for the end.*got: +-2/s],
  "streamAsync of a promise": [() => streamAsync!(Promise.resolve([])), "stream_misuse", /streamAsync: the task.*a function/s],
  "assignAsync with a misspelt option": [() => assignAsync!(() => Promise.resolve(1), { rest: true }), "socket_misuse", /assignAsync has no option "rest".*write reset/s],
  "assignAsync that resets a name that it does not load": [() => assignAsync!(["a"], () => Promise.resolve({ a: 1 }), { reset: ["b"] }), "socket_misuse", /reset.*some of a/s],
  "a container that is a tag's name": [() => contained("section"), "view_definition_invalid", /container of the view "Box".*an object.*a string/s],
  "a container with a misspelt option": [() => contained({ attributes: { class: "wide" } }), "view_definition_invalid", /no option "attributes".*write attrs/s],
  "a container without attributes": [() => contained({ attrs: null }), "view_definition_invalid", /attrs.*an object.*null/s],
  "liveRender with a misspelt option": [() => liveRender!(View, { id: "chat", stiky: true }), "component_id_invalid", /liveRender has no option "stiky".*write sticky/s],
  "liveRender without a view": [() => liveRender!(undefined, { id: "chat" }), "view_definition_invalid", /liveRender: the view/],
  "liveRender without options": [() => liveRender!(View), "component_id_invalid", /liveRender\(Chat, \{ id: "chat" \}\)/],
  "assignAsync of a promise": [() => assignAsync!(Promise.resolve(1)), "socket_misuse", /a function, or a list of names.*a Promise/s],
  "stream of an object": [() => stream!({}), "stream_misuse", /stream: the list of items/],
  "memo without a template": [() => memo!({}), "template_value_refused", /memo/],
  "patch with a word for options": [() => patch!("/posts", "replace"), "redirect_refused", /the object of options.*a string/s],
  "renderPage without a request": [() => endpoint().renderPage(undefined as never, holdfast.html`<p>Hello</p>`), "session_misuse", /endpoint\.renderPage.*Hono's Context/s],
  "renderPage with a text": [() => endpoint().renderPage({ get: () => undefined } as never, "<p>Hello</p>" as never), "template_value_refused", /the page.*what html`…` returns/s],
  "renderLive without a view": [() => endpoint().renderLive({ get: () => undefined } as never, undefined as never), "view_definition_invalid", /endpoint\.renderLive: the view/],
  "a path that is no text": [() => endpoint().path(undefined as never), "redirect_refused", /the path.*a text/s],
  "broadcastFrom nobody": [() => endpoint().broadcastFrom(undefined as never, "posts", "saved", {}), "pubsub_misuse", /the view's socket/],
  "callView without a PubSub": [() => callView!(undefined, "node/1", {}), "socket_misuse", /callView: the PubSub/],
  "cspNonce without a request": [() => cspNonce!(), "session_misuse", /cspNonce.*Hono's Context/s],
  "fileRevocations with a path for options": [() => fileRevocations!("data/revocations"), "revocations_unusable", /fileRevocations\(\{ path/],
  "memoryRevocations with a word": [() => memoryRevocations!("end"), "revocations_unusable", /olderSessions/],
  "onTelemetry of a misspelt name": [() => onTelemetry!("holdfast:event:handeld", () => {}), "endpoint_config_invalid", /holdfast:event:handled/],
  "onSpan of a misspelt name": [() => onSpan!("evnet", {}), "endpoint_config_invalid", /onSpan: the name.*mount, join/s],
  "openTelemetry with a misspelt option": [() => openTelemetry!({ sampel: 1 }), "endpoint_config_invalid", /write sample/],
  "attack without principals": [() => attack!(endpoint(), {}), "kit_expectation", /attack: principals/],
  "an upload that waits for ever": [
    () => holdfast.upload({ chunkTimeoutMs: Number.MAX_SAFE_INTEGER }), "upload_misuse", /chunkTimeoutMs.*from 1 to 2,147,483,647/s,
  ],
  "navigate to nothing": [() => navigate!(undefined), "redirect_refused", /navigate.*a text/s],
};

describe("is refused where it is passed", () => {
  test.each(Object.entries(WRONG))("%s", async (_name, [run, code, message]) => {
    const error: unknown = await Promise.resolve().then(run).then(() => undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(holdfast.HoldfastError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect((error as holdfast.HoldfastError).parts).toMatchObject({ expected: expect.any(String) as string, got: expect.any(String) as string, fix: expect.any(String) as string });
  });
});

test.each<[string, (socket: Record<string, (...args: readonly unknown[]) => void>) => void, RegExp]>([
  ["assign with a name", (socket) => socket["assign"]!("count", 1), /socket\.assign.*an object.*a string/s],
  ["update with a value", (socket) => socket["update"]!("count", 5), /socket\.update.*a function.*got: +5/s],
  ["putFlash without a kind", (socket) => socket["putFlash"]!("hello"), /socket\.putFlash.*the message.*undefined/s],
  ["putFlash of no kind", (socket) => socket["putFlash"]!(undefined, "hello"), /socket\.putFlash: the kind.*undefined/s],
  ["attachHook with LiveView's name of a stage", (socket) => socket["attachHook"]!("log", "handle_event", () => {}), /the stage.*handleEvent.*a string/s],
  ["attachHook without a hook", (socket) => socket["attachHook"]!("log", "handleEvent"), /the hook.*a function.*undefined/s],
  ["detachHook from no stage", (socket) => socket["detachHook"]!("log"), /the stage/],
  ["pushEvent at another time", (socket) => socket["pushEvent"]!(pageEvent!("shone"), {}, { dispatch: "first" }), /dispatch.*"before" or "after"/s],
  ["pageTitle of an object", (socket) => socket["pageTitle"]!({ title: "Posts" }), /socket\.pageTitle: the title.*a text/s],
  ["assign of the flash", (socket) => socket["assign"]!({ flash: { info: "Saved." } }), /sets the assign "flash".*socket\.putFlash/s],
  ["assign of the action", (socket) => socket["assign"]!({ liveAction: "edit" }), /sets the assign "liveAction".*action: "edit"/s],
  ["startAsync without a name", (socket) => socket["startAsync"]!(() => Promise.resolve(1), () => {}), /socket\.startAsync: the name/],
  ["startAsync without a handler", (socket) => socket["startAsync"]!("sum", () => Promise.resolve(1)), /the handler of its outcome.*a function/s],
  ["cancelAsync of a result", (socket) => socket["cancelAsync"]!({}), /socket\.cancelAsync: the name/],
  ["sendAfter with its arguments swapped", (socket) => socket["sendAfter"]!(() => {}, 100), /socket\.sendAfter: the time.*milliseconds.*a function/s],
  ["callParent that waits for ever", (socket) => socket["callParent"]!({ name: "saved" }, null, { timeoutMs: Infinity }), /callParent: timeoutMs.*ms, up to/s],
  ["sendEvery without a job", (socket) => socket["sendEvery"]!(100), /socket\.sendEvery: the job/],
  ["send of nothing", (socket) => socket["send"]!(), /socket\.send: the job/],
  ["subscribe without a handler", (socket) => socket["subscribe"]!("posts"), /socket\.subscribe: the handler/],
  ["subscribe to nothing", (socket) => socket["subscribe"]!(undefined, () => {}), /socket\.subscribe: the topic/],
  ["sendUpdate of a name", (socket) => socket["sendUpdate"]!("Cart", { id: "cart" }), /socket\.sendUpdate: the component.*a string/s],
  ["sendUpdate of no component in particular", (socket) => socket["sendUpdate"]!(Cart, {}), /the component's id/],
  ["sendUpdateAfter with its arguments swapped", (socket) => socket["sendUpdateAfter"]!(Cart, { id: "cart" }, 200), /the time/],
  ["onTerminate of nothing", (socket) => socket["onTerminate"]!(), /the clean-up.*a function/s],
  ["pushPatch with a misspelt option", (socket) => socket["pushPatch"]!("/?page=2", { replaced: true }), /patch has no option "replaced"/],
  ["stream with a misspelt option", (socket) => socket["stream"]!("posts", [], { rest: true }), /socket\.stream has no option "rest".*write reset/s],
  ["stream of one item", (socket) => socket["stream"]!("posts", { id: 1 }), /socket\.stream: the list of items/],
  ["streamInsert with LiveView's name of an option", (socket) => socket["streamInsert"]!("posts", { id: 1 }, { update_only: true }), /has no option "update_only".*write updateOnly/s],
  ["streamInsert at a text", (socket) => socket["streamInsert"]!("posts", { id: 1 }, { at: "0" }), /socket\.streamInsert: at.*a whole number/s],
  ["streamDeleteByDomId of nothing", (socket) => socket["streamDeleteByDomId"]!("posts"), /the DOM id/],
])("a socket says so: %s", async (_name, act, message) => {
  const Page = holdfast.liveView.define({
    name: "page", authorize: "public", mount: () => ({ count: 0 }),
    events: { act: { handle: (socket) => act(socket as never) } },
    render: ({ count }, on) => holdfast.html`<button id="act" phx-click=${on.act}>${count}</button>`,
  });
  await expectErrors(Page, message, /^(?:socket|stream)_misuse$|^redirect_refused$/, (page) => page.click("#act"));
});

test.each<[string, (page: Untyped[string]) => unknown, RegExp]>([
  ["scroll with a misspelt option", (page) => page["scroll"]!("#keys", "top", { overan: true }), /page\.scroll has no option "overan".*write overran/s],
  ["scroll with an option of another kind", (page) => page["scroll"]!("#keys", "top", { overran: "yes" }), /overran.*true or false/s],
  ["submit with a misspelt option", (page) => page["submit"]!("#form", {}, { button: "#save" }), /page\.submit has no option "button".*write submitter/s],
  ["renderHook with a misspelt option", (page) => page["renderHook"]!("moved", {}, { target: "#board" }), /page\.renderHook has no option "target"/],
  ["renderAsync with a misspelt option", (page) => page["renderAsync"]!({ timeout: 10 }), /page\.renderAsync has no option "timeout".*write timeoutMs/s],
  ["renderAsync with a number", (page) => page["renderAsync"]!(10), /page\.renderAsync.*an object.*got: +10/s],
  ["waitFor with a misspelt option", (page) => page["waitFor"]!("#keys", { timeout: 10 }), /page\.waitFor has no option "timeout"/],
  ["waitFor a result", (page) => page["waitFor"]!(true), /page\.waitFor.*a text, or a function.*a boolean/s],
  ["waitForText with a misspelt option", (page) => page["waitForText"]!("#keys", "a", { ms: 10 }), /page\.waitForText has no option "ms"/],
  ["pushRaw with a misspelt option", (page) => page["pushRaw"]!("event", {}, { join_ref: "1" }), /page\.pushRaw has no option "join_ref".*write joinRef/s],
  ["expectRefused of a misspelt thing", (page) => page["expectRefused"]!(() => {}, { why: "unknown" }), /page\.expectRefused has no option "why"/],
  ["chooseFiles of a file without content", (page) => page["chooseFiles"]!("input", [{ name: "a.png", contents: "" }]), /page\.chooseFiles has no option "contents".*write content/s],
  ["chooseFiles of one file", (page) => page["chooseFiles"]!("input", { name: "a.png", content: "" }), /the list of files.*a list/s],
  ["chooseFiles of a file of nothing", (page) => page["chooseFiles"]!("input", [{ name: "a.png" }]), /a file's content.*undefined/s],
  ...([
    ["enter", "Enter"], ["ENTER", "Enter"], ["Entr", "Enter"], ["Return", "Enter"], ["Esc", "Escape"], ["Space", " "], ["spacebar", " "], ["Del", "Delete"],
    ["Left", "ArrowLeft"], ["arrow-left", "ArrowLeft"], ["Arrowup", "ArrowUp"], ["Backspce", "Backspace"], ["f2", "F2"], ["Ctrl", "Control"],
  ] as const).map(([key, meant]): [string, (page: Untyped[string]) => unknown, RegExp] =>
    [`press ${key}`, (page) => page["press"]!("#keys", key), RegExp(`No key has this name.*got: +"${key}".*write "${meant}"`, "s")]),
  ["press two keys", (page) => page["press"]!("#keys", "Shift+Tab"), /"Shift\+Tab".*name one key/s],
  ["press nothing", (page) => page["press"]!("#keys"), /No key has this name.*got: +undefined/s],
  ["press no key", (page) => page["press"]!("#keys", ""), /No key has this name.*got: +""/s],
  ["a held key", (page) => page["keydown"]!("#keys", "enter"), /write "Enter"/],
  ["a key of the window", (page) => page["windowKey"]!("keydown", "enter"), /write "Enter"/],
])("a page of the kit says so: %s", async (_name, act, message) => {
  const pressed: unknown[] = [];
  const key = { params: z.object({ key: z.string() }), handle: (_socket: unknown, { key }: { key: string }) => void pressed.push(key) };
  const Page = holdfast.liveView.define({
    name: "page", authorize: "public", events: { key },
    render: (_assigns, on) => holdfast.html`<input id="keys" aria-label="Keys" phx-key="Enter" phx-keydown=${on.key}><p id="window" phx-window-keydown=${on.key}></p>`,
  });
  const page = await kit.openBrowser(endpoint({ live: [holdfast.liveSession("default", {}, (live) => live("/", Page))] })).visit("/");
  const error: unknown = await Promise.resolve().then(() => act(page as unknown as Untyped[string])).then(() => undefined, (reason: unknown) => reason);
  expect(error).toMatchObject({ code: "kit_expectation", message: expect.stringMatching(message) as string });
  expect(pressed).toEqual([]);
  await page.press("#keys", "Enter");
  for (const named of ["a", "é", "👍", " ", "F12", "MediaPlayPause", "BrowserBack", "Hiragana"]) await page.windowKey("keydown", named);
  expect(pressed).toEqual(["Enter", "a", "é", "👍", " ", "F12", "MediaPlayPause", "BrowserBack", "Hiragana"]);
});

/** Visits a page, acts on it, and expects the one error that is logged. */
async function expectErrors(view: unknown, message: RegExp, code: RegExp, act: (page: kit.LivePage) => unknown = () => undefined): Promise<void> {
  const errors: unknown[] = [];
  const made = endpoint({
    live: [holdfast.liveSession("default", {}, (live) => live("/", view as holdfast.LiveView))],
    log: (_message: string, { error }: { error?: unknown }) => void errors.push(error),
  });
  const page = await kit.openBrowser(made).get("/");
  if (page.status === 200) await act(await page.connect());
  expect(errors).toEqual([expect.objectContaining({ code: expect.stringMatching(code) as string, message: expect.stringMatching(message) as string })]);
}

test("a live component has no URL: a hook for handleParams would never run", async () => {
  const Tag = define(liveComponent!(), {
    mount(socket: { attachHook(...args: readonly unknown[]): void }) {
      socket.attachHook("watch", "handleParams", () => {});
      return {};
    },
    render: () => holdfast.html`<p>Tag</p>`,
  }) as (props: object) => holdfast.Content;
  const Page = liveView!.define!({ name: "page", authorize: "public", render: () => holdfast.html`<div>${Tag({ id: "tag" })}</div>` });
  await expectErrors(Page, /the stage.*handleEvent, handleMessage, handleAsync, afterRender/s, /socket_misuse/);
});

test("mount does not set what belongs to the framework", async () => {
  const Page = liveView!.define!({ name: "page", authorize: "public", mount: () => ({ flash: { info: "Hello" } }), render: () => holdfast.html`<p>Hello</p>` });
  await expectErrors(Page, /sets the assign "flash"/, /socket_misuse/);
});

test.each(Object.entries({ holdfast, components, kit, node, backplanes, otel, hooks }))("no function of %s that is called without arguments ends in an error of the inside", async (_entry, exports) => {
  const inside: string[] = [];
  for (const [name, value] of Object.entries(exports) as [string, unknown][]) {
    if (typeof value !== "function" || /^class\b/.test(String(value))) continue;
    try {
      await (value as () => unknown)();
    } catch (error) {
      if (!(error instanceof holdfast.HoldfastError)) inside.push(`${name}: ${String(error)}`);
    }
  }
  expect(inside).toEqual([]);
});

// What is null or of another kind where options, a function or a definition belongs.
const ODD: readonly (readonly unknown[])[] = [
  [null], [null, null], [undefined, null], ["x"], ["x", "x"], ["x", null], [5], [{}], [{}, null], [[], null], [() => "", null],
];
test.each(Object.entries({ holdfast, components, kit, node, backplanes, otel, hooks, jsx, vite }))("no function of %s that is given null, or what is of another kind, ends in an error of the inside", async (_entry, exports) => {
  const inside: string[] = [];
  for (const [name, value] of Object.entries(exports) as [string, unknown][]) {
    if (typeof value !== "function" || /^class\b/.test(String(value))) continue;
    for (const args of ODD) {
      try {
        await (value as (...given: readonly unknown[]) => unknown)(...args);
      } catch (error) {
        if (!(error instanceof holdfast.HoldfastError)) inside.push(`${name}(${args.map(String).join(", ")}): ${String(error)}`);
      }
    }
  }
  expect(inside).toEqual([]);
});

// As bundlers import it while they develop; here the page is missing, which a right call reaches.
test.each<[string, (client: Untyped) => unknown, RegExp]>([
  ["connect(null)", (client) => client["connect"]!(null), /connect: the object of options.*an object.*got: +null/s],
  ["connect with a path", (client) => client["connect"]!("/live"), /connect: the object of options.*a string/s],
  ["connect with a LiveSocket's arguments", (client) => client["connect"]!([]), /the object of options/],
  ["connect with a misspelt option", (client) => client["connect"]!({ hook: {} }), /connect has no option "hook".*write hooks/s],
  ["connect with the page's token", (client) => client["connect"]!({ csrfToken: "7" }), /connect has no option "csrfToken"/],
  ["connect with a list of hooks", (client) => client["connect"]!({ hooks: [] }), /connect: hooks/],
  ["connect with a hook that is nothing", (client) => client["connect"]!({ hooks: { Chart: undefined } }), /the hook Chart.*mounted.*class.*undefined/s],
  ["connect with another switch", (client) => client["connect"]!({ drafts: "off" }), /drafts.*true or false, or an object.*a string/s],
  ["connect with a misspelt option of drafts", (client) => client["connect"]!({ drafts: { maxAge: 1 } }), /connect\(\{ drafts \}\) has no option "maxAge".*write maxAgeMs/s],
  ["connect with a misspelt option of long poll", (client) => client["connect"]!({ longPoll: { after: 1 } }), /no option "after".*write afterMs/s],
  ["connect with a misspelt callback", (client) => client["connect"]!({ dom: { onNodeAdd: () => {} } }), /connect\(\{ dom \}\) has no option "onNodeAdd".*write onNodeAdded/s],
  ["connect with a misspelt text", (client) => client["connect"]!({ texts: { reconecting: "…" } }), /no option "reconecting".*write reconnecting/s],
  ["connect with a time that is none", (client) => client["connect"]!({ timeout: "5s" }), /timeout.*a number/s],
  ["clientHook without a declaration", (client) => client["clientHook"]!({ mounted() {} }), /clientHook: the declaration.*what defineHook/s],
  ["clientHook of a name", (client) => client["clientHook"]!("Chart", { mounted() {} }), /clientHook: the declaration.*a string/s],
  ["clientHook without a hook", (client) => client["clientHook"]!(defineHook!("Chart")), /clientHook: the hook.*undefined/s],
  ["viewHook of a name", (client) => client["viewHook"]!("Chart"), /viewHook: the declaration/],
  ["onPageEvent of a name", (client) => client["onPageEvent"]!("confetti", () => {}), /onPageEvent: the event.*what defineHook or pageEvent.*a string/s],
  ["onPageEvent without a handler", (client) => client["onPageEvent"]!(pageEvent!("confetti")), /onPageEvent: the handler/],
  ["pageHooks of nothing", (client) => client["pageHooks"]!(), /what imports a module.*a function/s],
  ["hooksOf one module", (client) => client["hooksOf"]!({ default: {} }), /the list of modules.*a list/s],
])("the client says so: %s", async (_name, act, message) => {
  const client = checkedClient as unknown as Untyped;
  const error: unknown = await Promise.resolve().then(() => act(client)).then(() => undefined, (reason: unknown) => reason);
  expect(error).toMatchObject({ code: "client_misuse", message: expect.stringMatching(message) as string });
});

test("the client takes what is right as far as the page, every option undefined included", () => {
  const Hook = checkedClient.viewHook(hooks.defineHook("Chart"));
  const { connect } = checkedClient as unknown as Untyped;
  for (const options of [
    undefined, {}, { hooks: { Chart: {}, Other: Hook } }, { drafts: { maxBytes: 1 }, longPoll: { afterMs: 1 }, dom: {}, texts: { offline: "Offline" } },
    { longPollFallbackMs: 2_500, debug: true, authToken: () => "7", params: () => ({}), connectionState: false, hooks: undefined, path: undefined },
  ]) expect(() => connect!(options)).toThrow(/document is not defined/);
  expect(Object.keys(checkedClient).sort()).toEqual(Object.keys(client).sort());
});

test("what is right passes, every option undefined included", async () => {
  const { port, close } = await node.serve(endpoint({ live: undefined, log: undefined, pubsub: undefined, backplane: undefined }), {
    port: "0" as never, signals: undefined, https: undefined, watchdog: false,
  });
  expect(port).toBeGreaterThan(0);
  await close();
  expect(form!(z.object({ title: z.string() }))).toBeDefined();
  expect(String(holdfast.html`<ul>${holdfast.keyed(new Set(["a"]), (each) => each, (each) => each)}</ul>`)).toContain("a");
});
