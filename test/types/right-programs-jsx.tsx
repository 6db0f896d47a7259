// Checked by the compiler and never run: a right view in TSX, with components of its own.
import { form, formTag, type Content, type EventRef } from "holdfast";
import { input } from "holdfast/components";
import { z } from "zod";
import { userView, paths, list, type Post } from "./right-helpers.js";
// function component with children and optional props
function Card({ title, children, footer }: { title: string; children?: Content; footer?: Content }) { return <section><h2>{title}</h2>{children}{footer && <footer>{footer}</footer>}</section>; }
const Button = ({ on, children, ...rest }: { on: EventRef; children: Content; disabled?: boolean; id?: string }) => <button type="button" phx-click={on} {...rest}>{children}</button>;
const Generic = <T,>({ items, row }: { items: readonly T[]; row: (item: T) => Content }) => <ul>{items.map((i) => <li>{row(i)}</li>)}</ul>;
export const Page = userView.define({
  params: z.object({ id: z.coerce.number() }),
  authorize: ({ user }) => user.admin,
  mount: (_socket, { params }) => ({ id: params.id, posts: [] as Post[], draft: form(z.object({ title: z.string() })) }),
  events: { del: { bind: z.object({ id: z.number() }), handle: (socket, { id }) => socket.update("posts", (all) => all.filter((p) => p.id !== id)) }, save: { form: "draft", handle: (socket, { title }) => socket.update("posts", (p) => [...p, { id: p.length, title }]) } },
  render: ({ posts, user, draft }, on) => (
    <Card title={user.name} footer={<a href={paths.posts()}>x</a>}>
      <Generic items={posts} row={(p) => <Button on={on.del({ id: p.id })} disabled={p.id === 1}>{p.title}</Button>} />
      {posts.length === 0 ? "none" : null}{list(posts, (p) => <i>{p.title}</i>)}
      {formTag({ for: draft, "phx-submit": on.save.submit, inner: (f) => <>{input({ field: f.field("title"), label: "x" })}<p class={["a", { b: true }]} style={{ color: "red" }} aria-hidden="true" data-x={1}>x</p></> })}
    </Card>
  ),
});
