// The proof that what components send is right: for random pages of components within lists, conditions and each other, the
// client's own tree, fed with our diffs, is the HTML of a plain render. Cloned statics, moves and returns included.
import { expect, vi } from "vitest";
import { Tree, type ComponentHost, type WireNode } from "../src/diff/index.js";
import { html, keyed, renderToString, type ComponentCall, type Content, type Embedder, type Rendered } from "../src/html/index.js";
import { liveComponent, type DefinedComponent } from "../src/live/definition/index.js";
import { standsInPage, type Caller } from "../src/live/page/caller.js";
import { Components } from "../src/live/page/components.js";
import { OwnerState, type ViewHandle } from "../src/live/socket/index.js";
import { Chance } from "./support/chance.js";
import { proof } from "./support/prove.js";
// @ts-expect-error -- the client's own source, which has no types and is not among its exports
import { default as ClientRendered } from "../node_modules/phoenix_live_view/assets/js/phoenix_live_view/rendered.js";

vi.stubGlobal("window", globalThis);

interface Client {
  mergeDiff(diff: object): void;
  toString(): { buffer: string };
}

/** What a component shows: its text, one of several shapes, and other components. */
interface Spec { id: string; shape: number; text: number; inner: Spec[] }

const Box = liveComponent<{ spec: Spec }>().define({
  name: "box",
  render: ({ spec }) => {
    switch (spec.shape) {
      case 0: return html`<div class=${spec.text}>${spec.text}${inner(spec)}</div>`;
      case 1: return html`<section><b>${spec.text}</b>${[html`<i>${spec.text}</i>`, html`<em>${spec.text}!</em>`, false][spec.text % 3]}${inner(spec)}</section>`;
      default: return html`<ul>${keyed([1, 2, spec.text % 4], (_n, i) => i, (n) => html`<li>${n}</li>`)}${inner(spec)}</ul>`;
    }
  },
});
const inner = (spec: Spec): Content => keyed(spec.inner, ({ id }) => id, (child) => Box({ id: child.id, spec: child }));

const page = (specs: Spec[], title: number): Rendered => title === 5
  ? html`<section>${keyed(specs, ({ id }) => id, (spec) => Box({ id: spec.id, spec }))}</section>`
  : html`<main><h1>${title}</h1>${title % 2 === 0 ? html`<p>${title}</p>` : ""}${keyed(specs, ({ id }) => id, (spec) =>
    title % 3 === 0 ? html`<article>${Box({ id: spec.id, spec })}</article>` : Box({ id: spec.id, spec }))}</main>`;

function randomSpecs(next: (below: number) => number): Spec[] {
  // Every id at most once in the page, wherever it stands.
  const ids = Array.from({ length: 8 }, (_, i) => `c${i}`).sort(() => next(2) - 0.5).slice(0, next(9));
  const build = (id: string, depth: number): Spec => {
    const spec: Spec = { id, shape: next(3), text: next(6), inner: [] };
    while (depth < 2 && ids.length > 0 && next(3) === 0) spec.inner.push(build(ids.pop()!, depth + 1));
    return spec;
  };
  const specs: Spec[] = [];
  while (ids.length > 0) specs.push(build(ids.pop()!, 0));
  return specs;
}

function plain(rendered: Rendered): string {
  const embedder: Embedder = {
    componentHtml: ({ props }: ComponentCall) =>
      renderToString((Box.definition as DefinedComponent).render(props, {}) as Rendered, embedder),
    viewHtml: () => expect.unreachable(),
  };
  return renderToString(rendered, embedder);
}

/** Without what the client adds for itself. */
const bare = (text: string): string => text.replaceAll(/ data-phx-[a-z-]+(?:="[^"]*")?/g, "");

/** A page without a socket: what components ask of their view and of their host. */
class Host extends OwnerState implements ViewHandle, ComponentHost, Caller {
  readonly context = { limits: { components: 100 } } as ViewHandle["context"];
  readonly client = {} as ViewHandle["client"];
  readonly sessionId = "";
  readonly view = this;
  readonly root = this;
  readonly assigns = {};
  renders = 0;
  readonly id = "page";
  readonly name = "page";
  readonly connected = true;
  readonly alive = true;
  readonly ending = false;
  readonly rendering = false;
  readonly refreshing = false;
  readonly components = new Components(this, this, this);
  readonly tree = new Tree(this);
  mayRun = (): boolean => true;
  ready = (): undefined => undefined;
  admits = (): never => expect.unreachable();
  post = (): void => expect.unreachable();
  changed = (): void => {};
  own = <T>(job: () => T): T => job();
  crash = (error: unknown): void => { throw error; };
  inherited = (): undefined => undefined;
  navigationType = (): never => expect.unreachable();
  putLayout = (): void => expect.unreachable();
  sendUpdate = (): void => expect.unreachable();
  parent = undefined;
  number = (): number => 0;
  seal = (event: string): string => event;
  slotReplaced = (): void => {};
  itemsRemoved = (): void => {};
  formsChanged = (): void => {};
  forgets = (): void => {};
  names = (): void => {};
  componentNumber = (call: ComponentCall): number => this.components.call(call).cid;
  viewElement = (): string => expect.unreachable();
  repeat = (): void => this.components.repeat();
  renewed = (): void => this.components.renewed();

  async frame(make: () => WireNode | undefined): Promise<WireNode> {
    this.renders++;
    const own = make() ?? {};
    const components = await this.components.settle(0);
    return JSON.parse(JSON.stringify(components === undefined ? own : { ...own, c: components })) as WireNode;
  }
}

proof("components", "random pages of components, each changed eight times, are what a full render shows", {
  small: { pages: 300 },
  full: { pages: 20_000 },
}, async ({ size: { pages }, seed: from, figure }) => {
  let forgotten = 0;
  for (let seed = from; seed < from + pages; seed++) {
    const chance = new Chance(seed);
    const next = (count: number): number => chance.below(count);
    const host = new Host();
    const first = page(randomSpecs(next), next(6));
    const client = new ClientRendered("phx-test", await host.frame(() => host.tree.full(first))) as Client;
    expect(bare(client.toString().buffer), `seed ${seed}, join`).toBe(plain(first));
    for (let step = 0; step < 8; step++) {
      const rendered = page(randomSpecs(next), next(6));
      const diff = await host.frame(() => host.tree.diff(rendered));
      if (Object.keys(diff).length > 0) client.mergeDiff(diff);
      // It writes behind each diff, and looks up the frame's shared statics while it does.
      client.toString();
      // All of it, not only what the client would write: nothing is skipped because it seems unchanged.
      expect(bare(whole(client)), `seed ${seed}, step ${step}`).toBe(plain(rendered));
      // Some of those that left are forgotten on both sides, as the client does it.
      const left = [...Array(20).keys()].map((i) => i + 1).filter((cid) => {
        const instance = host.components.table.get(cid);
        return instance !== undefined && !standsInPage(instance) && next(2) === 0;
      });
      host.components.willDestroy(left);
      const gone = host.components.destroyed(left);
      expect(gone).toEqual(left);
      forgotten += gone.length;
      (client as unknown as { pruneCIDs(cids: number[]): void }).pruneCIDs(gone);
    }
  }
  figure("components forgotten", forgotten);
});

/** The client's tree as a new client would write it. */
function whole(client: Client): string {
  const { rendered } = client as unknown as { rendered: object };
  const copy = JSON.parse(JSON.stringify(rendered, (key, value: unknown) => (key === "magicId" || key === "newRender" ? undefined : value))) as object;
  return (new ClientRendered("phx-copy", copy) as Client).toString().buffer;
}
