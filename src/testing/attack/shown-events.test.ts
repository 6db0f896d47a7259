import { expect, test } from "vitest";
import { shownEvents } from "./shown-events.js";

const names = (html: string): string[] => (shownEvents(html, "main").get("main") ?? []).map(({ name }) => name);

test("an event is shown where a browser would send it: not by what is disabled", () => {
  expect(names(`
    <button phx-click="open">a</button><button phx-click="own" disabled>b</button>
    <fieldset disabled>
      <legend><button phx-click="legend">c</button></legend><legend><button phx-click="second">d</button></legend>
      <button phx-click="body">e</button>
    </fieldset>`)).toEqual(["open", "legend"]);
});

test("an event of a form is one that brings the form's fields", () => {
  const events = shownEvents('<form phx-change="changed" phx-submit="saved" phx-auto-recover="back" phx-click="clicked"></form>', "main").get("main")!;
  expect(events.map(({ name, form }) => [name, form])).toEqual([["changed", true], ["saved", true], ["back", true], ["clicked", false]]);
});
