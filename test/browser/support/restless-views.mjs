// Loaded with `node --import` into every process that serves views while the browser suite runs under unrest (see unrest.ts). It
// makes each page change many times a second, and writes down what the gate decides. Nothing in src/ knows of it.
//
// A page that merely renders again sends nothing and replaces nothing. So each render binds one more value to its events, its own
// number: every event that a browser sends is then one that the page has already replaced, unless it comes within one render.
import { appendFileSync } from "node:fs";
import { encodeBound } from "../../../dist/js/bound.js";
import { Commands } from "../../../dist/js/commands.js";
import { BOUND, EventRef } from "../../../dist/js/event-ref.js";
import { DefinedComponent } from "../../../dist/live/definition/component.js";
import { ComponentInstance } from "../../../dist/live/page/component-instance.js";
import { Page } from "../../../dist/live/page/page.js";
import { ViewProcess } from "../../../dist/live/view-process.js";
import { onTelemetry } from "../../../dist/telemetry/index.js";

const { changeMs, log } = JSON.parse(process.env.HOLDFAST_UNREST);
const note = (line) => appendFileSync(log, `${JSON.stringify(line)}\n`);

onTelemetry("holdfast:event:refused", (refused) => note({ refused }));
onTelemetry("holdfast:event:handled", (handled) => note({ handled }));
onTelemetry("holdfast:view:crashed", ({ view, error }) => note({ crashed: { view, error: String(error) } }));

/** The client compares these across a reconnect, and recovers a form only if they are the same: there a number would lose it. */
const COMPARED = new Set(["phx-change", "phx-auto-recover"]);

/** An event's name on the wire, or a chain of commands, without the numbers of renders. */
const withoutNumbers = (text) => text.replaceAll(/~_render=\d+,/g, BOUND).replaceAll(/[~,]_render=\d+/g, "");

/** An event with the number of its render as another bound value, which its handler does not get. */
class NumberedRef extends EventRef {
  #plain;
  #render;
  #name;

  constructor(plain, render) {
    super(plain.event, plain.target, plain.bound);
    this.#plain = plain;
    this.#render = render;
  }

  get plain() {
    return this.#plain;
  }
  get name() {
    return (this.#name ??= this.event + BOUND + encodeBound(this.event, { ...this.bound, _render: this.#render }));
  }
  find(name, target) {
    return super.find(name, target) ?? this.#plain.find(name, target);
  }
  same(other) {
    return other instanceof NumberedRef && other.#render === this.#render && super.same(other);
  }
  // Where a proof is written, the server forgets and the browser keeps: nothing there changes.
  encode(place = {}) {
    return place.seal !== undefined || COMPARED.has(place.attribute) ? this.#plain.encode(place) : super.encode(place);
  }
}

let renders = 0;

/** @param events a strict event counts while it is shown only: its application does not want it to change */
function numbered(refs, events) {
  const render = ++renders;
  const one = (ref) => {
    if (typeof ref === "function") return (bound) => one(ref(bound));
    if (!(ref instanceof EventRef)) return { change: one(ref.change), submit: one(ref.submit) };
    return events.get(ref.event)?.strict === true ? ref : new NumberedRef(ref, render);
  };
  return Object.fromEntries(Object.entries(refs).map(([name, ref]) => [name, one(ref)]));
}

if (changeMs > 0) {
  const { encode } = Commands.prototype;
  Commands.prototype.encode = function (place = {}) {
    const { seal, attribute } = place;
    const text = encode.call(this, seal === undefined ? place : { ...place, seal: (name, target) => seal(withoutNumbers(name), target) });
    return COMPARED.has(attribute) ? withoutNumbers(text) : text;
  };

  // With a selector it counts if the component or view that it reaches shows it, and that has other numbers.
  const { push } = Commands.prototype;
  Commands.prototype.push = function (event, options) {
    return push.call(this, typeof options?.target === "string" && event instanceof NumberedRef ? event.plain : event, options);
  };

  const numberedViews = new WeakSet();
  const numberView = (view) => {
    if (numberedViews.has(view)) return;
    numberedViews.add(view);
    let { refs } = view;
    // In development new code takes the place of a view's.
    Object.defineProperty(view, "refs", {
      get: () => numbered(refs, view.events),
      set(fresh) {
        refs = fresh;
      },
    });
  };
  const { refs } = DefinedComponent.prototype;
  DefinedComponent.prototype.refs = function (cid) {
    return numbered(refs.call(this, cid), this.events);
  };

  /** The components that each view has rendered. */
  const components = new WeakMap();
  const { render } = ComponentInstance.prototype;
  ComponentInstance.prototype.render = function () {
    const known = components.get(this.view) ?? new Set();
    components.set(this.view, known.add(this));
    this.renew();
    return render.call(this);
  };

  const change = (view) => {
    numberView(view.init.view);
    view.touch();
    for (const component of components.get(view) ?? []) {
      if (component.ended) components.get(view).delete(component);
      else component.touch();
    }
  };
  const { mount } = ViewProcess.prototype;
  ViewProcess.prototype.mount = function () {
    numberView(this.init.view);
    if (!this.connected) return mount.call(this);
    let waiting = false;
    const timer = setInterval(() => {
      if (!this.alive) return clearInterval(timer);
      if (waiting || this.page.renders === 0) return;
      waiting = true;
      this.post(() => {
        waiting = false;
        change(this);
      });
    }, changeMs);
    timer.unref();
    return mount.call(this);
  };

  // How many events the page itself no longer shows, but showed a moment ago.
  const { findEvent } = Page.prototype;
  Page.prototype.findEvent = function (name, target, moment, outsideForms) {
    const found = findEvent.call(this, name, target, moment, outsideForms);
    if (found !== undefined && findEvent.call(this, name, target, "shown", outsideForms) === undefined) note({ crossed: withoutNumbers(name) });
    return found;
  };
}
