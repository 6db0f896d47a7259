import { mayHave, staticValue, type MarkupElement } from "./markup.js";
import { parentOf, type CheckedTemplate, type ElementRule } from "./template.js";

/** Ids that are missing where the client needs them. The scanner itself requires those of hooks and streams. */
export const missingIds: ElementRule = (element, template) => {
  if (mayHave(element, "id")) return;
  const { tag, at } = element;
  if (tag === "form" && element.attributes.has("phx-change") && staticValue(element, "phx-auto-recover") !== "ignore") {
    template.report("form_without_id", at, {
      what: "A <form> with phx-change has no id: when the socket comes back, the client cannot recover what was typed.",
      fix: 'give it an id that no other element of the page has, or phx-auto-recover="ignore"',
    });
  }
  const parent = parentOf(element, template)?.element;
  if (parent !== undefined && staticValue(parent, "phx-update") === "stream") {
    template.report("stream_item_without_id", at, {
      what: `A <${tag}> in a stream's container has no id: the client cannot tell it from the others.`,
      fix: "give it an id; an item's is id=${domId}, the second argument of the stream's map",
    });
  }
};

/** Ids that occur twice. Templates of which only one may be shown are not compared. */
export function duplicateIds(template: CheckedTemplate): void {
  const taken = new Set<string>();
  for (let outer = template.outer; outer !== undefined; outer = outer.outer) for (const id of idsOf(outer)) taken.add(id[0]);
  for (const [id, element] of idsOf(template)) {
    const { at } = element.attributes.get("id")!;
    if (taken.has(id)) {
      template.report("id_duplicate", at, {
        what: `Two elements have the id "${id}".`,
        fix: "give each its own: the client finds elements by them",
      });
    } else if (template.literal.repeated) {
      template.report("id_duplicate", at, {
        what: `Each item of the list has the id "${id}".`,
        fix: `make it of the item's key: id="${id}-\${item.id}"`,
      });
    }
    taken.add(id);
  }
}

function idsOf({ markup }: CheckedTemplate): [id: string, element: MarkupElement][] {
  return markup.elements.flatMap((element) => {
    const id = staticValue(element, "id");
    return id === undefined || id === "" ? [] : [[id, element] as [string, MarkupElement]];
  });
}
