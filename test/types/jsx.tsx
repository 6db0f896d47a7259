// Checked by the compiler and never run: what TSX takes, and what must not compile. Names with a hyphen are not checked by
// TypeScript unless they are declared, so `data-phx-*` and misspelt `phx-*` are refused by the scanner only.
import { html, JS, keyed, liveComponent, type EventRef, type Rendered } from "holdfast";
import { literal } from "holdfast/jsx-runtime";

declare const on: boolean;
declare const text: string;
declare const save: EventRef;
const Price = ({ amount }: { amount: number }) => <b>{amount}</b>;
const Box = ({ children }: { children?: Rendered | string }) => <div>{children}</div>;
const Like = liveComponent<{ post: { id: number } }>().define({ mount: () => ({ n: 0 }), render: ({ n }) => html`<i>${n}</i>` });
export const good: Rendered[] = [
  <p class={["a", { b: on }]} style={{ color: "red" }} hidden={on} data-x={1} aria-label="x">{text}{1}{null}{on && <b />}</p>,
  <><Price amount={1} />{text}</>,
  <Like id="x" post={{ id: 1 }} />,
  <Box>a</Box>,
  <ul id="a" phx-update="stream">{keyed([1], (n) => n, (n) => <li id={`a${n}`}>{n}</li>)}</ul>,
  <div id="c" phx-hook={literal`Chart`} phx-click={JS.hide()} class={literal`x`} />,
  <svg viewBox="0 0 1 1"><circle r={1} fill="red" /><linearGradient id="x" /></svg>,
  <link rel={literal`stylesheet`} href="/x" />,
  <input type="text" value={text} disabled={on} />, <textarea name="x">{text}</textarea>,
  <my-element foo={1}>x</my-element>,
  <script src="/x.js" defer />,
];
// @ts-expect-error -- events of the browser are the client's
void <p onclick="x" />;
// @ts-expect-error -- events of the browser are the client's
void <p onClick={() => {}} />;
// @ts-expect-error -- text would become code
void <script>{text}</script>;
// @ts-expect-error -- text would become code
void <style>{text}</style>;
// @ts-expect-error -- a hook's name is code's name: it stands in the source
void <p id="x" phx-hook={text} />;
// @ts-expect-error -- an event's name as text
void <p phx-click="save" />;
// @ts-expect-error -- a void element has no content
void <br>{text}</br>;
// @ts-expect-error -- keyed() has the keys
void <p key="x" />;
// @ts-expect-error -- as in HTML
void <p className="x" />;
// @ts-expect-error -- no such element
void <foo />;
// @ts-expect-error -- a date is no content
void <p>{new Date()}</p>;
// @ts-expect-error -- an object is no content
void <p>{{ a: 1 }}</p>;
// @ts-expect-error -- a promise is no content
void <p>{Promise.resolve("x")}</p>;
// @ts-expect-error -- an event is no content
void <p>{save}</p>;
// @ts-expect-error -- a command is no content
void <p>{JS.hide()}</p>;
// @ts-expect-error -- an asynchronous component
void <Async />;
async function Async() { return <p />; }
// @ts-expect-error -- `rel` decides whether the URL is code
void <link rel="stylesheet" href="/x" />;
// @ts-expect-error -- a component's props
void <Price amount="x" />;
// @ts-expect-error -- a component's props
void <Like id="x" />;
// @ts-expect-error -- an attribute of another element
void <div href="/x" />;
// @ts-expect-error -- <title> holds text
void <title><b /></title>;
// @ts-expect-error -- an event's name as text
void <p phx-click={literal`x`} />;
