// Parts of right-programs.ts and right-programs-jsx.tsx that stand in a file of their own: all that they need has a name in the package.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { form, html, liveView, onMount, redirect, topic, definePaths, type Content, type EventRef, type EventRefs, type LiveForm, type Socket, type Rendered, type Stream, type Upload, type AsyncResult, type Policy, type Commands, type Field, type MountSocket } from "holdfast";
import { defineHook, message, push } from "holdfast/hooks";
import { z } from "zod";
export interface User { readonly id: number; readonly name: string; readonly admin: boolean }
export interface Post { readonly id: number; readonly title: string }
declare module "holdfast" { interface SessionValues { userId?: number } }
// hook with async and redirect, inferred
export const signedIn = onMount(async (socket, { session }) => {
  const user = await socket.assignNew("user", async (): Promise<User | undefined> => (session.userId === undefined ? undefined : { id: session.userId, name: "a", admin: false }));
  if (!user) return redirect("/login");
  return { user };
});
// hook after hook
export const inTeam = onMount(signedIn, async (socket) => ({ team: { id: 1, owner: socket.assigns.user.id } }));
export const userView = liveView.use(signedIn);
export const teamView = userView.use(inTeam);
export const expecting = liveView.expects(signedIn);
export const posts = (id: number) => topic<{ kind: "added"; post: Post } | { kind: "removed"; id: number }>(`posts:${id}`);
export const paths = definePaths({ home: "/", posts: "/posts", post: "/posts/:id" });
export const Chart = defineHook("Chart", { pushes: { picked: push<{ index: number }, { label: string }>() }, messages: { points: message<{ values: readonly number[] }>() } });
// generic helper over sockets
export function increment<A extends { n: number }>(socket: Socket<A>, by = 1): void { (socket as Socket<{ n: number }>).update("n", (n) => n + by); }
export function bump(socket: Socket<{ n: number }>): void { socket.update("n", (n) => n + 1); }
export function addPost(socket: Socket<{ posts: Stream<Post> }>, post: Post): void { socket.streamInsert("posts", post, { at: 0 }); }
// view part taking refs
export function toolbar(on: { readonly add: EventRef; readonly remove: (bound: { id: number }) => EventRef }): Rendered { return html`<button phx-click=${on.add}>+</button><button phx-click=${on.remove({ id: 1 })}>-</button>`; }
export function toolbar2(on: Pick<EventRefs<"add" | "remove", { remove: { id: number } }>, "add">): Rendered { return html`<button phx-click=${on.add}>+</button>`; }
// list helper generic
export function list<T>(items: readonly T[], row: (item: T) => Content, empty: Content = "none"): Content { return items.length === 0 ? empty : items.map(row); }
// async helper generic
export function loaded<T>(result: AsyncResult<T>, ok: (value: T) => Content): Content { return result.ok ? ok(result.result) : result.failed ? "failed" : "…"; }
// policy extracted
export const adminOnly: Policy<{ user: User }, unknown> = ({ user }) => user.admin;
export const isAdmin = ({ user }: { readonly user: User }): boolean => user.admin;
// form schema and part
export const PostInput = z.object({ title: z.string().min(1), tags: z.array(z.object({ name: z.string() })), agree: z.stringbool().default(false) });
export type PostForm = LiveForm<typeof PostInput>;
export function fieldErrors(field: Field<unknown>): Content { return field.errors.map((e) => html`<p>${e}</p>`); }
export function confirm(cmd: Commands): Commands { return cmd.hide({ to: "#x" }); }
export function photoList(photo: Upload<unknown>): Content { return photo.entries.map(({ name, progress }) => html`<li>${name} ${progress}%</li>`); }
export function greet(socket: MountSocket<{ user: User }>): string { return socket.assigns.user.name; }
// a view for any schema of a form: written for its output, or for the schema itself
export function editor<T extends { title: string }>(schema: StandardSchemaV1<unknown, T>, save: (data: T) => void) {
  return userView.define({ authorize: "public", mount: () => ({ draft: form(schema, {}), saved: 0 }), events: { save: { form: "draft", handle: (socket, data) => { save(data); socket.assign({ saved: data.title.length }); socket.update("draft", (draft) => draft.reset()); } } }, render: ({ draft, saved }, on) => html`<form phx-change=${on.save.change} phx-submit=${on.save.submit}>${draft.field("title").value}${saved}</form>` });
}
export function editorOf<S extends StandardSchemaV1<unknown, { title: string }>>(schema: S, save: (data: StandardSchemaV1.InferOutput<S>) => void) {
  return userView.define({ authorize: "public", mount: () => ({ draft: form(schema, {}) }), events: { save: { form: "draft", handle: (_socket, data) => save(data) } }, render: ({ draft }, on) => html`<form phx-change=${on.save.change} phx-submit=${on.save.submit}>${draft.field("title").value}</form>` });
}
editor(z.object({ title: z.string(), age: z.number() }), ({ age }) => age.toFixed());
editorOf(z.object({ title: z.string(), age: z.number() }), ({ age }) => age.toFixed());
