import { keyed, liveView, type Rendered } from "holdfast";
import { literal } from "holdfast/jsx-runtime";

const Card = ({ children }: { children: Rendered }): Rendered => <div clas="card">{children}</div>; // expect: attribute_unknown

export const Board = liveView.define({
  authorize: "public",
  mount: () => ({ items: [1] }),
  events: { add: { handle: () => undefined } },
  render: ({ items }, on) => (
    <main>
      <img src="/a.png" />{/* expect: image_without_alt */}
      <button type="button" phx-clik={on.add}>Add</button>{/* expect: template_malformed */}
      <div phx-click={on.add}>Add</div>{/* expect: click_without_keyboard */}
      {items.length > 0 && <p><span>a</span><div>b</div></p>}{/* expect: nesting_invalid */}
      <a href="/postz?page=1&amp;q=a">Posts</a>{/* expect: link_unknown */}
      <form phx-change={on.add}><label>Name <input name="name" /></label></form>{/* expect: form_without_id */}
      <>
        <input name="q" />{/* expect: field_without_label */}
      </>
      <Card><p className="x">Text</p></Card>{/* expect: attribute_unknown */}
      <ul>{keyed(items, (item) => item, (item) => <li id="same">{item}</li>)}</ul>{/* expect: id_duplicate */}
      <canvas phx-hook={literal`Chart`}></canvas>{/* expect: template_malformed */}
      <canvas id="chart" phx-hook={literal`Chart`} {...{ width: 10 }} />
      <p>
        Fish &amp; chips, {items.length} {"of"} many<br />
        {/* nothing */}
        <svg viewBox="0 0 1 1" aria-hidden="true"><linearGradient id="g" /></svg>
      </p>
      <button type="button" phx-click={on.add}><Card>{<b>Add</b>}</Card></button>
      <label>Title <input name="title" value="“&quot;”" required /></label>
    </main>
  ),
});
