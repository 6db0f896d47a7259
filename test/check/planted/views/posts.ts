import { html as template, keyed, link, liveView, navigate, redirect as go, stream } from "holdfast";
import { html } from "holdfast";
import { postGone, postSaved } from "../topics.js";

interface Post {
  readonly id: number;
  readonly title: string;
}

export const Posts = liveView.define({
  name: "posts",
  authorize: "public",
  topics: () => ({ saved: postSaved, gone: postGone }), // expect: topic_unheard
  messages: { saved: (socket) => socket.putFlash("info", "Saved") },
  async mount(socket) {
    socket.assignNew("user", () => ({ name: "Ada" })); // expect: promise_floating
    const viewer = socket.assignNew("viewer", () => ({ name: "Ada", confirmed: true })); // expect: promise_floating
    if (!viewer.confirmed) return go("/");
    const later = socket.assignNew("later", () => 1);
    const both = await Promise.all([later]);
    return { both, posts: [] as readonly Post[], news: stream<Post>([]) };
  },
  events: {
    openPost: {
      handle(socket) {
        if (socket.assigns.posts.length === 0) navigate("/posts"); // expect: result_dropped
        if (socket.assigns.posts.length === 1) return void navigate("/posts"); // expect: result_dropped
        return navigate("/post/1"); // expect: link_unknown
      },
    },
    leave: {
      async handle(socket) {
        await socket.live();
        socket.startAsync("report", async () => 1, () => {});
        socket.cancelAsync("report");
        socket.cancelAsync("reprot"); // expect: task_unknown
        socket.live(); // expect: promise_floating
        go("/"); // expect: result_dropped
      },
    },
    save: { form: "draft", handle: () => undefined },
  },
  // expect +3: id_duplicate
  render: ({ posts, news }, on) => html`
    <h1 id="top">Posts</h1>
    <ul id="top">
      ${keyed(posts, (post) => post.id, (post) => html`<li id="post"><a href="/posts/${post.id}">${post.title}</a></li>`) /* expect: id_duplicate */}
    </ul>
    <ul id="news" phx-update="stream">
      <li>Nothing yet</li>${/* expect: stream_item_without_id */ ""}
      ${news.map((post) => html`<li>${post.title}</li>`) /* expect: stream_item_without_id */}
    </ul>
    <button phx-click="openPots">Open</button>${/* expect: event_unknown */ ""}
    <form id="draft" phx-change="save.chance" phx-submit=${on.save.submit}><button>Save</button></form>${/* expect: event_unknown */ ""}
    <button phx-click="openPost">Open</button>
    <form phx-change=${on.save.change}><button>Save</button></form>${/* expect: form_without_id */ ""}
    <p>${on.openPost}</p>${/* expect: template_value_refused */ ""}
    <p>${posts.length > 0 && on.save.change}</p>${/* expect: template_value_refused */ ""}
    ${posts.map((on) => html`<p>${on.title}</p>`)}
    <div phx-click=${on.openPost}>Open</div>${/* expect: click_without_keyboard */ ""}
    <div phx-click=${on.openPost}><p>A note</p><button type="button">Close</button></div>
    <div phx-click=${on.openPost}><button type="button" phx-click=${on.openPost}>Other</button></div>${/* expect: click_without_keyboard */ ""}
    <div phx-click=${on.openPost} role="button" tabindex="0">Open</div>
    <p phx-window-focus=${on.openPost} phx-window-keydown=${on.openPost}></p>${/* expect: event_never_sent */ ""}
    <p phx-submit=${on.openPost}></p>${/* expect: event_never_sent */ ""}
    <p phx-change=${on.openPost}></p>${/* expect: event_never_sent */ ""}
    <p phx-key="Enter"></p>${/* expect: event_never_sent */ ""}
    <ul phx-keydown=${on.openPost} phx-key="Escape"></ul>${/* expect: event_never_sent */ ""}
    <p phx-focus=${on.openPost} tabindex="0"></p><section phx-blur=${on.openPost}></section>${/* expect: event_never_sent */ ""}
    <p phx-window-blur=${on.openPost}></p>${/* expect: event_never_sent */ ""}
    <p><input type="file" aria-label="Picture" phx-progress=${on.openPost}></p>${/* expect: event_never_sent */ ""}
    <a href=${"/draft"}>Drafts</a> <a href=${"/drafts"}>Drafts</a>${/* expect: link_unknown */ ""}
    <a href=${posts.length > 0 ? `/post/${posts.length}` : `/posts/${posts.length}`}>Last</a>${/* expect: link_unknown */ ""}
    ${link({ navigate: "/draft", inner: "Drafts" }) /* expect: link_unknown */}
    ${link({ patch: "/search/holdfast", inner: "Search" })}`,
});

// expect +3: template_malformed template_hole_forbidden attribute_unknown
// expect +3: template_malformed
export const several = (code: string) => template`
  <p phx-clik="openPost" onfocus=${code} clas="a">
    <b>Text</i>
  </p>`;

export const refused = [
  template`<ul><li>One</ul>`, // expect: template_malformed
  template`<button phx-clik="openPost">Open</button>`, // expect: template_malformed
  template`<button phx-click="openPost" phx-value-postId="1">Open</button>`, // expect: template_malformed
  template`<canvas phx-hook="Chart"></canvas>`, // expect: template_malformed
  template`<ul phx-update="stream"></ul>`, // expect: template_malformed
  template`<p class="a" class="b">Twice</p>`, // expect: template_malformed
  template`<p>\u00e9t\u00e9 <br/><em/></p>`, // expect: template_malformed
];
