// Checked by the compiler and never run: TSX as somebody errs who knows React. What the compiler cannot see (`phx-clik`, a misspelt
// `type`) `holdfast check` finds.
import { liveView, liveComponent, stream, form, type Rendered } from "holdfast";
import { z } from "zod";
interface Post { readonly id: number; readonly title: string; readonly at: Date }
declare const post: Post; declare const posts: Post[];
const Row = liveComponent<{ post: Post }>().define({ render: ({ post }) => <li>{post.title}</li> });
// @ts-expect-error -- Type 'Post' is missing the following properties from type 'readonly Content[]': length, concat, join, slice, and 25 more.
void <p>{post}</p>;
// @ts-expect-error -- Type 'Date' is not assignable to type 'Content'.
void <p>{post.at}</p>;
// @ts-expect-error -- Property 'onClick' does not exist on type '…'.
void <p onClick={() => 1}>x</p>;
// @ts-expect-error -- Property 'className' does not exist on type '…'.
void <p className="x">x</p>;
// @ts-expect-error -- Type 'string' is not assignable to type 'EventOrCommands'.
void <button phx-click="save">x</button>;
// @ts-expect-error -- Type 'string' is not assignable to type 'Post'.
void <Row id="a" post="x" />;
// @ts-expect-error -- Property 'id' is missing in type '{ post: Post; }' but required in type '{ readonly id: string; }'.
void <Row post={post} />;
// @ts-expect-error -- Property 'htmlFor' does not exist on type '…'.
void <label htmlFor="x">x</label>;
// @ts-expect-error -- Type 'Promise<Rendered>' is not assignable to type 'Content'.
void <ul>{posts.map(async (p) => <li>{p.title}</li>)}</ul>;
// @ts-expect-error -- Property 'm' does not exist on type '…'.
liveView.define({ authorize: "public", mount: () => ({ n: 0 }), render: ({ m }) => <p>{m}</p> });
// @ts-expect-error -- Type 'Stream<Post>' is missing the following properties from type 'readonly Content[]': length, concat, join, slice, and 25 more.
liveView.define({ authorize: "public", mount: () => ({ posts: stream(posts) }), render: ({ posts }) => <ul>{posts}</ul> });
// @ts-expect-error -- Type '(bound: { id: number; }) => EventRef' is not assignable to type 'EventOrCommands'.
liveView.define({ authorize: "public", events: { a: { bind: z.object({ id: z.number() }), handle: () => {} } }, render: (_a, on) => <b phx-click={on.a}></b> });
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
liveView.define({ authorize: "public", events: { a: { bind: z.object({ id: z.number() }), handle: () => {} } }, render: (_a, on) => <b phx-click={on.a({ id: "1" })}></b> });
// @ts-expect-error -- Type 'FormRefs' is not assignable to type 'EventOrCommands'.
liveView.define({ authorize: "public", mount: () => ({ d: form(z.object({ a: z.string() })) }), events: { save: { form: "d", handle: () => {} } }, render: (_a, on) => <form phx-submit={on.save}></form> });
const Card = ({ title, children }: { title: string; children: Rendered }) => <div>{title}{children}</div>;
// @ts-expect-error -- Property 'titel' does not exist on type '{ title: string; children: Rendered; }'. Did you mean 'title'?
void <Card titel="x"><p /></Card>;
// @ts-expect-error -- Type 'Post' is not assignable to type 'AttributeValue | Literal'.
void <img src={post} />;
// @ts-expect-error -- Property 'dangerouslySetInnerHTML' does not exist on type '…'.
void <p dangerouslySetInnerHTML={{ __html: "x" }} />;
// @ts-expect-error -- Type '() => string' is not assignable to type 'AttributeValue | Literal'.
void <a href={() => "/x"}>x</a>;
// @ts-expect-error -- Property 'key' does not exist on type '…'.
void <p key={post}>x</p>;
